// What one record of an intake message can be.

public import ScoringRecords

/// A head as its labels know it.
public struct IntakeHead: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The multi-label head it is a label of: its name is then `group.label`.
    public let group: String?
    /// The names of its classes; empty for a binary head, whose labels are numbers.
    public let classes: [String]

    /// A head by its parts.
    public init(name: String, group: String? = nil, classes: [String] = []) {
        self.name = name
        self.group = group
        self.classes = classes
    }
}

/// The schema of intake records: which event members matter, and the heads a label may name.
public struct IntakeSchema: Hashable, Sendable {
    /// The members of an event.
    public let event: EventSchema
    /// The heads, in the configuration's order.
    public let heads: [IntakeHead]

    /// A schema by its parts.
    public init(event: EventSchema, heads: [IntakeHead]) {
        self.event = event
        self.heads = heads
    }

    /// What a label may name: every head, and every group of heads.
    var labelTargets: [String] {
        var targets: [String] = []
        for head in heads {
            if let group = head.group, !targets.contains(group) { targets.append(group) }
            targets.append(head.name)
        }
        return targets
    }
}

/// A label as it came in: its time may still be missing.
public struct LabelDraft: Hashable, Sendable {
    /// The event it speaks of.
    public var id: EventID
    /// The head, by position.
    public var head: UInt8
    /// The outcome.
    public var value: LabelValue
    /// When it happened, where the label said so.
    public var time: Timestamp?
    /// The importance weight, in [0, 10⁶].
    public var weight: Float
}

/// A replay's claim about how far its stream has come.
public struct WatermarkDirective: Hashable, Sendable {
    /// The stream's name.
    public var source: String
    /// The time reached; `distantFuture` (written `"end"`) at the end of the stream.
    public var time: Timestamp
    /// Input records read so far.
    public var position: UInt64

    /// A directive by its parts.
    public init(source: String, time: Timestamp, position: UInt64) {
        self.source = source
        self.time = time
        self.position = position
    }
}

/// One worker's share of a lock-step batch.
public struct BatchDirective: Hashable, Sendable {
    /// The batch, counted from 0 over the stream.
    public var number: UInt64
    /// Which share this is, from 0.
    public var part: UInt32
    /// How many shares the batch has, at least 1.
    public var parts: UInt32

    /// A directive by its parts.
    public init(number: UInt64, part: UInt32, parts: UInt32) {
        self.number = number
        self.part = part
        self.parts = parts
    }
}

/// One decoded record of an intake message.
public enum IntakeItem: Hashable, Sendable {
    /// An event; its fields stand in the decoder. `rawID` is the id as JSON text, to be echoed.
    case event(id: EventID, rawID: Range<Int>, time: Timestamp?)
    /// A label, or the labels of several heads of a group: at least one.
    case labels([LabelDraft], rawID: Range<Int>)
    /// A replay's watermark.
    case watermark(WatermarkDirective)
    /// The head of a lock-step message.
    case batch(BatchDirective)
}

/// Why a record was refused, in words a client can act on.
public struct IntakeError: Error, Hashable, Sendable {
    /// The counted reason.
    public var reason: RejectionReason
    /// What is wrong and what to do, in one sentence.
    public var message: String
    /// The record's id as JSON text, where one was found.
    public var rawID: Range<Int>?

    /// An error by its parts.
    public init(reason: RejectionReason, message: String, rawID: Range<Int>? = nil) {
        self.reason = reason
        self.message = message
        self.rawID = rawID
    }

    init(_ error: JSONError) {
        self.init(reason: error.reason, message: "\(error.detail), at byte \(error.offset)")
    }
}
