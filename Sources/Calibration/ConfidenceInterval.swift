// A two-sided 95 % interval, and the quantile that makes it one.

/// An interval meant to hold the truth in 95 % of repetitions, both ends included and finite.
public struct ConfidenceInterval: Hashable, Sendable {
    /// The lower end; at most `upper`.
    public let lower: Double
    /// The upper end.
    public let upper: Double

    /// The 0.975 quantile of the standard normal distribution: 2.5 % lie beyond it on either side.
    public static let normalQuantile = 1.959963984540054

    /// `nil` unless both ends are finite and in order: an end that overflowed bounds nothing.
    public init?(lower: Double, upper: Double) {
        guard lower.isFinite, upper.isFinite, lower <= upper else { return nil }
        self.lower = lower
        self.upper = upper
    }

    /// Whether `value` lies in the interval, its ends included.
    public func contains(_ value: Double) -> Bool { value >= lower && value <= upper }

    /// Wilson's score interval of a proportion (Wilson 1927, *JASA* 22:209), within [0, 1].
    ///
    /// Where the members of the sample have different probabilities the variance is overstated, so the interval errs
    /// on the wide side.
    ///
    /// - Parameters:
    ///   - proportion: the observed proportion, in [0, 1].
    ///   - count: the (effective) sample size, above 0.
    init(wilsonProportion proportion: Double, count: Double) {
        let z = ConfidenceInterval.normalQuantile
        let shrinkage = z * z / count
        let centre = proportion + shrinkage / 2
        let halfWidth = z * (proportion * (1 - proportion) / count + shrinkage / (4 * count)).squareRoot()
        // The proportion itself is a bound on either side, so that rounding cannot push 0 or 1 out of its interval.
        lower = max(0, min(proportion, (centre - halfWidth) / (1 + shrinkage)))
        upper = min(1, max(proportion, (centre + halfWidth) / (1 + shrinkage)))
    }
}
