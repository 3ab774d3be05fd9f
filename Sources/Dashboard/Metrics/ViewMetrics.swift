// A view's numbers for swift-metrics. Gauges are set; of counters the growth since the last view is added.

import Calibration
package import CoreMetrics
package import PipelineHost

/// Keeps the metrics of a monitor up to date. Not thread-safe: DashboardMetrics holds a lock around it.
package struct ViewMetrics {
    private let factory: any MetricsFactory
    private var gauges: [String: Meter] = [:]
    private var counters: [String: (metric: FloatingPointCounter, value: Double)] = [:]
    // The journal's record of the newest alarm counted, per output.
    private var alarms: [String: (count: Double, newest: UInt64)] = [:]

    /// Metrics without values in `factory`.
    package init(factory: any MetricsFactory) {
        self.factory = factory
        gauge("weir_build_info", [("version", weirVersion)], 1)
    }

    /// Takes the numbers of a view.
    package mutating func update(_ view: MonitorView) {
        takeCounts(view.report)
        takeState(view)
        for (head, reported) in zip(view.heads, view.report.heads) {
            for (output, total) in zip(head.outputs, reported.outputs) {
                let labels = [("head", head.name), ("class", output.className ?? "")]
                take(total, labels)
                take(output.lastHour, labels + [("window", "hour")])
                take(output.lastDays, labels + [("window", "days")])
                take(total.calibration, labels + [("window", "all")])
                take(output, labels)
                countAlarms(view.alarms, head.name, output.className, labels)
            }
        }
    }

    private mutating func takeCounts(_ report: PipelineReport) {
        counter("weir_journal_records_total", [], Double(report.journalSequence))
        counter("weir_scored_events_total", [], Double(report.events))
        counter("weir_received_labels_total", [], Double(report.labels))
        counter("weir_reversed_labels_total", [], Double(report.reversals))
        for (fate, count) in report.labelFates {
            // Those that wait have no fate yet, and become fewer again.
            if fate == "waiting" {
                gauge("weir_waiting_labels", [], Double(count))
            } else if fate != "early" {
                counter("weir_settled_labels_total", [("fate", fate)], Double(count))
            }
        }
        for (code, count) in report.rejected {
            counter("weir_rejected_inputs_total", [("code", code)], Double(count))
        }
    }

    private mutating func takeState(_ view: MonitorView) {
        let report = view.report
        gauge("weir_pending_events", [], Double(report.pending))
        gauge("weir_model_version_records", [], Double(report.modelVersion))
        gauge("weir_model_age_seconds", [], view.modelAge)
        gauge("weir_scored_events_per_second", [], view.eventsPerSecond)
        gauge("weir_mature_labels_per_second", [], view.labelsPerSecond)
        gauge("weir_watermark_timestamp_seconds", [], view.watermark.map { Double($0.microseconds) / 1e6 })
        gauge("weir_view_timestamp_seconds", [], Double(view.takenAt.microseconds) / 1e6)
        gauge("weir_slot_load_ratio", [], report.slots.loadFactor)
        for link in [MonitorView.Link.catchingUp, .current, .learnerGone] {
            gauge("weir_monitor_link", [("state", link.rawValue)], view.link == link ? 1 : 0)
        }
    }

    private mutating func take(_ total: PipelineReport.Output, _ labels: [(String, String)]) {
        counter("weir_mature_labels_total", labels, Double(total.calibration.labelled))
        counter("weir_observed_positives_total", labels, total.calibration.positives)
        counter("weir_predicted_positives_total", labels, total.calibration.predictedPositives)
        let stages = [
            ("raw", total.rawRatio), ("mapped", total.mappedRatio), ("served", total.calibration.calibrationRatio),
        ]
        for (stage, ratio) in stages { gauge("weir_stage_calibration_ratio", labels + [("stage", stage)], ratio) }
    }

    private mutating func take(_ report: CalibrationReport, _ labels: [(String, String)]) {
        gauge("weir_calibration_ratio", labels, report.calibrationRatio)
        gauge("weir_calibration_ratio_lower", labels, report.calibrationRatioInterval?.lower)
        gauge("weir_calibration_ratio_upper", labels, report.calibrationRatioInterval?.upper)
        gauge("weir_calibration_error_ratio", labels, report.expectedCalibrationError?.value)
        gauge("weir_calibration_error_noise_floor_ratio", labels, report.expectedCalibrationError?.noiseFloor)
        gauge("weir_normalized_entropy_ratio", labels, report.normalizedEntropy)
        gauge("weir_calibration_error_debiased_ratio", labels, report.debiasedCalibrationError?.absolute)
        gauge("weir_log_loss_nats", labels, report.logLoss)
        gauge("weir_brier_score_ratio", labels, report.brier)
        gauge("weir_cox_slope_ratio", labels, report.coxFit?.slope)
        gauge("weir_cox_intercept_nats", labels, report.coxFit?.intercept)
    }

    private mutating func take(_ output: MonitorView.Output, _ labels: [(String, String)]) {
        for state in MonitorView.Verdict.State.allCases {
            gauge("weir_verdict", labels + [("state", state.rawValue)], output.verdict.state == state ? 1 : 0)
        }
        gauge("weir_drift_evidence_nats", labels, output.evidence)
        if let early = output.early {
            gauge("weir_early_observed_over_promised_ratio", labels, early.ratio)
            gauge("weir_early_hint", labels, early.hint == nil ? 0 : 1)
        }
        counter("weir_score_moves_total", labels, Double(output.movement.moves))
        gauge("weir_score_stability_index_ratio", labels, output.movement.newest?.stability?.index)
        gauge("weir_score_stability_p_ratio", labels, output.movement.newest?.stability?.pValue)
        gauge("weir_score_distance_ratio", labels, output.movement.newest?.distance?.lower)
        gauge("weir_score_distance_p_ratio", labels, output.movement.newest?.distance?.pValue)
        gauge("weir_flagged_slices", labels, Double(output.slices.count { $0.isFlagged }))
    }

    // A view keeps the newest hundred alarms, so they are counted as they come: by the journal's record that raised them.
    private mutating func countAlarms(
        _ all: [MonitorView.Alarm], _ head: String, _ className: String?, _ labels: [(String, String)]
    ) {
        let key = PrometheusText.labels(labels)
        var known = alarms[key] ?? (0, 0)
        let own = all.filter { $0.head == head && $0.className == className && $0.sequence > known.newest }
        known.count += Double(own.count)
        known.newest = own.map(\.sequence).max() ?? known.newest
        alarms[key] = known
        counter("weir_drift_alarms_total", labels, known.count)
    }

    private mutating func gauge(_ name: String, _ labels: [(String, String)], _ value: Double?) {
        let key = name + "{" + PrometheusText.labels(labels)
        let meter = gauges[key] ?? Meter(label: name, dimensions: labels, factory: factory)
        gauges[key] = meter
        meter.set(value ?? .nan)
    }

    private mutating func counter(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let key = name + "{" + PrometheusText.labels(labels)
        var known =
            counters[key] ?? (FloatingPointCounter(label: name, dimensions: labels, factory: factory), 0)
        if value < known.value {
            // The fold began anew: as after a restart, the counter starts again at 0.
            known.metric.reset()
            known.value = 0
        }
        known.metric.increment(by: value - known.value)
        known.value = value
        counters[key] = known
    }
}
