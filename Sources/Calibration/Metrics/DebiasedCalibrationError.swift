// The calibration error with the part that chance contributes taken off.

import ElementaryMath

/// Estimates of the calibration error of groups of labels that chance alone does not push up.
///
/// Either may be negative, which says that the error is below what these labels can show; a display may floor it at 0,
/// a mean of several must not.
public struct DebiasedCalibrationError: Hashable, Sendable {
    /// Σ_b (w_b/W)(2d_b − E|N(d_b, s_b)|), with d_b = |p̄_b − ȳ_b|, s_b² = ȳ_b(1 − ȳ_b)/n_b and
    /// E|N(d, s)| = s√(2/π) e^(−d²/2s²) + d erf(d/(s√2)): the expected calibration error less its bias, to first order
    /// (Bröcker 2012, *Climate Dynamics* 39:655, on the bias of such estimates; Kumar, Liang & Ma 2019, *NeurIPS*).
    public let absolute: Double
    /// Σ_b (w_b/W)(d_b² − ȳ_b(1 − ȳ_b)/(n_b − 1)): the mean squared calibration error, unbiased within each group.
    public let squared: Double
    /// max_b d_b: the greatest error of a group, not debiased, and greater the more groups there are.
    public let greatest: Double

    /// Reads the errors off any partition of labels, n_b being effective counts; `nil` without labels.
    public init?(of groups: [LogitBin]) {
        var (weight, absolute, squared, greatest) = (0.0, 0.0, 0.0, 0.0)
        for group in groups where group.count > 0 {
            let rate = group.observed / group.weight
            let distance = abs(group.predicted - group.observed) / group.weight
            let spread = max(0, rate * (1 - rate))
            let chance = Self.meanMagnitude(distance, deviation: (spread / group.effectiveCount).squareRoot())
            // One label says nothing about its own spread.
            let excess = group.effectiveCount > 1 ? distance * distance - spread / (group.effectiveCount - 1) : 0
            weight += group.weight
            absolute += group.weight * (2 * distance - chance)
            squared += group.weight * excess
            greatest = max(greatest, distance)
        }
        guard weight > 0 else { return nil }
        self.absolute = absolute / weight
        self.squared = squared / weight
        self.greatest = greatest
    }

    /// E|N(d, s)|; d itself where s is 0.
    private static func meanMagnitude(_ d: Double, deviation s: Double) -> Double {
        guard s > 0 else { return d }
        let ratio = d / (s * 2.0.squareRoot())
        return s * (2 / Double.pi).squareRoot() * exp(-ratio * ratio) + d * erf(ratio)
    }
}

extension LogitHistogram {
    /// The debiased error over the groups of `reliabilityBins(atMost:)`; `nil` without labels.
    ///
    /// - Parameter limit: 1…512; anything else traps.
    public func debiasedCalibrationError(binsAtMost limit: Int = defaultReliabilityBins) -> DebiasedCalibrationError? {
        DebiasedCalibrationError(of: equalMassGroups(atMost: limit).map(\.sum))
    }
}
