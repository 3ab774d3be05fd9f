// Everything a fold depends on, and nothing else: two processes with equal specifications fold a journal to equal
// states. Endpoints, paths and display choices are no part of it.

public import ScoringRecords

/// What the absence of a label means once the window has closed.
public enum MissingLabel: Hashable, Sendable {
    /// Silence is a negative: an impression without a click, a payment without a chargeback.
    case negative
    /// Silence says nothing: the event teaches and proves nothing.
    case unlabelled
    /// Silence is this class, by position: for heads with classes.
    case category(Int)
}

/// One head of the model: what it predicts, and how labels reach it.
public struct HeadSpecification: Hashable, Sendable {
    /// The name that labels and reports use. A label of a multi-label head is `group.label`.
    public var name: String
    /// The multi-label head it is a label of; `nil` for a head of its own.
    public var group: String?
    /// What it predicts.
    public var task: HeadTask
    /// How long after the event an outcome still counts.
    public var window: TimeSpan
    /// What silence means. `.negative` fits a binary task, `.category` a task with classes.
    public var missingLabel: MissingLabel
    /// When it learns from an event whose label may still come.
    public var policy: LabelPolicy
    /// Whether the mapped score is recalibrated on mature labels before it is served.
    public var recalibrates: Bool
    /// How far event time may move on without a label of this head before silence is no longer read as an outcome, see
    /// `LabelStreamStatus`; `nil`: silence is always read as `missingLabel` says.
    public var labelOutage: TimeSpan?

    /// A head by its parts.
    public init(
        name: String, group: String? = nil, task: HeadTask, window: TimeSpan, missingLabel: MissingLabel,
        policy: LabelPolicy = .wait, recalibrates: Bool = true
    ) {
        self.name = name
        self.group = group
        self.task = task
        self.window = window
        self.missingLabel = missingLabel
        self.policy = policy
        self.recalibrates = recalibrates
    }

    /// A binary head by its parts.
    public init(
        name: String, loss: BinaryLoss, baseRate: Probability, window: TimeSpan, missingLabel: MissingLabel,
        policy: LabelPolicy = .wait, treatment: LabelTreatment = .none, recalibrates: Bool = true
    ) {
        self.init(
            name: name, task: .binary(BinaryTask(loss: loss, baseRate: baseRate, treatment: treatment)),
            window: window, missingLabel: missingLabel, policy: policy, recalibrates: recalibrates)
    }

    /// What silence is read as when the window has closed; `nil` where it says nothing.
    public var silentOutcome: Outcome? {
        switch missingLabel {
        case .negative: .silentNegative
        case .unlabelled: nil
        case .category(let category): .category(UInt16(category), weight: 1)
        }
    }

    /// Whether a label can be one of this head: a share for a binary task, an existing class for one with classes.
    public func accepts(_ value: LabelValue) -> Bool {
        switch (task, value) {
        case (.binary, .share): true
        case (.classes(let task), .category(let category)): Int(category) < task.classes.count
        default: false
        }
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
    /// The table has 2^bits slots, each with the weights of every output.
    public var bits: Int
    /// How each head learns.
    public var optimizer: OptimizerChoice
    /// What fades, what is let in and what is given up in the table.
    public var slots: SlotRules
    /// What no lesson may exceed.
    public var guards: LearningGuards
    /// Whether a step of a single FTRL-Proximal learner that could overshoot is shortened, see `FTRLTable.learn`.
    public var importanceAware: Bool
    /// Whether workers are told what the standard error of a score needs; it doubles their table.
    public var standardErrors: Bool
    /// How long a window stays open after its end, for labels that travel slowly.
    public var grace: TimeSpan
    /// How many events may wait for their labels at once; a further one is counted `joiner-full` and not learned from.
    public var maximumPending: Int
    /// How far event time may move on while a label waits for its event; then it is `unknown-event`. Zero: not at all.
    public var orphanWindow: TimeSpan
    /// How many labels may wait for their events at once; a further one is counted `orphans-full`.
    public var maximumOrphans: Int

    /// A specification by its parts.
    public init(
        idField: String, timeField: String?, features: [FeatureDefinition], heads: [HeadSpecification], bits: Int,
        optimizer: OptimizerChoice, slots: SlotRules = SlotRules(), guards: LearningGuards = LearningGuards(),
        importanceAware: Bool = false, standardErrors: Bool = false, grace: TimeSpan, maximumPending: Int,
        orphanWindow: TimeSpan = .zero,
        maximumOrphans: Int = 0
    ) {
        self.idField = idField
        self.timeField = timeField
        self.features = features
        self.heads = heads
        self.bits = bits
        self.optimizer = optimizer
        self.slots = slots
        self.guards = guards
        self.importanceAware = importanceAware
        self.standardErrors = standardErrors
        self.grace = grace
        self.maximumPending = maximumPending
        self.orphanWindow = orphanWindow
        self.maximumOrphans = maximumOrphans
    }

    /// Outputs of all heads together.
    public var outputCount: Int { heads.reduce(0) { $0 + $1.task.outputCount } }

    /// The outputs of each head, in the heads' order: one after the other.
    public var outputRanges: [Range<Int>] {
        var next = 0
        return heads.map { head in
            defer { next += head.task.outputCount }
            return next..<next + head.task.outputCount
        }
    }
}
