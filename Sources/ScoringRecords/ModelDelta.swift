// How a learned model travels to those that score with it.

/// A changed number of the served table.
public struct WeightChange: Hashable, Sendable {
    /// The slot times the numbers per slot, plus the number's place in its slot.
    public var index: UInt32
    /// The new number; finite.
    public var weight: Float

    /// Pairs a slot with its new weight.
    public init(index: UInt32, weight: Float) {
        self.index = index
        self.weight = weight
    }
}

/// Count, mean and sum of squared deviations of one standardised number.
public struct NumberMoments: Hashable, Sendable {
    /// How many values were seen.
    public var count: UInt64
    /// Their mean; 0 while nothing was seen.
    public var mean: Double
    /// Σ(v − mean)², ≥ 0.
    public var squaredDeviations: Double

    /// Moments by their parts.
    public init(count: UInt64 = 0, mean: Double = 0, squaredDeviations: Double = 0) {
        self.count = count
        self.mean = mean
        self.squaredDeviations = squaredDeviations
    }
}

/// What a head's scorer needs besides its table.
public struct HeadServing: Hashable, Sendable {
    /// An affine map of logits.
    public struct Line: Hashable, Sendable {
        /// a of a + b s, in nats.
        public var intercept: Double
        /// b of a + b s, above 0.
        public var slope: Double

        /// A line by its coefficients.
        public init(intercept: Double, slope: Double) {
            self.intercept = intercept
            self.slope = slope
        }
    }

    /// The relative losses that a portfolio's mixture weights follow from; empty for a single learner.
    public var mixture: [Double]
    /// The recalibration of the mapped logits, a line per output; empty while they are served as they are.
    public var recalibration: [Line]

    /// A head's serving state by its parts.
    public init(mixture: [Double] = [], recalibration: [Line] = []) {
        self.mixture = mixture
        self.recalibration = recalibration
    }
}

/// The difference between two versions of the served weights.
///
/// It applies to a replica at exactly `base` and to no other. A delta whose base is `ModelVersion.none` is a snapshot:
/// it applies to an empty replica and holds every non-zero weight.
public struct ModelDelta: Hashable, Sendable {
    /// The version it applies to.
    public var base: ModelVersion
    /// The version after it was applied.
    public var version: ModelVersion
    /// Changed numbers, ascending by index.
    public var weights: [WeightChange]
    /// The serving state of each head.
    public var heads: [HeadServing]
    /// Moments of every standardised number.
    public var moments: [NumberMoments]
    /// The replica's checksum after it was applied; both sides assert it.
    public var checksum: UInt64

    /// A delta by its parts.
    public init(
        base: ModelVersion, version: ModelVersion, weights: [WeightChange], heads: [HeadServing],
        moments: [NumberMoments], checksum: UInt64
    ) {
        self.base = base
        self.version = version
        self.weights = weights
        self.heads = heads
        self.moments = moments
        self.checksum = checksum
    }
}
