// The state of one coordinate under the Kalman filter, and the limits that keep every score finite.

/// A weight and its variance.
///
/// Why no score can overflow: |w| ≤ 2⁶⁰ and |x| ≤ 10⁶ < 2²⁰, so any sum of fewer than 2³⁰ terms w x stays below 2¹¹⁰;
/// with V ≤ 100 the sum of x²V stays below 2⁷⁷. Everything else is computed in `Double`, where gradient and curvature,
/// below 2¹⁶⁰ for every `Float` weight, have room.
public struct EKFSlot: Hashable, Sendable {
    /// w: the mean of the weight.
    public let weight: Float
    /// V: its variance, positive.
    public let variance: Float

    /// The greatest |w|.
    public static let weightLimit: Float = 0x1p60
    /// The least V, 2⁻⁴⁰: a coordinate that reached 0 could never learn again. 10¹² examples at p = ½ would have to
    /// pass first.
    public static let leastVariance: Float = 0x1p-40

    /// The given pair; `nil` unless |w| ≤ `weightLimit` and V lies between `leastVariance` and the greatest prior
    /// variance. NaN is refused.
    public init?(weight: Float, variance: Float) {
        guard weight.magnitude <= EKFSlot.weightLimit, variance >= EKFSlot.leastVariance,
            variance <= Float(EKFParameters.priorVarianceRange.upperBound)
        else { return nil }
        self.init(unchecked: weight, variance)
    }

    init(unchecked weight: Float, _ variance: Float) {
        self.weight = weight
        self.variance = variance
    }
}
