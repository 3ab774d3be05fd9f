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
    /// The share of positives kept for training is not in `LabelTreatment.keptRange` (or is NaN).
    case keptPositivesOutOfRange(Double)
    /// The share of negatives kept for training is not in `LabelTreatment.keptRange` (or is NaN).
    case keptNegativesOutOfRange(Double)
    /// The label smoothing ε is not in `LabelTreatment.smoothingRange` (or is NaN).
    case labelSmoothingOutOfRange(Double)
    /// There are fewer than two classes, or more than `CategoricalLoss.classCountRange` allows.
    case classCountOutOfRange(Int)
    /// The weight of a class is not in `BinaryLoss.classWeightRange` (or is NaN).
    case classWeightOutOfRange(class: Int, weight: Double)

    /// What is wrong and what would be right, in one sentence.
    public var description: String {
        let weights = "\(BinaryLoss.classWeightRange.lowerBound) to \(BinaryLoss.classWeightRange.upperBound)"
        let kept = "\(LabelTreatment.keptRange.lowerBound) to \(LabelTreatment.keptRange.upperBound)"
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
        case .keptPositivesOutOfRange(let value):
            "the share of positives kept is \(value), but must lie in \(kept); 1 keeps all of them"
        case .keptNegativesOutOfRange(let value):
            "the share of negatives kept is \(value), but must lie in \(kept); 1 keeps all of them"
        case .labelSmoothingOutOfRange(let value):
            "the label smoothing is \(value), but must lie in \(LabelTreatment.smoothingRange.lowerBound) to "
                + "\(LabelTreatment.smoothingRange.upperBound); 0 leaves labels as they are"
        case .classCountOutOfRange(let count):
            "there are \(count) classes, but must be \(CategoricalLoss.classCountRange.lowerBound) to "
                + "\(CategoricalLoss.classCountRange.upperBound); one output alone is a binary loss"
        case .classWeightOutOfRange(let position, let weight):
            "the weight of class \(position) is \(weight), but must lie in \(weights); 1 leaves it as it is"
        }
    }
}
