// A recorded stream as CSV rows (RFC 4180), one at a time. Not for writing CSV, not for guessing
// delimiters or types: a cell is bytes, and what they mean is for whoever asked.
//
// Why our own: swiftcsv/SwiftCSV loads the whole file into memory before its first row, and the
// streams read here are larger than memory. Reading must also stay within bounds and fail with a
// line to look at, which is most of what is below.

/// Reads a CSV file with a header row, without an allocation per row.
///
///     let reader = try CSVReader(path: "events.csv.gz")
///     guard let carrier = reader.columnIndex(named: "carrier") else { return }
///     while try reader.next() { print(reader.row.line, reader.row.string(carrier)) }
///
/// The grammar is RFC 4180's: a field with a delimiter, quote or line break stands in quotes, and
/// a quote inside it is doubled. Rows end with LF or CRLF, the last one also with the file; a CR
/// elsewhere is content. A blank line is a row of one empty field, hence an error unless there is
/// one column. A UTF-8 byte order mark at the start of the file is dropped.
///
/// Not thread safe: one owner reads.
public final class CSVReader {
    /// The file being read, for its progress.
    public let file: InputFile

    /// The delimiter and the limits in force.
    public let options: CSVOptions

    /// The header row: distinct, not empty names in the order of the file.
    public private(set) var columns: [String] = []

    /// The current row: one object, refilled by each `next()`.
    public let row: CSVRow

    let window: ReadWindow
    private var unconsumed = 0
    private var nextLine = 1
    private var failure: StreamFileError?

    /// Opens a file as `InputFile` does, and reads its header row.
    ///
    /// - Throws: What opening and reading the header throw.
    public convenience init(
        path: String, options: CSVOptions = CSVOptions(),
        blockSize: Int = InputFile.defaultBlockSize
    ) throws(StreamFileError) {
        try self.init(try InputFile(path: path, blockSize: blockSize), options: options)
    }

    /// Reads the header row of `file`, which nobody else may read from now on.
    ///
    /// - Throws: `headerMissing` for an empty file, `headerNotUTF8`, `columnNameEmpty`,
    ///   `columnNameDuplicate`, `tooManyColumns`, or what `next()` throws.
    public init(
        _ file: InputFile, options: CSVOptions = CSVOptions()
    ) throws(StreamFileError) {
        precondition(
            [options.maximumFieldBytes, options.maximumRowBytes, options.maximumColumns]
                .allSatisfy(InputFile.admissibleSizes.contains), "CSV limit out of range: \(options)")
        self.file = file
        self.options = options
        window = ReadWindow(file)
        row = CSVRow(owner: window, capacity: options.maximumColumns)
        try window.skipByteOrderMark()
        columns = try readHeader()
    }

    /// The index of a column; `nil` if the header does not name it.
    ///
    /// - Complexity: O(*n*) in the columns; to be asked once, not per row.
    public func columnIndex(named name: String) -> Int? { columns.firstIndex(of: name) }

    /// Moves `row` to the next row. Returns false, and leaves it without cells, at the end.
    ///
    /// - Throws: `fieldCountMismatch`, `fieldTooLong`, `rowTooLong`, `unterminatedQuote` or
    ///   `strayQuote`, each with the line at which the row starts and the column, or what reading
    ///   throws; then the same at each later call.
    /// - Complexity: O(*n*) in the bytes of the row.
    public func next() throws(StreamFileError) -> Bool {
        precondition(!row.isBorrowed, "the row is borrowed by withBytes")
        if let failure { throw failure }
        do throws(StreamFileError) {
            guard let fieldCount = try readRow() else { return false }
            if fieldCount != columns.count { throw fieldCountMismatch(fieldCount) }
            row.count = fieldCount
            return true
        } catch {
            failure = error
            throw error
        }
    }

    /// Finds the cells of the next row, but leaves `row.count` at 0 until they are judged.
    ///
    /// - Returns: The number of fields, which may be more than `row` could store; `nil` at the end.
    func readRow() throws(StreamFileError) -> Int? {
        row.count = 0
        window.consume(unconsumed)
        unconsumed = 0
        if window.count == 0 {
            if try !window.fill() { return nil }
        }
        row.line = nextLine
        let extent = try scanRow()
        unconsumed = extent.byteCount
        nextLine += extent.lineCount
        row.bytes = UnsafePointer(window.bytes)
        return extent.fieldCount
    }

    private func scanRow() throws(StreamFileError) -> CSVRowExtent {
        // A line that is too long goes the careful way as well, which finds the reason: a quote left
        // open somewhere is likelier than a row of that size.
        if let line = try window.findLine(maximumCount: options.maximumRowBytes),
            let extent = try scanUnquotedRow(line)
        {
            return extent
        }
        return try scanQuotedRow()
    }
}
