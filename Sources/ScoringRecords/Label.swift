// What became of an event, as a client reports it.

/// What a label says.
public enum LabelValue: Hashable, Sendable {
    /// y of a binary head, in [0, 1]: a fraction is that share of a positive.
    case share(Float)
    /// The class of a head with classes, by position.
    case category(UInt16)
}

/// An observed outcome for one head of one event.
public struct Label: Hashable, Sendable {
    /// The event it speaks of.
    public var id: EventID
    /// The head, by its position in the configuration.
    public var head: UInt8
    /// The outcome.
    public var value: LabelValue
    /// When the outcome happened.
    public var time: Timestamp
    /// The importance weight w, finite and ≥ 0.
    public var weight: Float

    /// A label by its parts; the caller has checked the ranges (intake does).
    public init(id: EventID, head: UInt8, value: LabelValue, time: Timestamp, weight: Float) {
        self.id = id
        self.head = head
        self.value = value
        self.time = time
        self.weight = weight
    }

    /// A binary head's label.
    public init(id: EventID, head: UInt8, value: Float, time: Timestamp, weight: Float) {
        self.init(id: id, head: head, value: .share(value), time: time, weight: weight)
    }

    /// What it says of the event.
    public var outcome: Outcome {
        switch value {
        case .share(let value): .observed(value: value, weight: weight)
        case .category(let category): .category(category, weight: weight)
        }
    }
}

/// What is known of an event's outcome for one head.
public enum Outcome: Hashable, Sendable {
    /// Nothing was observed, and the head does not read silence as an outcome.
    case unlabelled
    /// The outcome of a binary head in [0, 1], and its importance weight.
    case observed(value: Float, weight: Float)
    /// The class of a head with classes, and its importance weight.
    case category(UInt16, weight: Float)

    /// Silence, read as a negative of weight one.
    public static let silentNegative = Outcome.observed(value: 0, weight: 1)
}
