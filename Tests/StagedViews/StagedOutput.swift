// One output of a staged head: a real fold over made-up scores, so that every number belongs to every other.

import Calibration
import ElementaryMath
import PipelineHost
import ScoringRecords

/// Folds scores of one output and reads its part of a view.
struct StagedOutput {
    let className: String?
    private(set) var calibration: HeadCalibration
    private(set) var alarms: [DriftAlarm] = []
    private var movement = ScoreMovement(windowLength: 10_000)
    private var warning: EarlyWarning?
    private var hint: EarlyWarningHint?
    private var first: Timestamp?
    private var positives = 0
    // The head's window is half an hour, early outcomes are looked at after half of it, and every other positive has come.
    private static let window = TimeSpan.seconds(1_800)
    private static let age = TimeSpan.seconds(900)

    init(className: String?, baseRate: Double) throws {
        self.className = className
        if className == nil, let delays = LabelDelays(window: StagedOutput.window) {
            warning = EarlyWarning(
                age: StagedOutput.age, delays: delays,
                settings: try DriftDetectorSettings(
                    threshold: 1e5, baseRate: baseRate, tolerance: 1.05,
                    shiftOdds: DriftDetectorSettings.defaultShiftOdds))
        }
        calibration = HeadCalibration(
            HeadCalibrationSettings(
                detector: try DriftDetectorSettings(threshold: 1e7, baseRate: baseRate),
                slices: SliceSettings(fields: ["campaign", "position"], valuesPerField: 50, epoch: .seconds(6 * 3_600)))
        )
    }

    mutating func add(_ score: JudgedScore, at time: Timestamp, values: [String?]) {
        look(score, at: time)
        if let alarm = calibration.add(score, at: time, values: values) { alarms.append(alarm) }
    }

    private mutating func look(_ score: JudgedScore, at time: Timestamp) {
        if first == nil { first = time }
        movement?.add(servedLogit: score.logit, at: time)
        guard warning != nil else { return }
        if score.outcome == 1 { positives += 1 }
        let isEarly = positives % 2 == 0
        if score.outcome == 1 { warning?.addMaturePositive(delay: isEarly ? .zero : StagedOutput.window) }
        if let hint = warning?.observe(servedLogit: score.logit, isPositive: score.outcome == 1 && isEarly, at: time) {
            self.hint = hint
        }
    }

    /// What a view shows of it.
    func output() -> MonitorView.Output {
        var monitor = calibration.slices
        let flagged = monitor?.look() ?? []
        let slices = (monitor?.findings ?? []).sorted { $0.evidence > $1.evidence }
        let (hour, days) = (calibration.windows[0], calibration.windows[1])
        let scores = days.window().histogram.bins.enumerated().compactMap { position, bin in
            bin.count == 0
                ? nil
                : (logit: LogitHistogram.logits(atPositions: position...position).lowerBound, count: bin.count)
        }
        return MonitorView.Output(
            className: className, verdict: verdict(flagged), lastHour: CalibrationReport(of: hour.window()),
            lastDays: CalibrationReport(of: days.window()), minutes: panes(hour), hours: panes(days), scores: scores,
            slices: slices,
            evidence: log(calibration.detector.statistic / calibration.detector.settings.threshold),
            early: early, movement: shownMovement)
    }

    /// Outcomes before their windows close, as a report has them, too.
    var early: MonitorView.Early? { warning.map { MonitorView.Early($0, since: first, hint: hint) } }

    /// Whether scores move, likewise.
    var shownMovement: MonitorView.Movement {
        guard let movement else { preconditionFailure("the length of a window is a constant") }
        return MonitorView.Movement(movement)
    }

    private func verdict(_ flagged: [SliceFinding]) -> MonitorView.Verdict {
        guard calibration.total.sums.observed >= 30 else { return MonitorView.Verdict(state: .tooEarly) }
        guard let alarm = alarms.last, let state = MonitorView.Verdict.State(rawValue: alarm.direction.rawValue)
        else { return MonitorView.Verdict(state: .calibrated) }
        let sums = since(alarm.onset).sums
        return MonitorView.Verdict(
            state: state, ratio: sums.observedOverPredicted, interval: sums.observedOverPredictedInterval,
            since: alarm.onset, slice: flagged.first.map { "\($0.field)=\($0.value)" })
    }

    func since(_ onset: Timestamp) -> CalibrationSketch {
        let minute = TimeSpan(microseconds: -60_000_000)
        let hour = TimeSpan(microseconds: -3_600_000_000)
        let first = calibration.windows[0].series().first?.start ?? .distantFuture
        let (ring, slack) = first <= onset ? (calibration.windows[0], minute) : (calibration.windows[1], hour)
        var sum = CalibrationSketch()
        for pane in ring.series() where pane.start > onset.advanced(by: slack) { sum.merge(pane.labels) }
        return sum
    }

    private func panes(_ ring: PaneRing) -> [MonitorView.Pane] {
        ring.series().filter { $0.labels.sums.count > 0 }.map { start, labels in
            MonitorView.Pane(
                start: start, span: ring.span, labelled: labels.sums.count, predicted: labels.sums.predicted,
                observed: labels.sums.observed, ratio: labels.sums.calibrationRatio,
                interval: labels.sums.calibrationRatioInterval)
        }
    }
}
