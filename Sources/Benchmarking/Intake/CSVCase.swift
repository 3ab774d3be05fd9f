// CSV rows from a file to field values: what a replay does before it makes intake records of them.

import Glibc
import ScoringRecords
import StreamFiles

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

    func read(named name: String, seconds: Double) throws -> BenchmarkResult {
        var hash = ResultHash()
        try round { fields in
            for value in fields.values {
                if case .text(let range) = value {
                    for byte in fields.text[range] { hash.add(UInt64(byte)) }
                }
            }
        }
        let timing = try RoundTiming.measure(seconds: seconds, events: events) { try round { _ in } }
        return BenchmarkResult(
            name: name, timing: timing, resultHash: hash.value,
            figures: [.init("bytesPerEvent", Double(byteCount) / Double(events))])
    }

    private func round(_ body: (FieldValues) -> Void) throws {
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
            body(fields)
        }
    }
}

enum CSVCaseError: Error {
    case noTemporaryFile
}
