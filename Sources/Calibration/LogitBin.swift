// The sums kept for one cell of the histogram. Not a histogram: a bin does not know where it lies.

/// What the labels of one logit bin add up to.
///
/// A label with outcome y, importance weight w, served logit s and p = σ(s) adds the terms named at each field.
public struct LogitBin: Hashable, Sendable {
    /// n: labels with positive weight, each counted once whatever its weight.
    public private(set) var count: Int
    /// Σw ≥ 0.
    public private(set) var weight: Double
    /// Σw² ≥ 0, from which the effective number of labels follows.
    public private(set) var squaredWeight: Double
    /// Σwy: the observed positives, in [0, Σw].
    public private(set) var observed: Double
    /// Σwp: the predicted positives, in [0, Σw].
    public private(set) var predicted: Double
    /// Σw²p(1 − p): the variance of Σwy that the served probabilities imply, in [0, Σw²].
    public private(set) var variance: Double
    /// Σws in nats: divided by Σw, the mean logit.
    public private(set) var weightedLogit: Double
    /// Σwp², in [0, Σwp]: with it the spread of p within the bin is known.
    public private(set) var squaredPrediction: Double
    /// Σwyp, in [0, Σwp]: with it the covariance of y and p within the bin is known.
    public private(set) var observedPrediction: Double

    /// The greatest count accepted from outside, 2⁵³: up to there a count is exact as a `Double` too.
    public static let maximumCount = 1 << 53

    /// A bin without labels.
    public static let empty = LogitBin()

    private init() {
        count = 0
        (weight, squaredWeight, observed, predicted, variance, weightedLogit) = (0, 0, 0, 0, 0, 0)
        (squaredPrediction, observedPrediction) = (0, 0)
    }

    /// A bin read back from its fields, named as the properties are.
    ///
    /// `nil` where no labels could have produced them: a count outside 0…2⁵³, a sum that is not finite or leaves the
    /// range stated at its property, or a bin that is empty by its count and not by its sums. The comparisons need no
    /// tolerance: rounding is monotone, so wy ≤ w in every term keeps Σwy ≤ Σw in every rounded sum.
    public init?(
        count: Int, weight: Double, squaredWeight: Double, observed: Double, predicted: Double, variance: Double,
        weightedLogit: Double, squaredPrediction: Double, observedPrediction: Double
    ) {
        guard (0...LogitBin.maximumCount).contains(count), weight.isFinite, squaredWeight.isFinite,
            weightedLogit.isFinite, observed >= 0, observed <= weight, predicted >= 0, predicted <= weight,
            variance >= 0, variance <= squaredWeight, squaredPrediction >= 0, squaredPrediction <= predicted,
            observedPrediction >= 0, observedPrediction <= predicted
        else { return nil }
        if count == 0 {
            guard weight == 0, squaredWeight == 0, weightedLogit == 0 else { return nil }
        } else {
            guard weight > 0, squaredWeight > 0 else { return nil }
        }
        self.count = count
        self.weight = weight
        self.squaredWeight = squaredWeight
        self.observed = observed
        self.predicted = predicted
        self.variance = variance
        self.weightedLogit = weightedLogit
        self.squaredPrediction = squaredPrediction
        self.observedPrediction = observedPrediction
    }

    /// Σw(1 − y) ≥ 0: the observed negatives.
    public var negatives: Double { weight - observed }

    /// (Σw)²/Σw²: how many labels of equal weight would carry as much information (Kish 1965, *Survey Sampling*,
    /// §11.7). Equal to the count where all weights are equal, else below it; 0 in an empty bin.
    public var effectiveCount: Double { count == 0 ? 0 : weight / squaredWeight * weight }

    mutating func add(_ score: JudgedScore) {
        let squaredWeight = score.weight * score.weight
        count += 1
        weight += score.weight
        self.squaredWeight += squaredWeight
        observed += score.weight * score.outcome
        predicted += score.weight * score.probability
        variance += squaredWeight * score.variance
        weightedLogit += score.weight * score.logit
        let prediction = score.weight * score.probability
        squaredPrediction += prediction * score.probability
        observedPrediction += prediction * score.outcome
    }

    mutating func merge(_ other: LogitBin) {
        count += other.count
        weight += other.weight
        squaredWeight += other.squaredWeight
        observed += other.observed
        predicted += other.predicted
        variance += other.variance
        weightedLogit += other.weightedLogit
        squaredPrediction += other.squaredPrediction
        observedPrediction += other.observedPrediction
    }

    /// Makes every label count `factor` times what it did: w by the factor, w² by its square.
    ///
    /// Below `vanishing` the bin becomes empty, before squares of weights can underflow.
    mutating func scale(by factor: Double) {
        guard weight * factor > LogitBin.vanishing else {
            self = .empty
            return
        }
        weight *= factor
        squaredWeight *= factor * factor
        observed *= factor
        predicted *= factor
        variance *= factor * factor
        weightedLogit *= factor
        squaredPrediction *= factor
        observedPrediction *= factor
    }

    /// A weight that no longer counts, 2⁻⁴⁰⁰: three hundred half-lives after the least weight a label can have.
    private static let vanishing = 0x1p-400
}
