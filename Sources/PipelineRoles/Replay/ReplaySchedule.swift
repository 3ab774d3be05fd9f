// Recorded rows in, a timeline of events and labels out: what the replayer sends, in the order it would have happened.

public import ScoringRecords
import WireFormat

/// An input record of a timeline.
public enum TimelineRecord: Sendable {
    /// As intake JSON.
    case json([UInt8])
    /// One that the caller keeps under a number of its own and sends nobody: it takes the place of `byteCount` bytes of JSON,
    /// at most ``LockStepBatch/recordBytes``.
    case kept(number: Int, byteCount: Int)
}

/// One recorded row: an event and the labels that became known later.
public struct RecordedRow: Sendable {
    /// When the event happened.
    public var time: Timestamp
    /// Decides which worker gets the event and its labels: equal for both.
    public var routingKey: UInt64
    /// The event.
    public var event: TimelineRecord
    /// Its labels: when each became known, and the label.
    public var labels: [(time: Timestamp, record: TimelineRecord)]

    /// A row by its parts.
    public init(
        time: Timestamp, routingKey: UInt64, event: TimelineRecord, labels: [(time: Timestamp, record: TimelineRecord)]
    ) {
        self.time = time
        self.routingKey = routingKey
        self.event = event
        self.labels = labels
    }

    /// A row of intake JSON.
    public init(
        time: Timestamp, routingKey: UInt64, event: [UInt8], labels: [(time: Timestamp, json: [UInt8])]
    ) {
        self.init(
            time: time, routingKey: routingKey, event: .json(event), labels: labels.map { ($0.time, .json($0.json)) })
    }
}

/// One thing to send.
public struct ReplayItem: Sendable {
    /// When it happens on the stream's clock.
    public var time: Timestamp
    /// Decides which worker gets it.
    public var routingKey: UInt64
    /// The input record: at most ``LockStepBatch/recordBytes``.
    public var record: TimelineRecord

    // A record that no message holds is cut short, which no intake takes for a record: it is refused and counted as
    // malformed, in its place, and spoils no other. The quotation mark keeps what is left from being an object.
    init(time: Timestamp, routingKey: UInt64, record: TimelineRecord) {
        self.time = time
        self.routingKey = routingKey
        switch record {
        case .json(let json) where json.count > LockStepBatch.recordBytes:
            self.record = .json(json[..<(LockStepBatch.recordBytes - 1)] + [UInt8(ascii: "\"")])
        case .json: self.record = record
        case .kept(_, let byteCount):
            precondition(byteCount <= LockStepBatch.recordBytes, "a record that is kept fits a message")
            self.record = record
        }
    }

    /// The record to send.
    ///
    /// - Precondition: the caller has not kept it.
    public var json: [UInt8] {
        guard case .json(let json) = record else { preconditionFailure("a record that is kept is not sent") }
        return json
    }

    /// Bytes that it takes in a message, without a line end.
    public var byteCount: Int {
        switch record {
        case .json(let json): json.count
        case .kept(_, let byteCount): byteCount
        }
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
        var record: TimelineRecord

        // No two have the same order.
        static func == (left: Waiting, right: Waiting) -> Bool { left.order == right.order }

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
            items.append(ReplayItem(time: clock, routingKey: due.routingKey, record: due.record))
        }
        clock = moment
        items.append(ReplayItem(time: clock, routingKey: row.routingKey, record: row.event))
        for label in row.labels {
            order += 1
            labels.insert(Waiting(time: label.time, order: order, routingKey: row.routingKey, record: label.record))
        }
    }

    /// Appends the next of the remaining labels; `false` when none is left.
    public mutating func drainOne(to items: inout [ReplayItem]) -> Bool {
        guard let due = labels.removeLeast() else { return false }
        clock = max(clock, due.time)
        items.append(ReplayItem(time: clock, routingKey: due.routingKey, record: due.record))
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
