// The calibration report: what a journal says about the probabilities that were served. One value, printed as text for
// people and as JSON for programs; both say the same.

public import Calibration
public import OnlineLearning
public import PipelineRoles
import ScoringRecords

/// A report over one journal, from a monitor's state and, where a learner is at hand, its digests.
public struct PipelineReport: Sendable {
    /// The served probability of one output against mature outcomes: of a binary head, or of a class against the rest.
    public struct Output: Sendable {
        /// The class; `nil` for a binary head.
        public var className: String?
        /// Its statistics, of the served probability.
        public var calibration: CalibrationReport
        /// Predicted over observed before any correction; `nil` without positives.
        public var rawRatio: Double?
        /// Predicted over observed after the closed-form map, before recalibration; `nil` without positives.
        public var mappedRatio: Double?
        /// What stands.
        public var verdict: MonitorView.Verdict
        /// Outcomes before their windows close; `nil` where they say nothing. Advisory.
        public var early: MonitorView.Early?
        /// Whether served scores move.
        public var movement: MonitorView.Movement
    }

    /// One head's part.
    public struct Head: Sendable {
        /// The head's name.
        public var name: String
        /// The multi-label head it is a label of.
        public var group: String?
        /// Its loss, in words.
        public var loss: String
        /// One output, or one per class.
        public var outputs: [Output]
        /// The classes as one prediction; `nil` for a binary head.
        public var classes: ClassSums?
        /// What its label stream has been through.
        public var labelStream: LabelStreamStatus
        /// The mean of the head's own loss at the raw logits; of different losses, values cannot be compared.
        public var trainingLoss: Double?
    }

    /// The deployment's name.
    public var name: String
    /// Events scored and journalled.
    public var events: UInt64
    /// Labels journalled.
    public var labels: UInt64
    /// What became of the labels; the counts of all fates but `early` add up to `labels`.
    public var labelFates: [(fate: String, count: UInt64)]
    /// Whether learning is frozen.
    public var isFrozen: Bool
    /// Labels that replaced an earlier one of the same event with another value.
    public var reversals: UInt64
    /// Events whose windows are still open: not judged yet.
    public var pending: Int
    /// Records the learner's model has folded; the newest version seen in a score where no learner is at hand.
    public var modelVersion: UInt64
    /// SHA-256 of the model, in hexadecimal; `nil` for a report from the journal alone.
    public var modelDigest: String?
    /// SHA-256 of the learner's whole state; `nil` for a report from the journal alone.
    public var stateDigest: String?
    /// Records in the journal that the report covers.
    public var journalSequence: UInt64
    /// How full the model's table is and how often features share a slot.
    public var slots: SlotCensus
    /// Counts of refused and ineffective inputs by code.
    public var rejected: [(code: String, count: UInt64)]
    /// One part per head.
    public var heads: [Head]
    /// Alarms raised, newest first, at most `MonitorView.alarmLimit`.
    public var alarms: [MonitorView.Alarm]

    /// A report from a monitor's state alone.
    ///
    /// - Parameter flagging: which events count as flagged, per head.
    public init(name: String, flagging: [FlaggingRule], monitor: MonitorFold) {
        self.init(name: name, flagging: flagging, snapshot: monitor.snapshot)
    }

    /// A report from a copy of a monitor's state.
    ///
    /// - Parameter flagging: which events count as flagged, per head.
    public init(name: String, flagging: [FlaggingRule], snapshot monitor: MonitorSnapshot) {
        self.name = name
        events = monitor.events
        labels = monitor.labels
        reversals = monitor.labelCounts.reversed
        isFrozen = monitor.isFrozen
        labelFates = PipelineReport.fates(of: monitor)
        pending = monitor.pendingCount
        modelVersion = monitor.newestVersion.records
        journalSequence = monitor.sequence
        slots = monitor.census
        rejected = RejectionReason.allCases.compactMap { reason in
            monitor.rejections[reason].map { (reason.code, $0) }
        }.sorted { $0.code < $1.code }
        alarms = MonitorView.alarms(of: monitor)
        heads = monitor.heads.enumerated().map { head, statistics in
            Head(
                monitor.specification.heads[head], flagging: flagging[head], statistics, monitor.labelStreams[head])
        }
    }

    private static func fates(of monitor: MonitorSnapshot) -> [(fate: String, count: UInt64)] {
        func refused(_ reason: RejectionReason) -> UInt64 { monitor.rejections[reason] ?? 0 }
        return [
            ("joined", monitor.labelCounts.joined), ("reversed", monitor.labelCounts.reversed),
            ("duplicate", refused(.duplicateLabel)), ("conflicting", refused(.conflictingLabel)),
            ("late", refused(.lateLabel)), ("unknown", refused(.unknownEvent)),
            ("orphansFull", refused(.orphansFull)), ("waiting", UInt64(monitor.orphanCount)),
            ("early", monitor.labelCounts.early),
        ]
    }

    /// Adds what only a learner knows.
    mutating func take(_ learner: LearnHost.Outcome) {
        modelVersion = learner.journalSequence
        modelDigest = learner.digests.model.hexadecimal
        stateDigest = learner.digests.state.hexadecimal
    }
}

extension PipelineReport.Head {
    fileprivate init(
        _ head: HeadSpecification, flagging: FlaggingRule, _ statistics: HeadStatistics, _ stream: LabelStreamStatus
    ) {
        let names: [String?] = if case .classes(let task) = head.task { task.classes } else { [nil] }
        self.init(
            name: head.name, group: head.group, loss: head.task.lossSummary,
            outputs: zip(names, statistics.outputs).map { name, output in
                PipelineReport.Output(
                    className: name, calibration: CalibrationReport(of: output.served, flagging: flagging),
                    rawRatio: output.raw.sums.calibrationRatio, mappedRatio: output.mapped.sums.calibrationRatio,
                    verdict: MonitorView.Verdict(output), early: output.early.map(MonitorView.Early.init),
                    movement: MonitorView.Movement(output.movement))
            },
            classes: statistics.classes, labelStream: stream, trainingLoss: statistics.trainingLoss.mean)
    }
}
