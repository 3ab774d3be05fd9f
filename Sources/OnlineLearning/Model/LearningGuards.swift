// Bounds on what examples may do to a model, however wrong they are.

public import ScoringRecords

/// Limits that every lesson is held to.
public struct LearningGuards: Hashable, Sendable {
    /// The greatest |dL/dz| of one example and output, its weights included, > 0: a step along a steeper gradient is
    /// taken along one of this size, and counted.
    public var gradientLimit: Double
    /// How fast the bias weight may move; `nil`: at any speed.
    public var biasLimit: BiasLimit?

    /// Guards by their parts.
    public init(gradientLimit: Double = LearningGuards.standardGradientLimit, biasLimit: BiasLimit? = nil) {
        self.gradientLimit = gradientLimit
        self.biasLimit = biasLimit
    }

    /// Whether the bias is watched: its steps are then taken apart from those of other features.
    var watchesBias: Bool { biasLimit != nil }

    /// `gradient` within the limit.
    func limited(_ gradient: Double) -> Double { min(max(gradient, -gradientLimit), gradientLimit) }

    /// Whether a gradient of this size is cut.
    func cuts(_ gradient: Double) -> Bool { gradient.magnitude > gradientLimit }

    /// Far above what losses with weights of a few hundred give, far below what would bury all later lessons of a slot: a
    /// step of g leaves a learning rate of about α/g.
    public static let standardGradientLimit = 1_000.0
    /// What a gradient limit may be.
    public static let gradientLimitRange = 1e-3...1e9
}

/// How far the bias weight of an output may move within a span of event time.
public struct BiasLimit: Hashable, Sendable {
    /// The distance, in nats.
    public var nats: Double
    /// The span.
    public var span: TimeSpan

    /// A limit by its parts.
    public init(nats: Double, per span: TimeSpan) {
        self.nats = nats
        self.span = span
    }

    /// What the distance may be.
    public static let natsRange = 1e-3...100.0
}
