// The wording of what can be wrong with a row. Columns come as indices from 0, the way the
// scanners count, and leave as numbers from 1 with their names, the way people do.

extension CSVReader {
    func failure(
        _ code: StreamFileError.Code, _ message: String, remedy: String,
        line: Int? = nil, column: Int? = nil
    ) -> StreamFileError {
        StreamFileError(
            code, message, remedy: remedy, file: file.name,
            line: line ?? row.line, column: column.map { $0 + 1 })
    }

    func fieldCountMismatch(_ count: Int) -> StreamFileError {
        let expected = columns.count
        let detail = count < expected ? "; \(field(count)) is missing" : ""
        return failure(
            .fieldCountMismatch, "the row has \(count) fields, the header \(expected)\(detail)",
            remedy: "check the delimiter, and quote fields that contain it",
            column: min(count, expected))
    }

    func fieldTooLong(column: Int, isQuoted: Bool = false) -> StreamFileError {
        failure(
            .fieldTooLong, "\(field(column)) is longer than \(options.maximumFieldBytes) bytes",
            remedy: isQuoted
                ? "look for a quote left open, or raise the maximum field length"
                : "check the delimiter, or raise the maximum field length", column: column)
    }

    func rowTooLong(column: Int) -> StreamFileError {
        failure(
            .rowTooLong,
            "the row is longer than \(options.maximumRowBytes) bytes, which end in \(field(column))",
            remedy: "look for a quote left open, or raise the maximum row length", column: column)
    }

    func unterminatedQuote(column: Int) -> StreamFileError {
        failure(
            .unterminatedQuote, "the file ends inside quoted \(field(column))",
            remedy: "close the quote, or record again what is missing", column: column)
    }

    func quoteInUnquoted(column: Int) -> StreamFileError {
        failure(
            .strayQuote, "a quote stands inside unquoted \(field(column))",
            remedy: "put the whole field in quotes and double each quote inside it", column: column)
    }

    func textAfterQuote(column: Int) -> StreamFileError {
        failure(
            .strayQuote, "text follows the closing quote of \(field(column))",
            remedy: "double each quote inside the field, or delete the text", column: column)
    }

    private func field(_ column: Int) -> String {
        column < columns.count ? "field '\(columns[column])'" : "field \(column + 1)"
    }
}
