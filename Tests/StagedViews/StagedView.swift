// The states that the dashboard must show, each as a view.

import Calibration
public import PipelineHost
import PipelineRoles
public import ScoringRecords

/// A state of the monitor, staged.
public enum StagedView: String, Sendable, CaseIterable {
    /// All is well.
    case calibrated
    /// An alarm stands, and a slice is named.
    case drifted
    /// A handful of labels.
    case tooEarly = "too-early"
    /// The monitor reads and is behind.
    case catchingUp = "catching-up"
    /// The tail is silent.
    case learnerGone = "learner-gone"
    /// The model has not moved for an hour.
    case stale
    /// Names that are markup.
    case hostile

    /// The view; equal for equal arguments.
    ///
    /// - Parameter takenAt: the time it bears.
    public func view(takenAt: Timestamp, seed: UInt64 = 20_260_314) throws -> MonitorView {
        let isHostile = self == .hostile
        let campaigns = isHostile ? ["men", "<img src=x onerror=fail()>&\"'"] : ["men", "women", "all"]
        let classes = isHostile ? ["a\"\\b\n", "{x=\"1\"}", "c/d"] : ["onTime", "late", "lost"]
        let stream = try StagedStream(
            hours: self == .tooEarly ? 1 : 40, perMinute: self == .tooEarly ? 4 : 120,
            lift: self == .drifted || self == .learnerGone || isHostile ? 2 : 1, names: (campaigns, classes),
            seed: seed)
        return try view(of: stream, classes: classes, takenAt: takenAt)
    }

    private func view(of stream: StagedStream, classes: [String], takenAt: Timestamp) throws -> MonitorView {
        let (click, delivery) = (stream.click, stream.delivery)
        let heads = [
            MonitorView.Head(name: headNames[0], outputs: [click.output()]),
            MonitorView.Head(name: headNames[1], outputs: delivery.indices.map { delivery[$0].output() }),
        ]
        let alarms = click.alarms.map { alarm in
            let sums = click.since(alarm.onset).sums
            return MonitorView.Alarm(
                head: headNames[0], className: nil, slices: heads[0].outputs[0].verdict.slice.map { [$0] } ?? [],
                direction: alarm.direction, time: alarm.time, onset: alarm.onset, ratio: sums.observedOverPredicted,
                interval: sums.observedOverPredictedInterval, sequence: UInt64(2 * alarm.event))
        }
        let link: MonitorView.Link =
            switch self {
            case .catchingUp: .catchingUp
            case .learnerGone: .learnerGone
            default: .current
            }
        return MonitorView(
            report: try report(stream, classes), heads: heads, alarms: alarms.reversed(), link: link, takenAt: takenAt,
            watermark: StagedStream.end, modelAge: self == .stale ? 3_725 : self == .learnerGone ? 94 : 0.8,
            eventsPerSecond: self == .learnerGone ? 0 : 1_204.5, labelsPerSecond: self == .learnerGone ? 0 : 311.25)
    }

    private var headNames: [String] {
        self == .hostile ? ["<script>fail()</script>", "a/b?c"] : ["click", "delivery"]
    }

    private func report(_ stream: StagedStream, _ classes: [String]) throws -> PipelineReport {
        // The names are made up afterwards, because the configuration refuses some of them.
        let configuration = try Configuration.parse(
            yaml: """
                name: shop
                event: { id: id, time: time }
                features: [ { hash: campaign } ]
                heads:
                  - { name: click, window: 30m }
                  - { name: delivery, classes: [a, b, c], window: 30m }
                """, source: "staged")
        let fold = MonitorFold(
            specification: configuration.specification, specificationDigest: Array(repeating: 0, count: 32))
        var report = PipelineReport(name: configuration.name, flagging: configuration.flagging, monitor: fold)
        let labels = UInt64(stream.clicks.events)
        report.events = labels + 412
        report.labels = labels + 97
        report.labelFates = [
            ("joined", labels), ("reversed", 12), ("duplicate", 31), ("conflicting", 3), ("late", 40), ("unknown", 9),
            ("orphansFull", 0), ("waiting", 2), ("early", 57),
        ]
        report.reversals = 12
        report.pending = 412
        report.modelVersion = 2 * labels
        report.journalSequence = 2 * labels + 613
        report.rejected = [("conflicting-label", 3), ("late-label", 40), ("malformed-json", 8), ("unknown-event", 9)]
        report.heads[0].name = headNames[0]
        report.heads[0].outputs[0].calibration = CalibrationReport(of: stream.click.calibration.total)
        report.heads[0].outputs[0].rawRatio = stream.clicks.raw.sums.calibrationRatio
        report.heads[0].outputs[0].mappedRatio = stream.click.calibration.total.sums.calibrationRatio
        report.heads[0].outputs[0].early = stream.click.early
        report.heads[0].outputs[0].movement = stream.click.shownMovement
        report.heads[1].name = headNames[1]
        report.heads[1].classes = stream.classes
        for (index, output) in stream.delivery.enumerated() {
            report.heads[1].outputs[index].className = classes[index]
            report.heads[1].outputs[index].movement = output.shownMovement
            report.heads[1].outputs[index].calibration = CalibrationReport(of: output.calibration.total)
        }
        return report
    }
}
