// Alarms and hours in SQLite, for longer than the fold remembers them. No state depends on them.

import Calibration
import Journal
public import Logging
import PipelineRoles
public import ScoringRecords
import WireFormat

/// The history of one monitor: rows of JSON by kind and event time, in microseconds since 1970.
///
/// A row is dated by event time and removed when that is older than the configured days, counted from the newest row.
public struct MonitorHistory {
    /// What a row is.
    public enum Kind: Int64, Sendable {
        /// An alarm: the JSON that a webhook is sent, without `kind` and `deployment`.
        case alarm = 1
        /// An hour of one output: `head`, `class`, `labelled`, `predicted`, `observed`, `calibrationRatio`, its interval.
        case hour = 2
    }

    /// What is to be written.
    struct Batch: Sendable {
        var rows: [DatedRows.Row] = []
        var oldest = Int64.min
    }

    /// The file's name in a monitor's folder.
    public static let fileName = "history.sqlite"

    private let rows: DatedRows

    /// Opens the history in `folder`; a damaged one is set aside with a warning.
    ///
    /// - Throws: a folder that cannot be used.
    public init(folder: String, logger: Logger) throws {
        let opened = try DatedRows.open(path: "\(folder)/\(MonitorHistory.fileName)")
        rows = opened.rows
        if let aside = opened.setAside {
            logger.warning(
                "the monitor's history is set aside, and a new one begun",
                metadata: ["file": "\(aside.path)", "why": "\(aside.why)"])
        }
    }

    /// The newest rows of a kind in [from, to), newest first, each a JSON object.
    public func rows(_ kind: Kind, from: Timestamp, to: Timestamp, limit: Int = 10_000) throws -> [[UInt8]] {
        try rows.rows(kind: kind.rawValue, from: from.microseconds, to: to.microseconds, limit: limit).map(\.body)
    }

    func put(_ batch: Batch) throws { try rows.put(batch.rows, removingBefore: batch.oldest) }

    /// All alarms and hours that `snapshot` still has: rows that were written before are replaced by themselves, and what
    /// could not be written the last time is not lost.
    static func batch(_ snapshot: MonitorSnapshot, keeping span: TimeSpan) -> Batch {
        var batch = Batch()
        var newest = Timestamp.distantPast
        for (head, statistics) in zip(snapshot.specification.heads, snapshot.heads) {
            let names: [String?] = if case .classes(let task) = head.task { task.classes } else { [nil] }
            for (name, output) in zip(names, statistics.outputs) {
                guard let hours = output.calibration.windows.last else { continue }
                for pane in MonitorView.panes(of: hours) {
                    newest = max(newest, pane.start)
                    batch.rows.append(row(pane, head: head.name, className: name))
                }
            }
        }
        for alarm in snapshot.alarms {
            let head = snapshot.specification.heads[alarm.head]
            let names: [String?] = if case .classes(let task) = head.task { task.classes } else { [nil] }
            var json = JSONWriter()
            json.object { $0.alarm(alarm, head: head.name, className: names[alarm.output]) }
            batch.rows.append(
                DatedRows.Row(
                    kind: Kind.alarm.rawValue, time: alarm.time.microseconds,
                    key: "\(head.name)/\(names[alarm.output] ?? "")/\(alarm.sequence)", body: json.bytes))
            newest = max(newest, alarm.time)
        }
        if newest > .distantPast {
            batch.oldest = newest.advanced(by: TimeSpan(microseconds: -span.microseconds)).microseconds
        }
        return batch
    }

    private static func row(_ pane: MonitorView.Pane, head: String, className: String?) -> DatedRows.Row {
        var json = JSONWriter()
        json.object { json in
            json.key("head")
            json.string(head)
            json.key("class")
            if let className { json.string(className) } else { json.null() }
            json.key("start")
            json.string(ISO8601.text(pane.start))
            json.key("labelled")
            json.integer(pane.labelled)
            json.key("predicted")
            json.number(pane.predicted)
            json.key("observed")
            json.number(pane.observed)
            json.key("calibrationRatio")
            if let ratio = pane.ratio { json.number(ratio) } else { json.null() }
            json.key("calibrationRatioCI")
            if let interval = pane.interval {
                json.array { json in
                    json.number(interval.lower)
                    json.number(interval.upper)
                }
            } else {
                json.null()
            }
        }
        return DatedRows.Row(
            kind: Kind.hour.rawValue, time: pane.start.microseconds, key: "\(head)/\(className ?? "")",
            body: json.bytes)
    }
}
