// Everything a fold depends on, and nothing else: two processes with equal specifications fold a journal to equal
// states. Endpoints, paths and display choices are no part of it.

public import ScoringRecords

/// What the absence of a label means once the window has closed.
public enum MissingLabel: UInt8, Hashable, Sendable {
    /// Silence is a negative: an impression without a click, a payment without a chargeback.
    case negative = 0
    /// Silence says nothing: the event teaches and proves nothing.
    case unlabelled = 1
}

/// One output of the model.
public struct HeadSpecification: Hashable, Sendable {
    /// The name that labels and reports use.
    public var name: String
    /// The loss it learns under.
    public var loss: BinaryLoss
    /// The rate of positives to start from; also what is served before any model has come.
    public var baseRate: Probability
    /// How long after the event an outcome still counts.
    public var window: TimeSpan
    /// What silence means.
    public var missingLabel: MissingLabel
    /// When it learns from an event whose label may still come.
    public var policy: LabelPolicy
    /// Which examples it keeps, and how labels are smoothed; undone in closed form when serving.
    public var treatment: LabelTreatment
    /// Whether the mapped score is recalibrated on mature labels before it is served.
    public var recalibrates: Bool

    /// A head by its parts.
    public init(
        name: String, loss: BinaryLoss, baseRate: Probability, window: TimeSpan, missingLabel: MissingLabel,
        policy: LabelPolicy = .wait, treatment: LabelTreatment = .none, recalibrates: Bool = true
    ) {
        self.name = name
        self.loss = loss
        self.baseRate = baseRate
        self.window = window
        self.missingLabel = missingLabel
        self.policy = policy
        self.treatment = treatment
        self.recalibrates = recalibrates
    }
}

/// The part of a configuration that decides what a journal folds to.
public struct Specification: Hashable, Sendable {
    /// The event members that hold the id and the time.
    public var idField: String
    /// The member that holds the event's time; `nil` where the intake stamps every event.
    public var timeField: String?
    /// How fields become features.
    public var features: [FeatureDefinition]
    /// The outputs, in order.
    public var heads: [HeadSpecification]
    /// The table has 2^bits slots per head.
    public var bits: Int
    /// How each head learns.
    public var optimizer: OptimizerChoice
    /// How long a window stays open after its end, for labels that travel slowly.
    public var grace: TimeSpan
    /// How many events may wait for their labels at once; a further one is counted `joiner-full` and not learned from.
    public var maximumPending: Int

    /// A specification by its parts.
    public init(
        idField: String, timeField: String?, features: [FeatureDefinition], heads: [HeadSpecification], bits: Int,
        optimizer: OptimizerChoice, grace: TimeSpan, maximumPending: Int
    ) {
        self.idField = idField
        self.timeField = timeField
        self.features = features
        self.heads = heads
        self.bits = bits
        self.optimizer = optimizer
        self.grace = grace
        self.maximumPending = maximumPending
    }
}
