// From a monitor's state to what is shown of it.

public import Calibration
import ElementaryMath
public import PipelineRoles
public import ScoringRecords

extension MonitorView {
    /// Alarms that a view holds at most; the newest.
    public static let alarmLimit = 100
    /// Slices of one output that a view holds at most; those with the most evidence.
    public static let sliceLimit = 200

    /// What a monitor of the deployment `name` shows.
    ///
    /// - Complexity: O(outputs · (panes + slices)), independent of the stream.
    public init(
        _ snapshot: MonitorSnapshot, name: String, flagging: [FlaggingRule], link: Link, takenAt: Timestamp,
        perSecond: (events: Double, labels: Double) = (0, 0)
    ) {
        let names = MonitorView.names(of: snapshot)
        let times = snapshot.versionTimes
        self.init(
            report: PipelineReport(name: name, flagging: flagging, snapshot: snapshot),
            heads: zip(zip(names, flagging), snapshot.heads).map { head, statistics in
                Head(
                    name: head.0.name,
                    outputs: zip(head.0.classes, statistics.outputs).map { Output($1, className: $0, head.1) })
            },
            alarms: MonitorView.alarms(of: snapshot),
            link: link, takenAt: takenAt,
            watermark: snapshot.watermark == .distantPast ? nil : snapshot.watermark,
            modelAge: times.newest == .distantPast ? nil : max(0, times.newest.since(times.first).inSeconds),
            eventsPerSecond: perSecond.events, labelsPerSecond: perSecond.labels)
    }
}

extension MonitorView {
    /// The heads and their classes by name; a binary head has one without.
    static func names(of snapshot: MonitorSnapshot) -> [(name: String, classes: [String?])] {
        snapshot.specification.heads.map { head in
            if case .classes(let task) = head.task { return (head.name, task.classes) }
            return (head.name, [nil])
        }
    }

    /// The newest alarms, newest first.
    static func alarms(of snapshot: MonitorSnapshot) -> [Alarm] {
        let names = names(of: snapshot)
        return snapshot.alarms.suffix(alarmLimit).reversed().map { alarm in
            Alarm(alarm, head: names[alarm.head].name, className: names[alarm.head].classes[alarm.output])
        }
    }
}

extension MonitorView.Alarm {
    init(_ alarm: RaisedAlarm, head: String, className: String?) {
        self.init(
            head: head, className: className, slices: alarm.slices.map(\.name), direction: alarm.direction,
            time: alarm.time, onset: alarm.onset, ratio: alarm.ratio, interval: alarm.interval,
            sequence: alarm.sequence)
    }
}

extension MonitorView.Output {
    init(_ output: OutputStatistics, className: String?, _ flagging: FlaggingRule) {
        let calibration = output.calibration
        // A look flags; the fold's own flags stay as they are.
        var slices = calibration.slices
        let flagged = slices?.look() ?? []
        let findings = (slices?.findings ?? []).sorted { $0.evidence > $1.evidence }
        let (minutes, hours) = (calibration.windows.first, calibration.windows.last)
        let days = hours?.window() ?? CalibrationSketch()
        self.init(
            className: className, verdict: MonitorView.Verdict(output, flagged: flagged),
            lastHour: CalibrationReport(of: minutes?.window() ?? CalibrationSketch(), flagging: flagging),
            lastDays: CalibrationReport(of: days, flagging: flagging), minutes: minutes.map(MonitorView.panes) ?? [],
            hours: hours.map(MonitorView.panes) ?? [],
            scores: days.histogram.bins.enumerated().compactMap { position, bin in
                bin.count == 0
                    ? nil : (LogitHistogram.logits(atPositions: position...position).lowerBound, bin.count)
            },
            slices: Array(findings.prefix(MonitorView.sliceLimit)),
            evidence: log(max(calibration.detector.statistic, .leastNormalMagnitude))
                - log(calibration.detector.settings.threshold),
            early: output.early.map(MonitorView.Early.init), movement: MonitorView.Movement(output.movement))
    }
}

extension MonitorView {
    static func panes(of ring: PaneRing) -> [Pane] {
        ring.series().map { start, labels in
            Pane(
                start: start, span: ring.span, labelled: labels.sums.count, predicted: labels.sums.predicted,
                observed: labels.sums.observed, ratio: labels.sums.calibrationRatio,
                interval: labels.sums.calibrationRatioInterval)
        }
    }
}

extension MonitorView.Verdict {
    /// What stands of an output.
    init(_ output: OutputStatistics) {
        var slices = output.standing == nil ? nil : output.calibration.slices
        self.init(output, flagged: slices?.look() ?? [])
    }

    /// What stands of an output, with the slices that this look flags, most evidence first.
    init(_ output: OutputStatistics, flagged: [SliceFinding]) {
        guard let alarm = output.standing else {
            self.init(state: output.isTooEarly ? .tooEarly : .calibrated)
            return
        }
        let sums = output.calibration.sums(since: alarm.onset)
        self.init(
            state: State(alarm.direction), ratio: sums.observedOverPredicted,
            interval: sums.observedOverPredictedInterval, since: alarm.onset,
            slice: flagged.first.map { "\($0.field)=\($0.value)" })
    }
}

extension MonitorView.Verdict.State {
    init(_ direction: DriftDirection) {
        switch direction {
        case .underPredicting: self = .underPredicting
        case .overPredicting: self = .overPredicting
        case .overconfident: self = .overconfident
        case .underconfident: self = .underconfident
        }
    }
}
