// What is remembered of a scored event: enough to learn from it and to judge it, with nothing extracted again later.

/// The score of one head for one event.
public struct HeadScore: Hashable, Sendable {
    /// The learner's own score, before any correction.
    public var raw: Logit
    /// The calibrated score: σ(served) is the probability the client was told.
    public var served: Logit

    /// A score by its two logits.
    public init(raw: Logit, served: Logit) {
        self.raw = raw
        self.served = served
    }
}

/// An event with its features exactly as scored, and the score that was served.
public struct ScoredEvent: Hashable, Sendable {
    /// The client's id.
    public var id: EventID
    /// The event's own time.
    public var time: Timestamp
    /// The model that scored it.
    public var modelVersion: ModelVersion
    /// The features as scored.
    public var features: FeatureVector
    /// Values of the standardised numbers before standardisation.
    public var numbers: [NumberObservation]
    /// One score per head, in the configuration's order.
    public var heads: [HeadScore]

    /// A scored event by its parts.
    public init(
        id: EventID, time: Timestamp, modelVersion: ModelVersion, features: FeatureVector,
        numbers: [NumberObservation], heads: [HeadScore]
    ) {
        self.id = id
        self.time = time
        self.modelVersion = modelVersion
        self.features = features
        self.numbers = numbers
        self.heads = heads
    }
}
