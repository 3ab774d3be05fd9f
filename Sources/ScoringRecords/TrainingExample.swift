// What a head learns from: features as scored, joined with what became of the event.

/// One step of learning for one head.
public struct TrainingExample: Hashable, Sendable {
    /// The head that learns, by its position in the configuration.
    public var head: Int
    /// The features exactly as scored.
    public var features: FeatureVector
    /// The outcome y, in [0, 1].
    public var value: Float
    /// The importance weight w, finite and ≥ 0.
    public var weight: Float

    /// An example by its parts.
    public init(head: Int, features: FeatureVector, value: Float, weight: Float) {
        self.head = head
        self.features = features
        self.value = value
        self.weight = weight
    }
}
