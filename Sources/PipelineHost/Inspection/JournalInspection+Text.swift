// A journal's summary for people, and the same for programs.

import ScoringRecords
import WireFormat

extension JournalInspection {
    private var times: (first: String, last: String)? {
        eventTimes.map {
            (
                ISO8601.text(Timestamp(microseconds: $0.lowerBound)),
                ISO8601.text(Timestamp(microseconds: $0.upperBound))
            )
        }
    }

    /// Lines of text, ending in a line feed.
    public var text: String {
        var lines = [
            "\(path): records \(frames.startSequence) to before \(frames.endSequence), intact",
            "\(frames.frameCount) frames, \(frames.payloadByteCount) bytes of records, \(storedBytes) bytes stored",
            "\(epoch) starts of a learner, \(writers) writers",
        ]
        if frames.startSequence > 0 { lines.append("records before \(frames.startSequence) were removed") }
        lines += records.filter { $0.count > 0 }.map { "\($0.count) \($0.kind)" }
        if let times { lines.append("events from \(times.first) to \(times.last)") }
        lines += marks.map { "specification \($0.specification.hexadecimal) from record \($0.sequence) on" }
        lines.append(
            checkpoints.isEmpty
                ? "no checkpoint" : "checkpoints at \(checkpoints.map { "\($0)" }.joined(separator: ", "))")
        lines += unreadableCheckpoints.map { "\($0) cannot be read" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One JSON object, indented, ending in a line feed.
    public var json: String {
        var json = JSONWriter(indented: true)
        json.object { json in
            json.text("journal", path)
            json.number("startSequence", frames.startSequence)
            json.number("endSequence", frames.endSequence)
            json.number("frames", frames.frameCount)
            json.number("payloadBytes", frames.payloadByteCount)
            json.number("storedBytes", storedBytes)
            json.number("epoch", epoch)
            json.number("writers", writers)
            json.key("records")
            json.object { json in for (kind, count) in records { json.number(kind, count) } }
            json.key("eventTimes")
            if let times {
                json.array { json in
                    json.string(times.first)
                    json.string(times.last)
                }
            } else {
                json.null()
            }
            json.key("specifications")
            json.array { json in
                for mark in marks {
                    json.object { json in
                        json.number("sequence", mark.sequence)
                        json.text("digest", mark.specification.hexadecimal)
                    }
                }
            }
            json.key("checkpoints")
            json.array { json in for sequence in checkpoints { json.integer(sequence) } }
            json.key("unreadableCheckpoints")
            json.array { json in for file in unreadableCheckpoints { json.string(file) } }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}
