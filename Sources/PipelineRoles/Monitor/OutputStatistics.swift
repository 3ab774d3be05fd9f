// One output's predictions against mature outcomes: what is kept for the report, what raises alarms, and what stands.

public import Calibration
import ScoringRecords

/// One output's predictions against mature outcomes, at the three stages of a score.
///
/// The served stage is watched: windows, detector, slices (``HeadCalibration``), and an alarm until it is withdrawn
/// (``StandingAlarm``). Memory: O(1), and the slices.
public struct OutputStatistics: Equatable, Sendable {
    /// What the learner said, unmapped: for a weighted or focal loss no probability.
    public internal(set) var raw = CalibrationSketch()
    /// After the closed-form map.
    public internal(set) var mapped = CalibrationSketch()
    /// What the client was told, and what is watched of it.
    public internal(set) var calibration: HeadCalibration
    /// The newest alarm, until outcomes speak against it.
    public internal(set) var standing: StandingAlarm?
    /// Outcomes before their windows close: advisory; `nil` where they say nothing.
    public internal(set) var early: EarlyOutcomes?
    /// Whether served scores move, labels or not. From the first judged outcome on: before it the learner has seen no
    /// whole cohort.
    public internal(set) var movement: ScoreMovement
    /// Whether a served score has differed from its mapped one: the recalibrator has spoken.
    public internal(set) var isRecalibrated = false
    /// Σp and Σ(1 − p) over the outcomes since evidence last started anew.
    var expected = (positives: 0.0, negatives: 0.0)

    /// Expected positives, and negatives, before which nothing is said. An alarm needs about as many at the least:
    /// the largest bet is fourfold odds, and ln c / ln 4 is 16 for a year's budget at a hundred events a second.
    public static let leastExpected = 20.0

    /// What the client was told, since the start.
    public var served: CalibrationSketch { calibration.total }

    /// Whether there are too few mature outcomes for any statement.
    public var isTooEarly: Bool {
        standing == nil && min(expected.positives, expected.negatives) < OutputStatistics.leastExpected
    }

    init(_ settings: HeadCalibrationSettings, early: EarlyOutcomes?, movement: ScoreMovement) {
        calibration = HeadCalibration(settings)
        self.early = early
        self.movement = movement
    }

    /// Takes a score as it was served, whatever becomes of it.
    @inline(__always)
    mutating func serve(_ score: OutputScore, at time: Timestamp) {
        guard served.sums.count > 0 else { return }
        movement.add(servedLogit: Double(score.served.value), at: time)
    }

    /// Takes a mature outcome; an alarm if it completes the evidence for one, and it is news beside one that stands.
    mutating func add(
        _ score: OutputScore, outcome: Double, weight: Double, at time: Timestamp, values: [String?]
    ) -> DriftAlarm? {
        guard let served = JudgedScore(logit: score.served, outcome: outcome, weight: weight) else { return nil }
        // Equal logits give equal terms, and mostly the stages agree.
        let mapped =
            score.mapped == score.served ? served : JudgedScore(logit: score.mapped, outcome: outcome, weight: weight)
        let raw = score.raw == score.mapped ? mapped : JudgedScore(logit: score.raw, outcome: outcome, weight: weight)
        if let raw { self.raw.add(raw) }
        if let mapped { self.mapped.add(mapped) }
        if !isRecalibrated, score.served != score.mapped {
            isRecalibrated = true
            restart()
        }
        expected.positives += served.probability
        expected.negatives += served.complement
        if standing?.isUpheld(by: served) == false { standing = nil }
        guard let alarm = calibration.add(served, at: time, values: values) else { return nil }
        let centre = calibration.detector.centreLogit
        if let standing, !standing.isReplaced(by: alarm.direction) {
            self.standing?.confirm(alarm, centre: centre)
            return nil
        }
        standing = StandingAlarm(alarm, centre: centre)
        return alarm
    }

    /// What serves was replaced on purpose: evidence starts anew, and what was said of the old no longer stands.
    mutating func restart() {
        calibration.reset()
        standing = nil
        expected = (0, 0)
        early?.restart()
        movement.reset()
    }

    /// Equal states.
    public static func == (left: OutputStatistics, right: OutputStatistics) -> Bool {
        left.raw == right.raw && left.mapped == right.mapped && left.calibration == right.calibration
            && left.standing == right.standing && left.isRecalibrated == right.isRecalibrated
            && left.expected == right.expected && left.early == right.early && left.movement == right.movement
    }
}
