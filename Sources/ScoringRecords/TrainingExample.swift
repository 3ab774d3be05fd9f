// What a head learns from: features as scored, joined with what became of the event.

/// One step of learning for one head, or the correction of an earlier one.
public struct TrainingExample: Hashable, Sendable {
    /// The head that learns, by its position in the configuration.
    public var head: Int
    /// The event it comes from.
    public var id: EventID
    /// The features exactly as scored.
    public var features: FeatureVector
    /// What to learn; `unlabelled` teaches nothing.
    public var outcome: Outcome
    /// What was learned from the event before and no longer holds; `nil` for a first lesson.
    public var corrected: Outcome?

    /// An example by its parts.
    public init(
        head: Int, id: EventID, features: FeatureVector, outcome: Outcome, corrected: Outcome? = nil
    ) {
        self.head = head
        self.id = id
        self.features = features
        self.outcome = outcome
        self.corrected = corrected
    }
}
