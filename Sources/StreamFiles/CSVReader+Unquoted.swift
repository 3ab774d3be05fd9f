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
        func close(at end: Int) {
            if fieldCount < capacity {
                cells[fieldCount] = CSVRow.Cell(start: start, end: end, isQuoted: false)
            }
            // Judged once after the loop: a branch that throws would cost each cell.
            longest = max(longest, end - start)
            fieldCount += 1
            start = end + 1
        }
        // Eight bytes at a time, each of which is in the line.
        var position = 0
        let pattern = CSVReader.ones &* UInt64(delimiter)
        while position + 8 <= line.contentCount {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt64.self))
            var matches = CSVReader.zeroBytes(word ^ pattern)
            while matches != 0 {
                close(at: position + (matches.trailingZeroBitCount >> 3))
                matches &= matches &- 1
            }
            position += 8
        }
        while position < line.contentCount {
            if bytes[position] == delimiter { close(at: position) }
            position += 1
        }
        close(at: line.contentCount)
        if longest > options.maximumFieldBytes { throw unquotedFieldTooLong(among: fieldCount) }
        return CSVRowExtent(fieldCount: fieldCount, byteCount: line.totalCount, lineCount: 1)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The top bit of every byte of `word` that is zero, and of no other.
    ///
    /// Adding 0x7F to the low seven bits carries into the top bit unless they are zero, and never further (Warren, *Hacker's
    /// Delight*, 2nd ed., §6-1).
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        let low = ones &* 0x7F
        return ~(((word & low) &+ low) | word | low)
    }

    private func unquotedFieldTooLong(among fieldCount: Int) -> StreamFileError {
        let stored = min(fieldCount, options.maximumColumns)
        let index = (0..<stored).first {
            row.cells[$0].end - row.cells[$0].start > options.maximumFieldBytes
        }
        return fieldTooLong(column: index ?? stored)
    }
}
