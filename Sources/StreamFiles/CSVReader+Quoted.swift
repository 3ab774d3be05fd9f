// The careful path: the whole grammar of RFC 4180, section 2, byte by byte.
//
// A row may reach over many lines and blocks. Its bytes stay in the window from its first on,
// positions are relative to that byte, and reading on only adds at the end; so nothing is ever
// scanned twice. Doubled quotes are undone in place, writing at or before the byte being read.

extension CSVReader {
    /// Where in a field the scan stands.
    private enum State {
        case fieldStart
        case unquoted
        case quoted
        /// After a quote inside a quoted field: its end, or the first of two.
        case afterQuote
        /// After a closing quote and a CR: only LF may follow.
        case afterQuoteAndReturn
    }

    /// Scans the row at the front of the window. Long, but it is one automaton and one loop:
    /// cutting it up would hide the transitions.
    func scanQuotedRow() throws(StreamFileError) -> CSVRowExtent {
        let delimiter = options.delimiter.rawValue
        // The terminator may add CR and LF. Whatever the blocks, the scan stops at this very byte.
        let longest = options.maximumRowBytes + 2
        var extent = CSVRowExtent()
        var state = State.fieldStart
        var position = 0  // the byte being read
        var start = 0  // the field's first byte
        var end = 0  // past the field's last byte; in quotes, where the next byte is written
        while true {
            if position == longest { throw rowTooLong(column: extent.fieldCount) }
            if position == window.count {
                if try !window.fill() {
                    try finishAtEndOfFile(state, &extent, start, end, position)
                    return extent
                }
            }
            let bytes = window.bytes
            let available = min(window.count, longest)
            scan: while position < available {
                let byte = bytes[position]
                switch state {
                case .fieldStart where byte == ASCII.quote:
                    state = .quoted
                    start = position + 1
                    end = start
                case .fieldStart:
                    state = .unquoted
                    start = position
                    end = start
                    continue scan
                case .unquoted where byte == delimiter:
                    try close(start, end, isQuoted: false, &extent)
                    state = .fieldStart
                case .unquoted where byte == ASCII.lineFeed:
                    let hasReturn = end > start && bytes[end - 1] == ASCII.carriageReturn
                    try close(start, hasReturn ? end - 1 : end, isQuoted: false, &extent)
                    return try finish(&extent, contentCount: hasReturn ? position - 1 : position, position)
                case .unquoted:
                    if byte == ASCII.quote { throw quoteInUnquoted(column: extent.fieldCount) }
                    end += 1
                case .quoted where byte == ASCII.quote:
                    state = .afterQuote
                case .quoted:
                    if byte == ASCII.lineFeed { extent.lineCount += 1 }
                    bytes[end] = byte
                    end += 1
                    if end - start > options.maximumFieldBytes {
                        throw fieldTooLong(column: extent.fieldCount, isQuoted: true)
                    }
                case .afterQuote where byte == ASCII.quote:
                    bytes[end] = byte
                    end += 1
                    state = .quoted
                case .afterQuote where byte == delimiter:
                    try close(start, end, isQuoted: true, &extent)
                    state = .fieldStart
                case .afterQuote where byte == ASCII.carriageReturn:
                    state = .afterQuoteAndReturn
                case .afterQuote where byte == ASCII.lineFeed:
                    try close(start, end, isQuoted: true, &extent)
                    return try finish(&extent, contentCount: position, position)
                case .afterQuoteAndReturn where byte == ASCII.lineFeed:
                    try close(start, end, isQuoted: true, &extent)
                    return try finish(&extent, contentCount: position - 1, position)
                case .afterQuote, .afterQuoteAndReturn:
                    throw textAfterQuote(column: extent.fieldCount)
                }
                position += 1
            }
        }
    }

    private func close(
        _ start: Int, _ end: Int, isQuoted: Bool, _ extent: inout CSVRowExtent
    ) throws(StreamFileError) {
        if end - start > options.maximumFieldBytes {
            throw fieldTooLong(column: extent.fieldCount, isQuoted: isQuoted)
        }
        if extent.fieldCount < options.maximumColumns {
            row.cells[extent.fieldCount] = CSVRow.Cell(start: start, end: end, isQuoted: isQuoted)
        }
        extent.fieldCount += 1
    }

    private func finish(
        _ extent: inout CSVRowExtent, contentCount: Int, _ lineFeed: Int
    ) throws(StreamFileError) -> CSVRowExtent {
        if contentCount > options.maximumRowBytes { throw rowTooLong(column: extent.fieldCount - 1) }
        extent.byteCount = lineFeed + 1
        return extent
    }

    private func finishAtEndOfFile(
        _ state: State, _ extent: inout CSVRowExtent, _ start: Int, _ end: Int, _ position: Int
    ) throws(StreamFileError) {
        switch state {
        case .quoted: throw unterminatedQuote(column: extent.fieldCount)
        case .afterQuoteAndReturn: throw textAfterQuote(column: extent.fieldCount)
        case .fieldStart: try close(position, position, isQuoted: false, &extent)
        case .unquoted: try close(start, end, isQuoted: false, &extent)
        case .afterQuote: try close(start, end, isQuoted: true, &extent)
        }
        if position > options.maximumRowBytes { throw rowTooLong(column: extent.fieldCount - 1) }
        extent.byteCount = position
    }
}
