// Running mean and variance of a number, and the standardised value made from them. Pure: the moments are model state
// that the learner folds and the workers receive, so that any number of workers standardises alike.

import ElementaryMath
public import ScoringRecords

extension NumberMoments {
    /// Values seen before a standardised number says anything: below it the variance is mostly noise and the value is 0.
    public static let warmUpCount: UInt64 = 16

    /// The magnitude at which standardised values are cut: beyond it a value says "extreme", not how extreme.
    public static let standardizedBound = 8.0

    /// Takes one value into the moments (Welford 1962: stable for means far from zero).
    public mutating func observe(_ value: Double) {
        count += 1
        let deviation = value - mean
        mean += deviation / Double(count)
        squaredDeviations += deviation * (value - mean)
    }

    /// (v − mean) / standard deviation, cut to ±8; 0 before 16 values were seen and for a number that never varied.
    public func standardized(_ value: Double) -> Float {
        guard count >= NumberMoments.warmUpCount, squaredDeviations > 0 else { return 0 }
        let scaled = (value - mean) / (squaredDeviations / Double(count)).squareRoot()
        return Float(min(max(scaled, -NumberMoments.standardizedBound), NumberMoments.standardizedBound))
    }
}

extension NumberTransform {
    /// The transformed number; finite for every finite `value`.
    public func apply(_ value: Double) -> Double {
        switch self {
        case .raw: value
        case .log: value < 0 ? -log1p(-value) : log1p(value)
        }
    }
}
