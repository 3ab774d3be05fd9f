// Labels that were returned from quarantine, beside the journal, so that nobody returns them twice.

import Glibc
import Journal
import ScoringRecords
import WireFormat

/// The file `<journal>.requeued.jsonl`: a line for each label, written after its acknowledgement.
final class ReturnedLabels {
    private let path: String
    private let descriptor: Int32
    private static let maximumBytes = 1 << 30
    private static let prefix = Array("{\"sequence\":".utf8)

    init(journalPath: String) throws {
        path = journalPath + ".requeued.jsonl"
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw DurableFile.failure("open", path) }
    }

    deinit { close(descriptor) }

    /// The labels noted so far, looked up in the journal.
    ///
    /// What retention has removed meanwhile cannot be in quarantine as a record any more, so it is not missed.
    func labels(in journal: some JournalReading) throws -> Set<Label> {
        let start = try journal.startSequence
        var sequences: Set<UInt64> = []
        for line in try readFile(path, maximumBytes: ReturnedLabels.maximumBytes).split(separator: 0x0A)
        where line.starts(with: ReturnedLabels.prefix) {
            let digits = line.dropFirst(ReturnedLabels.prefix.count).prefix { (0x30...0x39).contains($0) }
            if let sequence = UInt64(String(decoding: digits, as: UTF8.self)), sequence >= start {
                sequences.insert(sequence)
            }
        }
        var labels: Set<Label> = []
        guard let first = sequences.min() else { return labels }
        try JournalRestore.entries(of: journal, from: first, to: try journal.endSequence) { sequence, record in
            if case .label(let label) = record, sequences.contains(sequence) { labels.insert(label) }
        }
        return labels
    }

    /// Notes labels whose records in the journal are durable, durably.
    func note(_ returned: some Collection<(sequence: UInt64, label: Label)>) throws {
        var lines: [UInt8] = []
        for (sequence, label) in returned {
            var json = JSONWriter()
            json.object { json in
                json.number("sequence", sequence)
                json.member(of: .label(label))
            }
            lines += json.bytes + [0x0A]
        }
        let written = lines.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == lines.count, fdatasync(descriptor) == 0 else { throw DurableFile.failure("write", path) }
    }
}
