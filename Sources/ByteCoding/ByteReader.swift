// Reads back what `ByteWriter` wrote, and trusts nothing about the bytes: they may come from a socket or a damaged
// disk.
//
// Why it holds an array and not a `RawSpan`: a non-escapable reader needs no copy of a socket's message, and plain
// clients can take it `inout`; but no client can keep one in a struct or a closure without an experimental compiler
// feature. An array is shared by reference, so here too no read copies anything but its own result, and messages become
// arrays anyway on their way to the journal.

/// Decodes values from bytes, in the order and the encodings of ``ByteWriter``.
///
///     func decodePair(_ reader: inout ByteReader) throws(ByteCodingError) -> (UInt32, String) {
///       (try reader.readUInt32(), try reader.readString(maximumByteCount: 64))
///     }
///
/// Every read either returns and moves past what it read, or throws a ``ByteCodingError`` and leaves the reader where
/// it was. No input makes it trap, read out of bounds, or reserve memory for more bytes than are there.
public struct ByteReader: Sendable {
    /// Shared with every subreader; a reader sees the part from `position` to `end`.
    @usableFromInline
    let storage: [UInt8]

    /// The offset of the next byte, counted from the start of the array that the outermost reader was made with.
    @inlinable
    public var position: Int { offset }

    @usableFromInline
    var offset: Int

    @usableFromInline
    let end: Int

    /// A reader at the start of `bytes`. Nothing is copied.
    @inlinable
    public init(_ bytes: [UInt8]) {
        self.init(storage: bytes, from: 0, to: bytes.count)
    }

    @inlinable
    init(storage: [UInt8], from start: Int, to end: Int) {
        self.storage = storage
        self.offset = start
        self.end = end
    }

    /// The number of bytes not read yet.
    @inlinable
    public var remaining: Int { end - offset }

    /// Whether every byte has been read.
    @inlinable
    public var isAtEnd: Bool { offset == end }

    /// Says that a message ends here.
    ///
    /// - Throws: `trailingBytes` if it does not.
    @inlinable
    public func expectEnd() throws(ByteCodingError) {
        guard isAtEnd else { throw .trailingBytes(count: remaining, at: offset) }
    }

    /// Moves past `count` bytes.
    ///
    /// - Precondition: `count` ≥ 0.
    /// - Throws: `truncated`.
    @inlinable
    public mutating func skip(_ count: Int) throws(ByteCodingError) {
        try require(count)
        offset += count
    }

    /// Moves past `count` bytes and returns a reader that sees only them, on the same memory.
    ///
    /// Its offsets go on counting from the outermost start.
    ///
    /// - Precondition: `count` ≥ 0.
    /// - Throws: `truncated`.
    @inlinable
    public mutating func subreader(_ count: Int) throws(ByteCodingError) -> ByteReader {
        let start = offset
        try skip(count)
        return ByteReader(storage: storage, from: start, to: offset)
    }

    /// The one bounds check that every read goes through.
    @inlinable
    func require(_ count: Int) throws(ByteCodingError) {
        precondition(count >= 0, "a byte count is not negative")
        guard count <= remaining else { throw .truncated(needed: count, available: remaining, at: offset) }
    }
}
