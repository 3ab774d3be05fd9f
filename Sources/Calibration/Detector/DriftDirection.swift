// The four words in which an alarm says what is wrong.

/// Which way probabilities are wrong: in level (the first two) or in slope.
public enum DriftDirection: String, Hashable, Sendable, CaseIterable {
    /// More positives than promised.
    case underPredicting
    /// Fewer positives than promised.
    case overPredicting
    /// High probabilities too high and low ones too low.
    case overconfident
    /// High probabilities too low and low ones too high.
    case underconfident

    /// Whether the slope, not the level, is wrong.
    public var isSlope: Bool { self == .overconfident || self == .underconfident }
}
