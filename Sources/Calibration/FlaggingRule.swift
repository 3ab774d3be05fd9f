// Which events count as flagged when recall and precision are asked for.

/// A rule that flags events by their served probability.
public enum FlaggingRule: Hashable, Sendable {
    /// Flag from this probability on, in (0, 1).
    case threshold(Double)
    /// Flag as many as possible while at most this share of the negatives is flagged, in (0, 1).
    case falsePositiveRate(Double)

    /// One negative in a hundred: what a review team may have to look at.
    public static let standard = FlaggingRule.falsePositiveRate(0.01)
}
