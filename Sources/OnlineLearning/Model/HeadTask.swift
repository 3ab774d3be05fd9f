// What a head predicts: one outcome that happens or not, or one of several classes that exclude each other.

public import ScoringRecords

/// One outcome that happens or not: one output.
public struct BinaryTask: Hashable, Sendable {
    /// The loss it learns under.
    public var loss: BinaryLoss
    /// The rate of positives to start from; also what is served before any model has come.
    public var baseRate: Probability
    /// Which examples it keeps, and how labels are smoothed; undone in closed form when serving.
    public var treatment: LabelTreatment

    /// A task by its parts.
    public init(loss: BinaryLoss, baseRate: Probability, treatment: LabelTreatment = .none) {
        self.loss = loss
        self.baseRate = baseRate
        self.treatment = treatment
    }
}

/// One of several classes that exclude each other: an output per class, made probabilities by a softmax.
public struct ClassTask: Hashable, Sendable {
    /// The loss it learns under; it has a weight per class.
    public let loss: CategoricalLoss
    /// The classes' names, all different, by position.
    public let classes: [String]
    /// The rate of each class to start from: positive, with the sum 1 up to rounding.
    public let baseRates: [Double]
    /// The share of each class's examples that it learns from, in `LabelTreatment.keptRange`; undone when serving.
    public let kept: [Double]

    /// A task by its parts; by default all classes are equally likely and all examples are kept.
    ///
    /// - Parameter baseRates: positive numbers, whose sum is brought to 1.
    /// - Throws: `ClassTaskError` for parts that do not fit each other or lie outside their domain.
    public init(
        loss: CategoricalLoss, classes: [String], baseRates: [Double]? = nil, kept: [Double]? = nil
    ) throws(ClassTaskError) {
        let count = classes.count
        let rates = baseRates ?? Array(repeating: 1, count: count)
        let kept = kept ?? Array(repeating: 1, count: count)
        guard loss.classCount == count, rates.count == count, kept.count == count else { throw .countsDiffer }
        guard Set(classes).count == count else { throw .repeatedClass }
        guard rates.allSatisfy({ $0 > 0 && $0 < .infinity }) else { throw .baseRateOutOfRange }
        guard kept.allSatisfy(LabelTreatment.keptRange.contains) else { throw .keptShareOutOfRange }
        let sum = rates.reduce(0, +)
        self.loss = loss
        self.classes = classes
        self.baseRates = rates.map { $0 / sum }
        self.kept = kept
    }
}

/// Why classes, rates and shares do not make a task.
public enum ClassTaskError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are not as many weights, rates and shares as classes.
    case countsDiffer
    /// Two classes have one name.
    case repeatedClass
    /// A base rate is not a positive number.
    case baseRateOutOfRange
    /// A share of examples to keep is not in `LabelTreatment.keptRange`.
    case keptShareOutOfRange

    /// What is wrong, in one sentence.
    public var description: String {
        switch self {
        case .countsDiffer: "every class needs one weight, one base rate and one share of examples to keep"
        case .repeatedClass: "two classes have one name"
        case .baseRateOutOfRange: "a base rate is a positive number"
        case .keptShareOutOfRange: "a share of examples to keep lies in 1e-9 to 1"
        }
    }
}

/// What a head predicts.
public enum HeadTask: Hashable, Sendable {
    /// One outcome that happens or not.
    case binary(BinaryTask)
    /// One of several classes.
    case classes(ClassTask)

    /// How many outputs the model has for it: 1, or one per class.
    public var outputCount: Int {
        switch self {
        case .binary: 1
        case .classes(let task): task.classes.count
        }
    }
}
