// Labels that were returned from quarantine, beside the journal, so that nobody returns them twice.

import Glibc
import Journal
import ScoringRecords
import WireFormat

/// The file `<journal>.requeued.jsonl`: a line for each label, written after its acknowledgement.
final class ReturnedLabels {
    private let notes: JournalNotes
    private let path: String
    private let descriptor: Int32

    /// The file as notes of a journal's records.
    static func notes(journalPath: String) -> JournalNotes {
        JournalNotes(path: journalPath + ".requeued.jsonl", prefix: "{\"sequence\":")
    }

    init(journalPath: String) throws {
        notes = ReturnedLabels.notes(journalPath: journalPath)
        path = notes.path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw DurableFile.failure("open", path) }
    }

    deinit { close(descriptor) }

    /// The labels noted so far, looked up in the journal.
    ///
    /// What retention has removed meanwhile cannot be in quarantine as a record any more, so it is not missed.
    func labels(in journal: some JournalReading) throws -> Set<Label> {
        let start = try journal.startSequence
        let sequences = Set(try notes.numbers().filter { $0 >= start })
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
