// Recorded rows in, a timeline of events and labels out: what the replayer sends, in the order it would have happened.

public import ScoringRecords
import WireFormat

/// One recorded row: an event and the labels that became known later.
public struct RecordedRow: Sendable {
    /// When the event happened.
    public var time: Timestamp
    /// Decides which worker gets the event and its labels: equal for both.
    public var routingKey: UInt64
    /// The event as intake JSON.
    public var event: [UInt8]
    /// Its labels: when each became known, and the label as intake JSON.
    public var labels: [(time: Timestamp, json: [UInt8])]

    /// A row by its parts.
    public init(
        time: Timestamp, routingKey: UInt64, event: [UInt8], labels: [(time: Timestamp, json: [UInt8])]
    ) {
        self.time = time
        self.routingKey = routingKey
        self.event = event
        self.labels = labels
    }
}

/// One thing to send.
public struct ReplayItem: Sendable {
    /// When it happens on the stream's clock.
    public var time: Timestamp
    /// Decides which worker gets it.
    public var routingKey: UInt64
    /// The intake record: at most ``LockStepBatch/recordBytes``.
    public var json: [UInt8]

    // A record that no message holds is cut short, which no intake takes for a record: it is refused and counted as
    // malformed, in its place, and spoils no other. The quotation mark keeps what is left from being an object.
    init(time: Timestamp, routingKey: UInt64, json: [UInt8]) {
        self.time = time
        self.routingKey = routingKey
        self.json =
            json.count <= LockStepBatch.recordBytes
            ? json : json[..<(LockStepBatch.recordBytes - 1)] + [UInt8(ascii: "\"")]
    }
}

/// Merges events with the labels of earlier events by time. Deterministic: ties keep the order of the rows, a label
/// before the event of the same instant.
///
/// Rows keep their order in the file. Where a row is older than the one before it, it is sent at once: the stream's
/// clock never goes back.
public struct ReplaySchedule {
    private struct Waiting: Comparable, Sendable {
        var time: Timestamp
        var order: UInt64
        var routingKey: UInt64
        var json: [UInt8]

        static func < (left: Waiting, right: Waiting) -> Bool { (left.time, left.order) < (right.time, right.order) }
    }

    private var labels = BinaryHeap<Waiting>()
    private var order: UInt64 = 0
    /// The latest time sent: the stream's clock.
    public private(set) var clock = Timestamp.distantPast

    /// An empty schedule.
    public init() {}

    /// Labels not yet due.
    public var waitingCount: Int { labels.count }

    /// Appends everything that happens up to and with `row`.
    public mutating func add(_ row: RecordedRow, to items: inout [ReplayItem]) {
        let moment = max(clock, row.time)
        while let due = labels.least, due.time <= moment {
            _ = labels.removeLeast()
            clock = max(clock, due.time)
            items.append(ReplayItem(time: clock, routingKey: due.routingKey, json: due.json))
        }
        clock = moment
        items.append(ReplayItem(time: clock, routingKey: row.routingKey, json: row.event))
        for label in row.labels {
            order += 1
            labels.insert(Waiting(time: label.time, order: order, routingKey: row.routingKey, json: label.json))
        }
    }

    /// Appends the next of the remaining labels; `false` when none is left.
    public mutating func drainOne(to items: inout [ReplayItem]) -> Bool {
        guard let due = labels.removeLeast() else { return false }
        clock = max(clock, due.time)
        items.append(ReplayItem(time: clock, routingKey: due.routingKey, json: due.json))
        return true
    }
}

/// Writes lock-step batches, each worker's share as one NDJSON message.
public enum LockStepBatch {
    /// Input records per batch. Part of what makes replays agree: never depends on speed or the number of workers.
    public static let size = 256
    /// Bytes of a batch's records with their line ends. What is left of a message holds the directives, so that a batch
    /// fits one message and is accepted by any number of workers.
    public static let bytes = Limits.messageBytes - directiveBytes
    /// Bytes of one record.
    public static let recordBytes = bytes - 1
    // Two directives with a file's name of 255 bytes, each written with up to six.
    private static let directiveBytes = 4_096

    /// The messages of batch `number`, one per worker; the last carries the watermark.
    ///
    /// - Parameters:
    ///   - workers: shares to make, at least 1.
    ///   - position: input records sent when this batch is done.
    ///   - isLast: whether the stream ends with it.
    public static func messages(
        number: UInt64, items: ArraySlice<ReplayItem>, workers: Int, source: String, position: UInt64, isLast: Bool
    ) -> [[UInt8]] {
        let parts = max(1, workers)
        let last = items.last
        return (0..<parts).map { part in
            let low = items.startIndex + items.count * part / parts
            let high = items.startIndex + items.count * (part + 1) / parts
            var message: [UInt8] = directive("batch") { json in
                json.key("number")
                json.integer(number)
                json.key("part")
                json.integer(part)
                json.key("parts")
                json.integer(parts)
            }
            for item in items[low..<high] {
                message.append(0x0A)
                message.append(contentsOf: item.json)
            }
            if part == parts - 1 {
                message.append(0x0A)
                let time = isLast ? .distantFuture : last?.time ?? .distantPast
                message.append(contentsOf: watermark(source: source, time: time, position: position))
            }
            return message
        }
    }

    /// A watermark directive; `distantFuture` ends the stream.
    public static func watermark(source: String, time: Timestamp, position: UInt64) -> [UInt8] {
        directive("watermark") { json in
            json.key("source")
            json.string(source)
            json.key("time")
            json.string(time == .distantFuture ? "end" : ISO8601.text(time))
            json.key("position")
            json.integer(position)
        }
    }

    private static func directive(_ kind: String, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key(kind)
            json.object(body)
        }
        return json.bytes
    }
}
