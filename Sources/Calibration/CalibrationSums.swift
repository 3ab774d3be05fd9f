// The exact half of the monitor's memory: sums that give log loss, Brier score and the tests of bias without binning.
// Anything that depends on the order of scores comes from LogitHistogram instead.

/// Running sums over labels, from which every metric that is a sum over events follows exactly.
///
/// A label with outcome y, importance weight w, served logit s and p = σ(s) adds the terms named at each field. A
/// fractional y enters as y of a positive and 1 − y of a negative: all terms are linear in y. Means weigh by w;
/// variances weigh by w², since Var(wY) = w²Var(Y).
public struct CalibrationSums: Hashable, Sendable {
    /// n: labels with positive weight, each counted once whatever its weight.
    public internal(set) var count: Int
    /// Σw ≥ 0.
    public internal(set) var weight: Double
    /// Σwy: the observed positives, in [0, Σw].
    public internal(set) var observed: Double
    /// Σwp: the predicted positives, in [0, Σw].
    public internal(set) var predicted: Double
    /// Σw²p² ≥ 0.
    public internal(set) var squaredPrediction: Double
    /// Σw²p(1 − p) ≥ 0: the variance of Σwy if every p is right.
    public internal(set) var variance: Double
    /// Σw·(−y ln p − (1 − y) ln(1 − p)) ≥ 0, in nats.
    public internal(set) var totalLogLoss: Double
    /// Σw·(y(1 − p)² + (1 − y)p²) in [0, Σw]; (y − p)² where y is 0 or 1.
    public internal(set) var totalSquaredError: Double
    /// Σw(y − p)(1 − 2p): by how much the squared error exceeds Σwp(1 − p), its expectation if every p is right.
    public internal(set) var squaredErrorExcess: Double
    /// Σw²(1 − 2p)²p(1 − p) ≥ 0: the variance of `squaredErrorExcess` if every p is right.
    public internal(set) var squaredErrorVariance: Double

    /// Sums over no labels.
    public init() {
        count = 0
        (weight, observed, predicted, squaredPrediction, variance) = (0, 0, 0, 0, 0)
        (totalLogLoss, totalSquaredError, squaredErrorExcess, squaredErrorVariance) = (0, 0, 0, 0)
    }

    /// Sums read back from their fields, named as the properties are.
    ///
    /// `nil` where no labels could have produced them: a count outside 0…2⁵³, a sum that is not finite or leaves the
    /// range stated at its property, or no labels and yet a sum that is not 0.
    public init?(
        count: Int, weight: Double, observed: Double, predicted: Double, squaredPrediction: Double, variance: Double,
        totalLogLoss: Double, totalSquaredError: Double, squaredErrorExcess: Double, squaredErrorVariance: Double
    ) {
        let unsigned = [squaredPrediction, variance, totalLogLoss, squaredErrorVariance]
        guard (0...LogitBin.maximumCount).contains(count), weight.isFinite, squaredErrorExcess.isFinite,
            unsigned.allSatisfy({ $0.isFinite && $0 >= 0 }),
            [observed, predicted, totalSquaredError].allSatisfy({ $0 >= 0 && $0 <= weight })
        else { return nil }
        if count == 0 {
            guard weight == 0, squaredErrorExcess == 0, unsigned.allSatisfy({ $0 == 0 }) else { return nil }
        } else {
            guard weight > 0 else { return nil }
        }
        self.count = count
        self.weight = weight
        self.observed = observed
        self.predicted = predicted
        self.squaredPrediction = squaredPrediction
        self.variance = variance
        self.totalLogLoss = totalLogLoss
        self.totalSquaredError = totalSquaredError
        self.squaredErrorExcess = squaredErrorExcess
        self.squaredErrorVariance = squaredErrorVariance
    }

    /// Adds the sums of `other` to these.
    public mutating func merge(_ other: CalibrationSums) {
        count += other.count
        weight += other.weight
        observed += other.observed
        predicted += other.predicted
        squaredPrediction += other.squaredPrediction
        variance += other.variance
        totalLogLoss += other.totalLogLoss
        totalSquaredError += other.totalSquaredError
        squaredErrorExcess += other.squaredErrorExcess
        squaredErrorVariance += other.squaredErrorVariance
    }

    mutating func add(_ score: JudgedScore) {
        let squaredWeight = score.weight * score.weight
        count += 1
        weight += score.weight
        observed += score.weight * score.outcome
        predicted += score.weight * score.probability
        squaredPrediction += squaredWeight * (score.probability * score.probability)
        variance += squaredWeight * score.variance
        totalLogLoss += score.weight * score.logLoss
        totalSquaredError += score.weight * score.squaredError
        squaredErrorExcess += score.weight * (score.residual * score.tilt)
        squaredErrorVariance += squaredWeight * (score.tilt * score.tilt * score.variance)
    }
}
