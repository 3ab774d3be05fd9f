// Recorded rows from a file, whatever its format, as field values under chosen names.

import ScoringRecords
import StreamFiles
import WireFormat

/// Reads CSV or JSON lines, plain or gzip, one row at a time.
final class RowReader {
    /// One row, or the raw text of a line that is no JSON object.
    enum Row {
        case fields
        case unreadable([UInt8])
    }

    private enum Format {
        case csv(CSVReader, columns: [Int?])
        case lines(LineReader, FlatObjectDecoder)
    }

    /// The row read last, in the order of the names.
    private(set) var fields: FieldValues
    private var format: Format

    /// Opens `path` and looks up `names`.
    ///
    /// - Throws: a file that cannot be read; a name in `required` that is no column of a CSV file.
    init(path: String, names: [String], required: Set<String>) throws {
        fields = FieldValues(fieldCount: names.count)
        switch RowReader.kind(of: path) {
        case .csv(let delimiter)?:
            var options = CSVOptions()
            options.delimiter = delimiter
            let reader = try CSVReader(path: path, options: options)
            let columns = names.map { reader.columnIndex(named: $0) }
            for (name, column) in zip(names, columns) where column == nil && required.contains(name) {
                throw HostError(
                    .data, "\(path) has no column '\(name)'",
                    remedy: "its columns are: \(reader.columns.joined(separator: ", "))")
            }
            format = .csv(reader, columns: columns)
        case .lines?:
            format = .lines(try LineReader(path: path), FlatObjectDecoder(names: names))
        case nil:
            throw HostError(
                .data, "the format of \(path) is unknown",
                remedy: "name it .csv, .tsv, .jsonl or .ndjson, with .gz behind it where it is compressed")
        }
    }

    private enum Kind {
        case csv(CSVDelimiter), lines
    }

    private static func kind(of path: String) -> Kind? {
        let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
        if name.hasSuffix(".csv") { return .csv(.comma) }
        if name.hasSuffix(".tsv") { return .csv(.tab) }
        if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") || name.hasSuffix(".json") { return .lines }
        return nil
    }

    private var file: InputFile {
        switch format {
        case .csv(let reader, _): reader.file
        case .lines(let reader, _): reader.file
        }
    }

    /// Whether opening the path again gives the same rows: not for a pipe.
    var canBeReadAgain: Bool { file.totalBytes != nil }

    /// How much of the file has been read, 0 to 1; `nil` for a pipe.
    var progress: Double? {
        guard let total = file.totalBytes, total > 0 else { return nil }
        return min(1, Double(file.compressedBytesRead) / Double(total))
    }

    /// Reads the next row; `nil` at the end.
    func next() throws -> Row? {
        switch format {
        case .csv(let reader, let columns):
            guard try reader.next() else { return nil }
            let row = reader.row
            row.withRow { bytes in
                bytes.withUnsafeBytes { bytes in
                    fields.fill(from: bytes) { _, values in
                        for (index, column) in columns.enumerated() {
                            let isMissing = column.map { row.isEmpty($0) && !row.isQuoted($0) } ?? true
                            values[index] = isMissing ? .missing : .text(column.map { row.range($0) } ?? 0..<0)
                        }
                    }
                }
            }
            return .fields
        case .lines(let reader, var decoder):
            while try reader.next() {
                let line = reader.withLine { $0.withUnsafeBytes { Array($0) } }
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
                do throws(JSONError) { try decoder.decode(line) } catch { return .unreadable(line) }
                fields = decoder.fields
                format = .lines(reader, decoder)
                return .fields
            }
            return nil
        }
    }
}
