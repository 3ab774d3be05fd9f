// What is remembered of a scored event: enough to learn from it and to judge it, with nothing extracted again later.

/// The score of one output for one event: of a binary head, or of one class of a head with classes.
///
/// The scores of all classes of a head are logits of probabilities that sum to 1, at each of the three stages.
public struct OutputScore: Hashable, Sendable {
    /// The learner's own score, before any correction: the logit of its raw probability, mixed where a portfolio is.
    public var raw: Logit
    /// The score with the bend of loss, weights and sampling undone in closed form.
    public var mapped: Logit
    /// The score recalibrated on mature labels: σ(served) is the probability the client was told.
    public var served: Logit
    /// The raw logits of a portfolio's learners, before any softmax; `nil` for a single learner.
    public var lanes: SIMD8<Float>?

    /// A score by its logits.
    public init(raw: Logit, mapped: Logit, served: Logit, lanes: SIMD8<Float>? = nil) {
        self.raw = raw
        self.mapped = mapped
        self.served = served
        self.lanes = lanes
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
    /// One score per output, head after head in the configuration's order.
    public var outputs: [OutputScore]
    /// Values of the fields that the monitor slices by; fields that are missing or no scalar are left out.
    public var slices: [SliceValue]

    /// A scored event by its parts.
    public init(
        id: EventID, time: Timestamp, modelVersion: ModelVersion, features: FeatureVector,
        numbers: [NumberObservation], outputs: [OutputScore], slices: [SliceValue] = []
    ) {
        self.id = id
        self.time = time
        self.modelVersion = modelVersion
        self.features = features
        self.numbers = numbers
        self.outputs = outputs
        self.slices = slices
    }
}
