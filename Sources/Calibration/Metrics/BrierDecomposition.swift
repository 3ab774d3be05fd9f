// The Brier score taken apart: how much is miscalibration, how much is not knowing, how much is the world.

/// The parts of a Brier score over groups of labels:
///
///     BS = reliability − resolution + uncertainty + withinVariance − withinCovariance
///
/// exactly, whatever the groups (Stephenson, Coelho & Jolliffe 2008, *Weather and Forecasting* 23:752). The three parts
/// of Murphy (1973, *J. Applied Meteorology* 12:595) alone add up only where all p of a group are equal.
public struct BrierDecomposition: Hashable, Sendable {
    /// Σ_b (w_b/W)(p̄_b − ȳ_b)² ≥ 0: miscalibration. Biased upwards by noise, as the calibration error is.
    public let reliability: Double
    /// Σ_b (w_b/W)(ȳ_b − ȳ)², in [0, uncertainty]: how far the groups' rates differ. Biased upwards by the same noise.
    public let resolution: Double
    /// ȳ(1 − ȳ), in [0, ¼]: the score of always answering the base rate.
    public let uncertainty: Double
    /// Σw(p − p̄_b)²/W ≥ 0: how far p differs within groups.
    public let withinVariance: Double
    /// 2Σw(p − p̄_b)(y − ȳ_b)/W: what those differences know about y.
    public let withinCovariance: Double

    /// Reads the parts off any partition of labels; `nil` without labels.
    public init?(of groups: [LogitBin]) {
        let total = groups.reduce(into: LogitBin.empty) { $0.merge($1) }
        guard total.count > 0 else { return nil }
        let rate = total.observed / total.weight
        var (reliability, resolution, variance, covariance) = (0.0, 0.0, 0.0, 0.0)
        for group in groups where group.count > 0 {
            let (prediction, observation) = (group.predicted / group.weight, group.observed / group.weight)
            reliability += group.weight * (prediction - observation) * (prediction - observation)
            resolution += group.weight * (observation - rate) * (observation - rate)
            // Rounding may leave a variance of equal p a little below 0.
            variance += max(0, group.squaredPrediction - group.predicted * prediction)
            covariance += group.observedPrediction - group.observed * prediction
        }
        self.reliability = reliability / total.weight
        self.resolution = resolution / total.weight
        uncertainty = rate * (1 - rate)
        withinVariance = variance / total.weight
        withinCovariance = 2 * covariance / total.weight
    }

    /// The sum of the parts: the Brier score of the labels.
    public var brier: Double { reliability - resolution + uncertainty + withinVariance - withinCovariance }
}

extension LogitHistogram {
    /// The parts of the Brier score over the groups of `reliabilityBins(atMost:)`; `nil` without labels.
    ///
    /// - Parameter limit: 1…512; anything else traps.
    public func brierDecomposition(binsAtMost limit: Int = defaultReliabilityBins) -> BrierDecomposition? {
        BrierDecomposition(of: equalMassGroups(atMost: limit).map(\.sum))
    }
}
