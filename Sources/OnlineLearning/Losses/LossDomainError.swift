// Why a loss cannot be built. Raised while reading a configuration, never while learning.

/// A parameter of a loss outside its domain, with the value that was given.
public enum LossDomainError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The focusing parameter γ is not in `BinaryLoss.gammaRange` (or is NaN).
    case gammaOutOfRange(Double)
    /// The weight c₁ of the positive class is not in `BinaryLoss.classWeightRange` (or is NaN).
    case positiveWeightOutOfRange(Double)
    /// The weight c₀ of the negative class is not in `BinaryLoss.classWeightRange` (or is NaN).
    case negativeWeightOutOfRange(Double)
    /// α does not lie strictly between 0 and 1 (or is NaN).
    case alphaOutOfRange(Double)

    /// What is wrong and what would be right, in one sentence.
    public var description: String {
        let weights = "\(BinaryLoss.classWeightRange.lowerBound) to \(BinaryLoss.classWeightRange.upperBound)"
        return switch self {
        case .gammaOutOfRange(let value):
            "gamma is \(value), but must lie in \(BinaryLoss.gammaRange.lowerBound) to "
                + "\(BinaryLoss.gammaRange.upperBound); 0 is plain cross-entropy"
        case .positiveWeightOutOfRange(let value):
            "the weight of positives is \(value), but must lie in \(weights); 1 leaves them as they are"
        case .negativeWeightOutOfRange(let value):
            "the weight of negatives is \(value), but must lie in \(weights); 1 leaves them as they are"
        case .alphaOutOfRange(let value):
            "alpha is \(value), but must lie strictly between 0 and 1; leave it out to weigh both classes alike"
        }
    }
}
