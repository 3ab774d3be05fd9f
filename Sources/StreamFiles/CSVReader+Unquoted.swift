// The fast path: a row without any quote is one line split at its delimiters.

import Glibc

extension CSVReader {
    /// Splits `line`, which lies at the front of the window, into cells.
    ///
    /// - Returns: `nil`, and no cell stored, if the line has a quote; then only `scanQuotedRow`
    ///   can say where the row ends.
    func scanUnquotedRow(_ line: ReadWindow.Line) throws(StreamFileError) -> CSVRowExtent? {
        let bytes = window.bytes
        if memchr(bytes, Int32(ASCII.quote), line.contentCount) != nil { return nil }
        let delimiter = options.delimiter.rawValue
        let capacity = options.maximumColumns
        let cells = row.cells
        var fieldCount = 0
        var start = 0
        var longest = 0
        for position in 0...line.contentCount {
            guard position == line.contentCount || bytes[position] == delimiter else { continue }
            if fieldCount < capacity {
                cells[fieldCount] = CSVRow.Cell(start: start, end: position, isQuoted: false)
            }
            // Judged once after the loop: a branch that throws would cost each cell.
            longest = max(longest, position - start)
            fieldCount += 1
            start = position + 1
        }
        if longest > options.maximumFieldBytes { throw unquotedFieldTooLong(among: fieldCount) }
        return CSVRowExtent(fieldCount: fieldCount, byteCount: line.totalCount, lineCount: 1)
    }

    private func unquotedFieldTooLong(among fieldCount: Int) -> StreamFileError {
        let stored = min(fieldCount, options.maximumColumns)
        let index = (0..<stored).first {
            row.cells[$0].end - row.cells[$0].start > options.maximumFieldBytes
        }
        return fieldTooLong(column: index ?? stored)
    }
}
