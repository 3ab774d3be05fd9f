// Records that had no effect, as JSON lines beside the journal, for a person to look at.

import Glibc
import PipelineRoles
import ScoringRecords
import WireFormat

/// Appends quarantined records to a bounded file.
///
/// At most `maximumBytes` are kept; beyond them records are only counted, as they are anyway. A record is written once:
/// after a restart, what was decided no later than the last line of the file is passed over.
final class QuarantineFile {
    static let maximumBytes = 64 << 20

    private let descriptor: Int32
    private var size: Int
    // What had been decided when the file was opened, by the place of the deciding record.
    private var lastDecision: UInt64?

    init(journalPath: String) throws {
        let path = journalPath + ".quarantine.jsonl"
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw HostError(
                .system, "cannot open \(path): \(String(cString: strerror(errno)))",
                remedy: "check the folder's permissions")
        }
        let existing = try readFile(path, maximumBytes: QuarantineFile.maximumBytes * 2)
        size = existing.count
        // Each line begins {"decidedBy":N, — the last whole line tells how far the file has come.
        let prefix = Array("{\"decidedBy\":".utf8)
        for line in existing.split(separator: 0x0A) where line.starts(with: prefix) {
            let digits = line.dropFirst(prefix.count).prefix { (0x30...0x39).contains($0) }
            guard let decision = UInt64(String(decoding: digits, as: UTF8.self)) else { continue }
            lastDecision = max(lastDecision ?? 0, decision)
        }
    }

    deinit { close(descriptor) }

    func write(_ quarantined: Quarantined) {
        let isNew = lastDecision.map { quarantined.decidedBy > $0 } ?? true
        guard isNew, size < QuarantineFile.maximumBytes else { return }
        var json = JSONWriter()
        json.object { json in
            json.key("decidedBy")
            json.integer(quarantined.decidedBy)
            json.key("sequence")
            json.integer(quarantined.sequence)
            json.key("reason")
            json.string(quarantined.reason.code)
            switch quarantined.record {
            case .scored(let event):
                json.key("event")
                json.object { json in
                    json.key("id")
                    json.string(event.id.text)
                    json.key("time")
                    json.string(ISO8601.text(event.time))
                }
            case .label(let label):
                json.key("label")
                json.object { json in
                    json.key("id")
                    json.string(label.id.text)
                    json.key("head")
                    json.integer(label.head)
                    switch label.value {
                    case .share(let value):
                        json.key("value")
                        json.number(value)
                    case .category(let category):
                        json.key("class")
                        json.integer(category)
                    }
                    json.key("time")
                    json.string(ISO8601.text(label.time))
                    json.key("weight")
                    json.number(label.weight)
                }
            case .specification, .rejection, .rejections, .watermark, .sourceLeft:
                break  // these always have their effect
            }
        }
        let line = json.bytes + [0x0A]
        // A diagnostic copy: the journal holds the record itself, so a failed write loses no fact.
        let written = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written > 0 { size += written }
    }
}
