// Why a learner cannot be configured so. Raised while reading a configuration, never while learning.

/// A parameter of FTRL-Proximal outside its domain, with the value that was given.
public enum FTRLParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// α is not in `FTRLParameters.alphaRange` (or is NaN).
    case alphaOutOfRange(Double)
    /// β is not in `FTRLParameters.betaRange` (or is NaN).
    case betaOutOfRange(Double)
    /// L1 is not in `FTRLParameters.penaltyRange` (or is NaN).
    case l1OutOfRange(Double)
    /// L2 is not in `FTRLParameters.penaltyRange` (or is NaN).
    case l2OutOfRange(Double)
    /// A portfolio does not have the eight lanes that its vectors have.
    case laneCountNotEight(Int)
    /// The half-life of a lane is not in `PortfolioLane.halfLifeRange` (or is NaN).
    case halfLifeOutOfRange(Double)

    /// What is wrong and what would be right, in one sentence.
    public var description: String {
        switch self {
        case .alphaOutOfRange(let value):
            sentence("alpha", value, FTRLParameters.alphaRange, "0.05 to 3 is usual")
        case .betaOutOfRange(let value):
            sentence("beta", value, FTRLParameters.betaRange, "1 is usual")
        case .l1OutOfRange(let value):
            sentence("l1", value, FTRLParameters.penaltyRange, "0 keeps every weight")
        case .l2OutOfRange(let value):
            sentence("l2", value, FTRLParameters.penaltyRange, "0 shrinks nothing")
        case .laneCountNotEight(let count):
            "a portfolio has \(count) lanes, but must have 8; a lane may be given twice"
        case .halfLifeOutOfRange(let value):
            sentence("halfLife", value, PortfolioLane.halfLifeRange, "leave it out to forget nothing")
        }
    }

    private func sentence(_ name: String, _ value: Double, _ range: ClosedRange<Double>, _ advice: String) -> String {
        "\(name) is \(value), but must lie in \(range.lowerBound) to \(range.upperBound); \(advice)"
    }
}
