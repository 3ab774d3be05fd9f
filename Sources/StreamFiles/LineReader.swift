// A recorded stream as lines of bytes. Not for CSV, where a line feed may stand inside a field,
// and not for decoding text: a line is bytes, whatever they encode.

/// Reads a file line by line, without an allocation per line.
///
///     let reader = try LineReader(path: "events.jsonl.gz")
///     while try reader.next() {
///       reader.withLine { line in consume(line, at: reader.lineNumber) }
///     }
///
/// A line ends with LF or CRLF, neither of which is delivered; a CR elsewhere is content. The
/// last line may lack its terminator. A UTF-8 byte order mark at the start of the file is
/// dropped. An empty file has no lines.
///
/// Not thread safe: one owner reads.
public final class LineReader {
    /// 1 MiB: far above any sane event, far below what would hurt; a file without line feeds,
    /// say a binary one given by mistake, stops here instead of filling memory.
    public static let defaultMaximumLineBytes = 1 << 20

    /// The file being read, for its progress.
    public let file: InputFile

    /// The longest line accepted, in bytes without its terminator.
    public let maximumLineBytes: Int

    /// The number, from 1, of the line last delivered; 0 before the first.
    public private(set) var lineNumber = 0

    @usableFromInline var isBorrowed = false
    @usableFromInline var line: UnsafeRawBufferPointer?
    private let window: ReadWindow
    private var unconsumed = 0
    private var failure: StreamFileError?

    /// Opens a file as `InputFile` does, and reads it as lines.
    ///
    /// - Throws: What opening throws.
    public convenience init(
        path: String, maximumLineBytes: Int = LineReader.defaultMaximumLineBytes,
        blockSize: Int = InputFile.defaultBlockSize
    ) throws(StreamFileError) {
        let file = try InputFile(path: path, blockSize: blockSize)
        try self.init(file, maximumLineBytes: maximumLineBytes)
    }

    /// Reads the rest of `file`, which nobody else may read from now on.
    ///
    /// - Parameter maximumLineBytes: Within `InputFile.admissibleSizes`; memory is bounded by a few
    ///   times that plus a few blocks.
    /// - Throws: What reading the first bytes throws.
    public init(
        _ file: InputFile, maximumLineBytes: Int = LineReader.defaultMaximumLineBytes
    ) throws(StreamFileError) {
        precondition(
            InputFile.admissibleSizes.contains(maximumLineBytes),
            "maximum line length out of range: \(maximumLineBytes)")
        self.file = file
        self.maximumLineBytes = maximumLineBytes
        window = ReadWindow(file)
        try window.skipByteOrderMark()
    }

    /// Moves to the next line. Returns false at the end of the file.
    ///
    /// - Throws: `lineTooLong`, or what reading throws; then the same at each later call. The start
    ///   of a line whose end could not be read is not delivered.
    /// - Complexity: O(*n*) in the bytes of the line.
    public func next() throws(StreamFileError) -> Bool {
        precondition(!isBorrowed, "the line is borrowed by withLine")
        if let failure { throw failure }
        line = nil
        do throws(StreamFileError) {
            return try advance()
        } catch {
            failure = error
            throw error
        }
    }

    /// Lends the current line, without terminator, to `body`.
    ///
    /// - Precondition: The last `next()` returned true, and `body` does not call `next()`.
    /// - Throws: What `body` throws.
    @inlinable
    public func withLine<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let line else { preconditionFailure("there is no current line") }
        let wasBorrowed = isBorrowed
        isBorrowed = true
        defer { isBorrowed = wasBorrowed }
        return try body(line.bytes)
    }

    private func advance() throws(StreamFileError) -> Bool {
        window.consume(unconsumed)
        unconsumed = 0
        if window.count == 0 {
            if try !window.fill() { return false }
        }
        guard let found = try window.findLine(maximumCount: maximumLineBytes) else {
            throw StreamFileError(
                .lineTooLong, "the line is longer than \(maximumLineBytes) bytes",
                remedy: "check that this is a text file, or raise the maximum line length",
                file: file.name, line: lineNumber + 1)
        }
        lineNumber += 1
        unconsumed = found.totalCount
        line = UnsafeRawBufferPointer(start: window.bytes, count: found.contentCount)
        return true
    }
}
