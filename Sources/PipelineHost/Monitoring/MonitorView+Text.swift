// The view as lines of a terminal.

import Calibration
import ScoringRecords
import WireFormat

extension MonitorView {
    /// The view as lines of at most `width` characters, the most important first, at most `height` of them.
    public func lines(width: Int, height: Int) -> [String] {
        let link =
            switch link {
            case .current: "up to date"
            case .catchingUp: "catching up"
            case .learnerGone: "THE LEARNER DOES NOT ANSWER"
            }
        var lines = [
            "\(report.name)  \(ISO8601.text(takenAt))  \(link)",
            "events \(report.events) (\(fixed(eventsPerSecond, 1))/s)  labels judged a second "
                + "\(fixed(labelsPerSecond, 1))  waiting \(report.pending)  event time "
                + (watermark.map { $0 == .distantFuture ? "ended" : ISO8601.text($0) } ?? "none"),
            "model version \(report.modelVersion), moved \(modelAge.map { fixed($0, 0) } ?? "never") s ago by event time"
                + "  rejected " + (report.rejected.isEmpty ? "none" : "")
                + report.rejected.map { "\($0.code) \($0.count)" }.joined(separator: ", "),
        ]
        for head in heads {
            for output in head.outputs {
                let name = head.name + (output.className.map { "/\($0)" } ?? "")
                lines += ["", "\(name): \(output.verdict.text)"]
                lines.append("  " + MonitorView.row("last hour", output.lastHour))
                lines.append("  " + MonitorView.row("two days", output.lastDays))
                if let hint = output.early?.hintText { lines.append("  early, advisory: \(hint)") }
                lines += output.slices.filter(\.isFlagged).prefix(3).map {
                    "  \($0.field)=\($0.value): observed over predicted \(fixed($0.ratio, 3)), \($0.count) labels"
                }
            }
        }
        if !alarms.isEmpty { lines += ["", "alarms"] + alarms.prefix(10).map { "  \($0.text)" } }
        return lines.prefix(max(height, 1)).map { String($0.prefix(max(width, 1))) }
    }

    private static func row(_ name: String, _ report: CalibrationReport) -> String {
        let interval = report.calibrationRatioInterval.map { " [\(fixed($0.lower, 3)), \(fixed($0.upper, 3))]" } ?? ""
        return "\(name): \(report.labelled) labels, \(fixed(report.positives, 0)) positives, "
            + "predicted over observed \(fixed(report.calibrationRatio, 3))\(interval), "
            + "normalized entropy \(fixed(report.normalizedEntropy, 3))"
    }
}
