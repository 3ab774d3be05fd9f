// Records that had no effect, as JSON lines beside the journal, for a person to look at.

import Glibc
import PipelineRoles
import WireFormat

/// Appends quarantined records to a bounded file. It belongs to one thread at a time.
///
/// At most `maximumBytes` are kept; beyond them records are only counted, as they are anyway. A record is written once:
/// after a restart the fold decides again, in the same order, what it decided after the checkpoint it starts from, and
/// what stands in the file already is passed over.
final class QuarantineFile {
    static let maximumBytes = 64 << 20

    private let descriptor: Int32
    private var size: Int
    // Whether a part of a line stands behind `size`.
    private var hasTornEnd = false
    // What had been decided when the file was opened, by the place of the deciding record, and how many lines of it.
    private var lastDecision: UInt64?
    private var lastDecisionLines = 0

    static func path(journalPath: String) -> String { journalPath + ".quarantine.jsonl" }

    /// The file as notes of a journal's records.
    static func notes(journalPath: String) -> JournalNotes {
        JournalNotes(path: path(journalPath: journalPath), prefix: "{\"decidedBy\":")
    }

    init(journalPath: String) throws {
        let path = QuarantineFile.path(journalPath: journalPath)
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw HostError(
                .system, "cannot open \(path): \(String(cString: strerror(errno)))",
                remedy: "check the folder's permissions")
        }
        let existing = try readFile(path, maximumBytes: QuarantineFile.maximumBytes * 2)
        // A line without its end was being written when the process was killed: it is decided again.
        size = existing.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        if size < existing.count, ftruncate(descriptor, off_t(size)) != 0 {
            throw DurableFile.failure("truncate", path)
        }
        let notes = QuarantineFile.notes(journalPath: journalPath)
        for line in existing[..<size].split(separator: 0x0A) {
            guard let decision = notes.number(in: line) else { continue }
            if let last = lastDecision, decision <= last {
                if decision == last { lastDecisionLines += 1 }
            } else {
                (lastDecision, lastDecisionLines) = (decision, 1)
            }
        }
    }

    deinit { close(descriptor) }

    /// Whether a finding stands in the file since before it was opened.
    private func stands(_ quarantined: Quarantined) -> Bool {
        guard let last = lastDecision, quarantined.decidedBy <= last else { return false }
        guard quarantined.decidedBy == last else { return true }
        guard lastDecisionLines > 0 else { return false }
        lastDecisionLines -= 1
        return true
    }

    /// Appends a finding, whose record must be durable.
    func write(_ quarantined: Quarantined) {
        guard !stands(quarantined), size < QuarantineFile.maximumBytes else { return }
        if hasTornEnd {
            guard ftruncate(descriptor, off_t(size)) == 0 else { return }
            hasTornEnd = false
        }
        let line = QuarantineFile.line(of: quarantined)
        // A diagnostic copy: the journal holds the record itself, so a failed write loses no fact.
        let written = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written == line.count {
            size += written
        } else if written > 0 {
            // A part of a line, on a full disk: without it the next line would be glued to it, and both be lost.
            hasTornEnd = ftruncate(descriptor, off_t(size)) != 0
        }
    }

    /// Makes what was written durable: a checkpoint is never decided again.
    func sync() { fdatasync(descriptor) }

    private static func line(of quarantined: Quarantined) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.number("decidedBy", quarantined.decidedBy)
            json.number("sequence", quarantined.sequence)
            json.text("reason", quarantined.reason.code)
            json.member(of: quarantined.record)
        }
        return json.bytes + [0x0A]
    }
}
