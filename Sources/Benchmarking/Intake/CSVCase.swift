// CSV rows from a file to the texts of their cells, and on to features, as a recording is evaluated.

import Glibc
import OnlineLearning
import ScoringRecords
import StreamFiles
import WireFormat

/// The workload as a file of its own, removed afterwards.
final class CSVCase {
    private let path: String
    private let events: Int
    private let byteCount: Int
    private var fields: FieldValues

    init(_ workload: IntakeWorkload) throws {
        var template = Array("/tmp/weir-bench-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw CSVCaseError.noTemporaryFile }
        defer { close(descriptor) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        events = workload.count
        var text = Array((IntakeWorkload.csvHeader + "\n").utf8)
        for index in 0..<workload.count { text += Array((workload.csv(index) + "\n").utf8) }
        byteCount = text.count
        fields = FieldValues(fieldCount: EventShape.canonical.fields + 2)
        var written = 0
        while written < text.count {
            let count = text.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            guard count > 0 else { throw CSVCaseError.noTemporaryFile }
            written += count
        }
    }

    deinit { unlink(path) }

    /// Hashes the features, which are those of the same events as JSON.
    func extract(named name: String, _ length: RoundLength) throws -> BenchmarkResult {
        let extractor = FeatureExtractor(definitions: IntakeWorkload.definitions, bits: JSONCase.indexBits)
        // Columns are those of the fields, behind id and time.
        let cells = CellReader(
            names: extractor.fields, numeric: extractor.fieldIsNumeric, cells: extractor.fields.indices.map { $0 + 2 })
        var typed = FieldValues(fieldCount: extractor.fields.count)
        var (features, numbers, scratch) = (FeatureVector(), [NumberObservation](), [UInt64]())
        func extract(_ row: FieldValues) throws {
            guard cells.read(row, into: &typed) != nil else { throw CSVCaseError.cellIsNotPlain }
            try extractor.extract(typed, moments: [], scratch: &scratch, into: &features, numbers: &numbers)
        }
        var hash = ResultHash()
        try round { row in
            try extract(row)
            hash.add(features)
        }
        let timing = try RoundTiming.measure(length, events: events) { try round(extract) }
        return BenchmarkResult(
            name: name, timing: timing, resultHash: hash.value,
            figures: [.init("bytesPerEvent", Double(byteCount) / Double(events))])
    }

    func read(named name: String, _ length: RoundLength) throws -> BenchmarkResult {
        var hash = ResultHash()
        try round { fields in
            for value in fields.values {
                if case .text(let range) = value {
                    for byte in fields.text[range] { hash.add(UInt64(byte)) }
                }
            }
        }
        let timing = try RoundTiming.measure(length, events: events) { try round { _ in } }
        return BenchmarkResult(
            name: name, timing: timing, resultHash: hash.value,
            figures: [.init("bytesPerEvent", Double(byteCount) / Double(events))])
    }

    private func round(_ body: (FieldValues) throws -> Void) throws {
        let reader = try CSVReader(path: path)
        let row = reader.row
        while try reader.next() {
            row.withRow { bytes in
                bytes.withUnsafeBytes { bytes in
                    fields.fill(from: bytes) { _, values in
                        for column in 0..<row.count {
                            values[column] = row.isEmpty(column) ? .missing : .text(row.range(column))
                        }
                    }
                }
            }
            try body(fields)
        }
    }
}

enum CSVCaseError: Error {
    case noTemporaryFile
    case cellIsNotPlain
}
