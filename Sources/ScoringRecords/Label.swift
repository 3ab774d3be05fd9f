// What became of an event, as a client reports it.

/// An observed outcome for one head of one event.
public struct Label: Hashable, Sendable {
    /// The event it speaks of.
    public var id: EventID
    /// The head, by its position in the configuration.
    public var head: UInt8
    /// The outcome y, in [0, 1]; a fraction is that share of a positive.
    public var value: Float
    /// When the outcome happened.
    public var time: Timestamp
    /// The importance weight w, finite and ≥ 0.
    public var weight: Float

    /// A label by its parts; the caller has checked the ranges (intake does).
    public init(id: EventID, head: UInt8, value: Float, time: Timestamp, weight: Float) {
        self.id = id
        self.head = head
        self.value = value
        self.time = time
        self.weight = weight
    }
}

/// What is known of an event's outcome for one head.
public enum Outcome: Hashable, Sendable {
    /// Nothing was observed, and the head does not read silence as a negative.
    case unlabelled
    /// The outcome in [0, 1] and its importance weight.
    case observed(value: Float, weight: Float)

    /// Silence, read as a negative of weight one.
    public static let silentNegative = Outcome.observed(value: 0, weight: 1)
}
