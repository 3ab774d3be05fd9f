// The report for people: the verdict's numbers first, then how they come about.

import Calibration
import OnlineLearning

extension PipelineReport {
    /// The report as lines of at most 100 columns, ending in a line feed.
    public var text: String {
        let fates = labelFates.filter { $0.count > 0 }.map { "\($0.fate) \($0.count)" }
        var lines = [
            "\(name): \(events) events, \(labels) labels, \(pending) waiting for their window to close",
            "labels: " + (fates.isEmpty ? "none" : fates.joined(separator: ", ")),
            "journal \(journalSequence) records, model version \(modelVersion)",
        ]
        if isFrozen { lines.append("learning is frozen") }
        if let modelDigest { lines.append("model digest \(modelDigest)") }
        if let stateDigest { lines.append("state digest \(stateDigest)") }
        let percent = { (share: Double?) in share.map { "\(fixed($0 * 100, 1)) %" } ?? "none" }
        lines.append(
            "slots: \(percent(slots.loadFactor)) used, \(percent(slots.collisionRate)) of features came to another's")
        if rejected.isEmpty {
            lines.append("rejected: none")
        } else {
            lines.append("rejected: " + rejected.map { "\($0.code) \($0.count)" }.joined(separator: ", "))
        }
        for head in heads { lines += head.lines }
        lines += alarmLines
        return lines.joined(separator: "\n") + "\n"
    }
}

extension PipelineReport.Head {
    fileprivate var lines: [String] {
        var lines = ["", "head \(name) (loss \(loss)), over events whose window has closed"]
        if labelStream.outages > 0 {
            lines.append(
                row(
                    "label outages", "\(labelStream.outages)",
                    "\(labelStream.isOut ? "labels are missing now; " : "")silence of \(labelStream.withheld) events withheld"
                ))
        }
        guard outputs.contains(where: { $0.calibration.labelled > 0 }) else {
            return lines + ["  no mature labels yet: no statement about calibration"]
        }
        if let classes {
            lines.append(row("labelled", "\(classes.count)"))
            lines.append(
                row("normalized entropy", fixed(classes.normalizedEntropy, 4), "1 = no better than the observed shares")
            )
            lines.append(row("log loss", fixed(classes.logLoss, 5), "nats"))
            lines.append(row("Brier score", fixed(classes.brier, 5), "summed over the classes"))
            lines.append(row("accuracy", fixed(classes.accuracy, 4), "the most probable class came true"))
        }
        for output in outputs {
            if let name = output.className { lines += ["", "  class \(name) against the rest"] }
            lines += output.lines
        }
        return lines
    }
}

private func row(_ title: String, _ value: String, _ note: String = "") -> String {
    "  " + title.padded(24) + value.padded(12) + note
}

extension PipelineReport.Output {
    fileprivate var lines: [String] {
        let report = calibration
        var lines: [String] = []
        func add(_ title: String, _ value: String, _ note: String = "") { lines.append(row(title, value, note)) }
        add("verdict", verdict.text)
        add("labelled", "\(report.labelled)")
        add("positives", fixed(report.positives, 0), "base rate \(significant(report.baseRate))")
        add(
            "calibration ratio", fixed(report.calibrationRatio, 4),
            "predicted / observed, 95 % " + interval(report.calibrationRatioInterval))
        add("  raw, mapped", "\(fixed(rawRatio, 4)), \(fixed(mappedRatio, 4))", "before the map, before recalibration")
        add("normalized entropy", fixed(report.normalizedEntropy, 4), "1 = no better than the base rate")
        add("log loss", fixed(report.logLoss, 5), "nats")
        add("Brier score", significant(report.brier), "\(fixed(report.brierSkill, 4)) better than the base rate")
        if let parts = report.brierDecomposition {
            add(
                "  reliability", significant(parts.reliability),
                "resolution \(significant(parts.resolution)), uncertainty \(significant(parts.uncertainty))")
        }
        add(
            "Cox slope", fixed(report.coxFit?.slope, 3),
            "95 % " + interval(report.coxFit?.slopeInterval, 3) + "; intercept \(fixed(report.coxFit?.intercept, 3)) "
                + interval(report.coxFit?.interceptInterval, 3))
        add("AUC", fixed(report.areaUnderROC?.value, 4), "bounds " + bounds(report.areaUnderROC))
        add("PR-AUC", fixed(report.averagePrecision?.value, 4), "bounds " + bounds(report.averagePrecision))
        if let point = report.operatingPoint {
            let title =
                switch report.flagging {
                case .falsePositiveRate(let cap): "recall at \(shortText(of: cap * 100)) % FPR"
                case .threshold: "recall"
                }
            add(
                title, fixed(point.recall, 4),
                "flagging from \(significant(point.threshold)) on: precision \(fixed(point.precision, 4)), "
                    + "F1 \(fixed(point.f1, 4))")
        }
        add(
            "ECE", significant(report.expectedCalibrationError?.value),
            "a perfect model would show \(significant(report.expectedCalibrationError?.noiseFloor)) by chance")
        add(
            "ECE, debiased", significant(report.debiasedCalibrationError?.absolute),
            "without what chance adds; below 0 where it hides in the noise")
        add("score drift", movement.moves == 0 ? "none" : "\(movement.moves) moves", movement.summary)
        lines += (movement.newest?.lines ?? []).map { "      " + $0 }
        if let early {
            add(
                "early warning", early.hint == nil ? "none" : "hint",
                "advisory, at an age of \(DurationText.text(early.age)):")
            lines += early.lines.map { "      " + $0 }
        }
        lines.append("  reliability          count   predicted    observed   95 % of observed")
        for bin in report.reliability {
            lines.append(
                "  " + "\(bin.count)".leftPadded(24) + significant(bin.meanPredicted).leftPadded(12)
                    + significant(bin.observedRate).leftPadded(12) + "   " + significantInterval(bin.observedInterval))
        }
        return lines
    }

    private func interval(_ interval: ConfidenceInterval?, _ places: Int = 4) -> String {
        interval.map { "[\(fixed($0.lower, places)), \(fixed($0.upper, places))]" } ?? "none"
    }

    private func significantInterval(_ interval: ConfidenceInterval) -> String {
        "[\(significant(interval.lower)), \(significant(interval.upper))]"
    }

    private func bounds(_ estimate: BinnedEstimate?) -> String {
        estimate.map { "[\(fixed($0.lower, 4)), \(fixed($0.upper, 4))] from binning" } ?? "none"
    }
}

/// A number with `places` decimals; "none" for no number.
func fixed(_ value: Double?, _ places: Int) -> String {
    guard let value, value.magnitude < 1e15 else { return "none" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard places > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % Int64(scale))
    return sign + "\(scaled / Int64(scale))." + String(repeating: "0", count: places - fraction.count) + fraction
}

/// A rate with enough decimals to show three significant digits; "none" for no number.
func significant(_ value: Double?) -> String {
    guard let value else { return "none" }
    var places = 3
    var magnitude = value.magnitude
    while magnitude > 0, magnitude < 0.1, places < 12 {
        magnitude *= 10
        places += 1
    }
    return fixed(value, places)
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

extension HeadTask {
    /// The loss in a few words.
    var lossSummary: String {
        switch self {
        case .binary(let task): task.loss.summary
        case .classes(let task): task.loss.summary
        }
    }
}

extension CategoricalLoss {
    /// The loss in a few words: its kind and what distinguishes it.
    var summary: String {
        let weights =
            classWeights.allSatisfy { $0 == 1 }
            ? "" : ", weights \(classWeights.map { significant($0) }.joined(separator: " : "))"
        let smoothing = labelSmoothing == 0 ? "" : ", smoothing \(significant(labelSmoothing))"
        return (gamma == 0 ? "cross-entropy" : "categorical focal \(significant(gamma))") + weights + smoothing
    }
}

extension BinaryLoss {
    /// The loss in a few words: its kind and what distinguishes it.
    var summary: String {
        let weights =
            positiveWeight == 1 && negativeWeight == 1
            ? "" : ", weights \(significant(positiveWeight)) : \(significant(negativeWeight))"
        return gamma == 0
            ? (weights.isEmpty ? "bce" : "weighted bce" + weights) : "focal \(significant(gamma))" + weights
    }
}
