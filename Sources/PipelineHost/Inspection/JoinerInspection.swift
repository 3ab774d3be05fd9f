// What waits in a joiner, and how far event time has come.

public import Logging
public import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// The joiner's state at a journal's end.
public struct JoinerInspection: Sendable {
    /// One head's label stream.
    struct Head: Sendable {
        var name: String
        var window: TimeSpan
        var stream: LabelStreamStatus
    }

    let path: String
    let sequence: UInt64
    let isFrozen: Bool
    let watermark: Timestamp
    let sources: [SourceClock.Source]
    let pending: Int
    let orphans: Int
    let memoryBytes: Int
    let fates: [(fate: String, count: UInt64)]
    let heads: [Head]

    /// Folds a journal up to its end.
    ///
    /// - Throws: as `JournalReplay.learner`.
    public init(path: String, specification: Specification, logger: Logger) throws {
        let fold = try JournalReplay.learner(journalPath: path, specification: specification, logger: logger)
        let joins = fold.joins
        self.path = path
        sequence = joins.sequence
        isFrozen = joins.joiner.isFrozen
        watermark = joins.clock.watermark
        sources = joins.clock.sources
        pending = joins.joiner.pendingCount
        orphans = joins.joiner.orphanCount
        memoryBytes = joins.joiner.memoryBytes
        fates =
            [
                ("joined", joins.joiner.counts.joined), ("reversed", joins.joiner.counts.reversed),
                ("early", joins.joiner.counts.early),
            ] + RejectionReason.allCases.compactMap { reason in joins.rejections[reason].map { (reason.code, $0) } }
        heads = specification.heads.enumerated().map { index, head in
            Head(name: head.name, window: head.window, stream: joins.joiner.labelStream(of: index))
        }
    }

    private func text(_ time: Timestamp) -> String {
        switch time {
        case .distantPast: "not known"
        case .distantFuture: "end of its stream"
        default: ISO8601.text(time)
        }
    }

    /// Lines of text, ending in a line feed.
    public var text: String {
        var lines = [
            "\(path): state after \(sequence) records",
            "event time \(text(watermark)), by \(counted(sources.count, "source"))",
        ]
        lines += sources.map { "  source \($0.id): \(text($0.time)), \(counted(Int($0.position), "input record"))" }
        lines.append(
            "\(counted(pending, "event")) and \(counted(orphans, "label")) waiting, \(memoryBytes) bytes of memory")
        if isFrozen { lines.append("learning is frozen") }
        for head in heads {
            let state = head.stream.isOut ? "labels have stopped" : "labels come, or are not watched"
            lines.append(
                "head \(head.name): window \(DurationText.text(head.window)), \(state), "
                    + "\(counted(Int(head.stream.outages), "outage")), silence of \(head.stream.withheld) events withheld"
            )
        }
        lines += fates.filter { $0.count > 0 }.map { "\($0.count) \($0.fate)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One JSON object, indented, ending in a line feed.
    public var json: String {
        var json = JSONWriter(indented: true)
        json.object { json in
            json.text("journal", path)
            json.number("sequence", sequence)
            json.key("frozen")
            json.boolean(isFrozen)
            json.key("watermark")
            if watermark == .distantPast { json.null() } else { json.string(ISO8601.text(watermark)) }
            json.key("sources")
            json.array { json in
                for source in sources {
                    json.object { json in
                        json.number("source", source.id)
                        json.text("time", source.time == .distantFuture ? "end" : ISO8601.text(source.time))
                        json.number("position", source.position)
                    }
                }
            }
            json.number("pendingEvents", pending)
            json.number("orphanLabels", orphans)
            json.number("memoryBytes", memoryBytes)
            json.key("heads")
            json.array { json in
                for head in heads {
                    json.object { json in
                        json.text("name", head.name)
                        json.number("outages", head.stream.outages)
                        json.key("isOut")
                        json.boolean(head.stream.isOut)
                        json.number("withheld", head.stream.withheld)
                    }
                }
            }
            json.key("counts")
            json.object { json in for (fate, count) in fates { json.number(fate, count) } }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}
