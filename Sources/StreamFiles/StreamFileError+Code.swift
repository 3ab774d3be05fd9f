// The catalogue of this module's errors. The raw values appear in logs: they are only ever added.

extension StreamFileError {
    /// The kinds of failure, one per thing a caller or an operator would do differently.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// No file has this path.
        case notFound = "not-found"
        /// The path is a directory.
        case isDirectory = "is-directory"
        /// The system refused to open the file, for instance for want of permission.
        case openFailed = "open-failed"
        /// The system refused to read on, or zlib found no memory.
        case readFailed = "read-failed"
        /// The file ends inside a gzip member.
        case gzipTruncated = "gzip-truncated"
        /// A gzip member is damaged, or something else follows a complete one.
        case gzipCorrupt = "gzip-corrupt"
        /// A line is longer than the reader's maximum.
        case lineTooLong = "line-too-long"
        /// The CSV file is empty, without even a header row.
        case headerMissing = "header-missing"
        /// A column name is not UTF-8.
        case headerNotUTF8 = "header-not-utf8"
        /// A column has an empty name.
        case columnNameEmpty = "column-name-empty"
        /// Two columns have one name.
        case columnNameDuplicate = "column-name-duplicate"
        /// The header has more columns than the options allow.
        case tooManyColumns = "too-many-columns"
        /// A row has more or fewer fields than the header.
        case fieldCountMismatch = "field-count-mismatch"
        /// A field is longer than the options allow.
        case fieldTooLong = "field-too-long"
        /// A row is longer than the options allow.
        case rowTooLong = "row-too-long"
        /// The file ends inside a quoted field.
        case unterminatedQuote = "unterminated-quote"
        /// A quote stands inside an unquoted field, or text follows a closing quote.
        case strayQuote = "stray-quote"
    }
}
