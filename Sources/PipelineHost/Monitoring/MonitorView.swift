// What a monitor shows, as one value: the page, the API, the metrics and the terminal all read this and nothing else, so
// they cannot disagree, and a slow reader holds a copy, never the fold.

public import Calibration
public import ScoringRecords

/// A monitor's state at one moment.
public struct MonitorView: Sendable {
    /// Whether anything can be said of a head, and what.
    public struct Verdict: Hashable, Sendable {
        /// In one word.
        public enum State: String, Hashable, Sendable, CaseIterable {
            /// Too few mature labels for any statement.
            case tooEarly
            /// No alarm stands.
            case calibrated
            /// An alarm stands: fewer positives are promised than come.
            case underPredicting
            /// An alarm stands: more positives are promised than come.
            case overPredicting
            /// An alarm stands: high scores are too high and low ones too low.
            case overconfident
            /// An alarm stands: scores are too close to the middle.
            case underconfident
        }

        /// In one word.
        public var state: State
        /// Observed over predicted positives since `since`, where an alarm stands.
        public var ratio: Double?
        /// Its 95 % interval.
        public var interval: ConfidenceInterval?
        /// Since when, estimated; event time.
        public var since: Timestamp?
        /// The flagged slice with the most evidence, as `field=value`.
        public var slice: String?

        /// A verdict by its parts.
        public init(
            state: State, ratio: Double? = nil, interval: ConfidenceInterval? = nil, since: Timestamp? = nil,
            slice: String? = nil
        ) {
            self.state = state
            self.ratio = ratio
            self.interval = interval
            self.since = since
            self.slice = slice
        }
    }

    /// An alarm that was raised.
    public struct Alarm: Hashable, Sendable {
        /// The head.
        public var head: String
        /// The class; `nil` for a binary head.
        public var className: String?
        /// The slices flagged at that moment, as `field=value`.
        public var slices: [String]
        /// Which way probabilities are wrong.
        public var direction: DriftDirection
        /// The event time at which it was raised.
        public var time: Timestamp
        /// The event time since which it is wrong, estimated.
        public var onset: Timestamp
        /// Observed over predicted positives from onset to alarm, by the panes that cover it.
        public var ratio: Double?
        /// Its 95 % interval.
        public var interval: ConfidenceInterval?
        /// The journal record that completed the evidence.
        public var sequence: UInt64

        /// An alarm by its parts.
        public init(
            head: String, className: String?, slices: [String], direction: DriftDirection, time: Timestamp,
            onset: Timestamp, ratio: Double?, interval: ConfidenceInterval?, sequence: UInt64
        ) {
            self.head = head
            self.className = className
            self.slices = slices
            self.direction = direction
            self.time = time
            self.onset = onset
            self.ratio = ratio
            self.interval = interval
            self.sequence = sequence
        }
    }

    /// One pane of a head's history.
    public struct Pane: Sendable {
        /// Where it starts; event time.
        public var start: Timestamp
        /// How long it is.
        public var span: TimeSpan
        /// Mature labels.
        public var labelled: Int
        /// Σwp.
        public var predicted: Double
        /// Σwy.
        public var observed: Double
        /// Predicted over observed; `nil` without positives.
        public var ratio: Double?
        /// Its 95 % interval.
        public var interval: ConfidenceInterval?

        /// A pane by its parts.
        public init(
            start: Timestamp, span: TimeSpan, labelled: Int, predicted: Double, observed: Double, ratio: Double?,
            interval: ConfidenceInterval?
        ) {
            self.start = start
            self.span = span
            self.labelled = labelled
            self.predicted = predicted
            self.observed = observed
            self.ratio = ratio
            self.interval = interval
        }
    }

    /// A binary head, or a class against the rest.
    public struct Output: Sendable {
        /// The class; `nil` for a binary head.
        public var className: String?
        /// What stands.
        public var verdict: Verdict
        /// The last hour of event time.
        public var lastHour: CalibrationReport
        /// The last two days of event time.
        public var lastDays: CalibrationReport
        /// By the minute over the last hour, oldest first; panes without labels are left out.
        public var minutes: [Pane]
        /// By the hour over the last two days, oldest first; panes without labels are left out.
        public var hours: [Pane]
        /// Labels by served logit over the last two days: the lower edge of each bin in nats, and how many.
        public var scores: [(logit: Double, count: Int)]
        /// What is known of slices in this epoch, most evidence first.
        public var slices: [SliceFinding]
        /// ln of the detector's statistic over its threshold: 0 raises the alarm.
        public var evidence: Double
        /// Outcomes before their windows close; `nil` where they say nothing. Advisory.
        public var early: Early?
        /// Whether served scores move.
        public var movement: Movement

        /// An output by its parts.
        public init(
            className: String?, verdict: Verdict, lastHour: CalibrationReport, lastDays: CalibrationReport,
            minutes: [Pane], hours: [Pane], scores: [(logit: Double, count: Int)], slices: [SliceFinding],
            evidence: Double, early: Early?, movement: Movement
        ) {
            self.className = className
            self.verdict = verdict
            self.lastHour = lastHour
            self.lastDays = lastDays
            self.minutes = minutes
            self.hours = hours
            self.scores = scores
            self.slices = slices
            self.evidence = evidence
            self.early = early
            self.movement = movement
        }
    }

    /// A head with what the report says of it since the start.
    public struct Head: Sendable {
        /// Its name.
        public var name: String
        /// What is judged: the outcome, or each class.
        public var outputs: [Output]

        /// A head by its parts.
        public init(name: String, outputs: [Output]) {
            self.name = name
            self.outputs = outputs
        }
    }

    /// Where the monitor stands with regard to the learner.
    public enum Link: String, Sendable {
        /// It reads, and is behind.
        case catchingUp
        /// Everything durable is folded.
        case current
        /// The tail has not answered for a while.
        case learnerGone
    }

    /// The report since the start: what `weir monitor report` prints.
    public var report: PipelineReport
    /// One part per head, in the report's order.
    public var heads: [Head]
    /// Alarms raised, newest first, at most 100.
    public var alarms: [Alarm]
    /// Where it stands.
    public var link: Link
    /// The wall clock's time of this view.
    public var takenAt: Timestamp
    /// How far event time has come; `nil` before any watermark.
    public var watermark: Timestamp?
    /// Seconds since the model last moved, by the journal: newest model version seen in a score, unchanged while events
    /// and labels come; `nil` before any score.
    public var modelAge: Double?
    /// Events scored per second of wall time, over the last ten seconds.
    public var eventsPerSecond: Double
    /// Mature labels per second of wall time, over the last ten seconds.
    public var labelsPerSecond: Double

    /// A view by its parts.
    public init(
        report: PipelineReport, heads: [Head], alarms: [Alarm], link: Link, takenAt: Timestamp,
        watermark: Timestamp?, modelAge: Double?, eventsPerSecond: Double, labelsPerSecond: Double
    ) {
        self.report = report
        self.heads = heads
        self.alarms = alarms
        self.link = link
        self.takenAt = takenAt
        self.watermark = watermark
        self.modelAge = modelAge
        self.eventsPerSecond = eventsPerSecond
        self.labelsPerSecond = labelsPerSecond
    }
}
