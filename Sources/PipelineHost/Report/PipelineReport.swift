// The calibration report: what a journal says about the probabilities that were served. One value, printed as text for
// people and as JSON for programs; both say the same.

public import Calibration
public import PipelineRoles
import ScoringRecords

/// A report over one journal, from a monitor's state and, where a learner is at hand, its digests.
public struct PipelineReport: Sendable {
    /// One head's part.
    public struct Head: Sendable {
        /// The head's name.
        public var name: String
        /// Its loss, in words.
        public var loss: String
        /// Its statistics over mature events, of the served probability.
        public var calibration: CalibrationReport
        /// Predicted over observed before any correction; `nil` without positives.
        public var rawRatio: Double?
        /// Predicted over observed after the closed-form map, before recalibration; `nil` without positives.
        public var mappedRatio: Double?
    }

    /// The deployment's name.
    public var name: String
    /// Events scored and journalled.
    public var events: UInt64
    /// Labels journalled.
    public var labels: UInt64
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
    /// Counts of refused and ineffective inputs by code.
    public var rejected: [(code: String, count: UInt64)]
    /// One part per head.
    public var heads: [Head]

    /// A report from a monitor's state alone.
    public init(name: String, monitor: MonitorFold) {
        self.name = name
        events = monitor.joins.events
        labels = monitor.joins.labels
        reversals = monitor.joins.joiner.reversals
        pending = monitor.joins.joiner.pendingCount
        modelVersion = monitor.newestVersion.records
        journalSequence = monitor.joins.sequence
        rejected = RejectionReason.allCases.compactMap { reason in
            monitor.joins.rejections[reason].map { (reason.code, $0) }
        }.sorted { $0.code < $1.code }
        heads = zip(monitor.specification.heads, monitor.heads).map { head, statistics in
            Head(
                name: head.name, loss: head.loss.summary, calibration: CalibrationReport(of: statistics.served),
                rawRatio: statistics.raw.sums.calibrationRatio, mappedRatio: statistics.mapped.sums.calibrationRatio)
        }
    }

    /// Adds what only a learner knows.
    mutating func take(_ learner: LearnHost.Outcome) {
        modelVersion = learner.journalSequence
        modelDigest = learner.digests.model.hexadecimal
        stateDigest = learner.digests.state.hexadecimal
    }
}
