// What is shown beside the verdict and never decides it: early outcomes, and scores that move.

public import Calibration
import PipelineRoles
public import ScoringRecords

extension MonitorView {
    /// Outcomes at a fixed age held against what was promised for that age. Advisory: no bound on false hints.
    public struct Early: Sendable {
        /// The age at which outcomes are looked at.
        public var age: TimeSpan
        /// F̂(age): the share of positives that have come by then; `nil` while too few mature positives are known.
        public var shareByAge: Double?
        /// Mature positives by which delays are known.
        public var maturePositives: Int
        /// The start of the epoch of the numbers below; `nil` before the first event of that age.
        public var since: Timestamp?
        /// Σ p·F̂(age).
        public var promised: Double
        /// Positives that came by that age.
        public var observed: Double
        /// Observed over promised.
        public var ratio: Double?
        /// Its 95 % interval, valid at any time if F̂ were certain.
        public var interval: ConfidenceInterval?
        /// Events of that age that were not looked at, because delays were not known.
        public var unjudged: Int
        /// The newest hint, while it stands.
        public var hint: EarlyWarningHint?

        /// What an early warning says in the epoch since `since`.
        public init(_ warning: EarlyWarning, since: Timestamp?, hint: EarlyWarningHint?) {
            age = warning.age
            shareByAge = warning.shareByAge
            maturePositives = warning.delays.total
            self.since = since
            promised = warning.sums.predicted
            observed = warning.sums.observed
            ratio = warning.sums.ratio
            interval = warning.sums.interval()
            unjudged = warning.unjudged
            self.hint = hint
        }

        init(_ early: EarlyOutcomes) {
            self.init(early.warning, since: early.epochStart, hint: early.hint)
        }
    }

    /// Whether served scores move, by disjoint windows; says nothing about calibration.
    public struct Movement: Sendable {
        /// Scores of a window, and of a reference.
        public var windowLength: Int
        /// Whether there is a reference yet.
        public var hasReference: Bool
        /// Windows compared with this reference.
        public var windows: Int
        /// The last complete window.
        public var newest: ScoreDriftVerdict?
        /// Windows that were called a drift; each became the reference of the next.
        public var moves: Int
        /// The last of them.
        public var lastMove: ScoreDriftVerdict?

        /// What is known of an output's scores.
        public init(_ movement: ScoreMovement) {
            windowLength = movement.windowLength
            hasReference = movement.hasReference
            windows = movement.windows
            newest = movement.newest
            moves = movement.moves
            lastMove = movement.lastMove
        }
    }
}
