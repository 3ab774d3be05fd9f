// A number read from the histogram, with what the binning may have hidden. Not a confidence interval.

/// A ranking metric computed from bins, between the least and the greatest value that the same labels could have.
///
/// The bounds say what is unknown about the order of scores within bins. They are certain, and say nothing about
/// sampling: what another sample of events would give is a different question.
public struct BinnedEstimate: Hashable, Sendable {
    /// The value with all labels of a bin tied.
    public let value: Double
    /// No order within the bins gives less.
    public let lower: Double
    /// No order within the bins gives more.
    public let upper: Double

    /// Keeps the bounds on their sides of `value` where rounding has brought them past it.
    init(value: Double, lower: Double, upper: Double) {
        self.value = value
        self.lower = min(lower, value)
        self.upper = max(upper, value)
    }
}
