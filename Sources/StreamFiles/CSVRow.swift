// One row, reused for each: where its cells lie in the reader's window. Not a value to keep:
// what should outlive the next row is to be copied out of it.

/// The current row of a ``CSVReader``, cells by column index from 0.
///
/// - Precondition: For every method, `0 <= column < count`.
public final class CSVRow {
    /// A cell's bytes relative to the row's first, quotes removed.
    @usableFromInline struct Cell {
        @usableFromInline let start: Int
        @usableFromInline let end: Int
        @usableFromInline let isQuoted: Bool
    }

    /// The number of cells: that of the columns after `next()` returned true, else 0.
    public internal(set) var count = 0

    /// The physical line, from 1, at which the row starts.
    public internal(set) var line = 0

    // The bytes belong to the reader's window. `count` is 0 whenever they may have moved, and
    // `owner` keeps them alive, so a row that outlives its reader is still sound.
    @usableFromInline var bytes: UnsafePointer<UInt8>
    @usableFromInline let cells: UnsafeMutablePointer<Cell>
    @usableFromInline var isBorrowed = false
    private let owner: ReadWindow

    init(owner: ReadWindow, capacity: Int) {
        self.owner = owner
        bytes = UnsafePointer(owner.bytes)
        cells = .allocate(capacity: capacity)
    }

    deinit { cells.deallocate() }

    /// Whether the cell was written in quotes; tells `""` from nothing at all.
    @inlinable
    public func isQuoted(_ column: Int) -> Bool { cell(column).isQuoted }

    /// Whether the cell has no bytes, quoted or not.
    @inlinable
    public func isEmpty(_ column: Int) -> Bool { cell(column).start == cell(column).end }

    /// Lends the cell's bytes, unquoted, to `body`.
    ///
    /// - Precondition: `body` does not call the reader's `next()`.
    /// - Throws: What `body` throws.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ column: Int, _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let cell = cell(column)
        let wasBorrowed = isBorrowed
        isBorrowed = true
        defer { isBorrowed = wasBorrowed }
        let buffer = UnsafeRawBufferPointer(start: bytes + cell.start, count: cell.end - cell.start)
        return try body(buffer.bytes)
    }

    /// Lends the bytes of the whole row up to its last cell to `body`: those of a cell stand at its `range(_:)`, and what
    /// stands between cells means nothing.
    ///
    /// - Precondition: `body` does not call the reader's `next()`.
    /// - Throws: What `body` throws.
    @inlinable
    public func withRow<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let wasBorrowed = isBorrowed
        isBorrowed = true
        defer { isBorrowed = wasBorrowed }
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count == 0 ? 0 : cells[count - 1].end)
        return try body(buffer.bytes)
    }

    /// Where the cell stands among the bytes of `withRow`.
    @inlinable
    public func range(_ column: Int) -> Range<Int> {
        let cell = cell(column)
        return cell.start..<cell.end
    }

    /// The cell as text. Bytes that are not UTF-8 become U+FFFD; `withBytes` gives them unchanged.
    ///
    /// - Complexity: O(*n*) in the cell's bytes; allocates above 15.
    public func string(_ column: Int) -> String {
        withBytes(column) { span in
            span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
    }

    @inlinable
    func cell(_ column: Int) -> Cell {
        precondition(column >= 0 && column < count, "no such column in the current row")
        return cells[column]
    }
}
