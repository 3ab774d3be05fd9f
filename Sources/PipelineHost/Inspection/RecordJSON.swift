// A journal record as JSON, for people: the quarantine file and `weir inspect journal` show it alike.

import ScoringRecords
import WireFormat

extension JSONWriter {
    /// Adds what identifies a record as one member of the open object; features and scores are left out.
    mutating func member(of record: JournalRecord) {
        switch record {
        case .specification(let digest): text("specification", digest.hexadecimal)
        case .scored(let event):
            key("event")
            object { json in
                json.text("id", event.id.text)
                json.text("time", ISO8601.text(event.time))
            }
        case .label(let label):
            key("label")
            object { $0.members(of: label) }
        case .rejection(let reason): text("rejection", reason.code)
        case .rejections(let reason, let count):
            text("rejections", reason.code)
            number("count", count)
        case .watermark(let mark):
            key("watermark")
            object { json in
                json.number("source", mark.source)
                json.text("time", mark.time == .distantFuture ? "end" : ISO8601.text(mark.time))
                json.number("position", mark.position)
            }
        case .sourceLeft(let source): number("sourceLeft", source)
        case .control(let control): text("control", control.name)
        case .modelPart(let bytes): number("modelPart", bytes.count)
        case .rollback(let rollback):
            key("rollback")
            object { json in
                json.number("records", rollback.records)
                json.number("bytes", rollback.byteCount)
            }
        }
    }

    private mutating func members(of label: Label) {
        text("id", label.id.text)
        number("head", label.head)
        switch label.value {
        case .share(let value):
            key("value")
            number(value)
        case .category(let category): number("class", category)
        }
        text("time", ISO8601.text(label.time))
        key("weight")
        number(label.weight)
    }

    mutating func text(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    mutating func number(_ name: String, _ value: some BinaryInteger) {
        key(name)
        integer(value)
    }
}

extension JournalRecord {
    /// The kind's name in inspections; PROTOCOL.md §8 lists them.
    var kindName: String {
        switch self {
        case .specification: "specification"
        case .scored: "scored"
        case .label: "label"
        case .rejection: "rejection"
        case .rejections: "rejections"
        case .watermark: "watermark"
        case .sourceLeft: "sourceLeft"
        case .control: "control"
        case .modelPart: "modelPart"
        case .rollback: "rollback"
        }
    }
}
