// Every metric there is. Docs/METRICS.md lists the same, and a test holds the two against each other.

/// The metrics of a monitor and of its dashboard.
package enum MetricCatalogue {
    private static let output = ["head", "class"]
    private static let window = ["head", "class", "window"]

    /// All of them.
    package static let all: [MetricDescription] = counters + state + calibration + drift + dashboard

    private static let counters = [
        MetricDescription("weir_journal_records_total", .counter, "Journal records folded."),
        MetricDescription("weir_scored_events_total", .counter, "Scored events in the journal."),
        MetricDescription("weir_received_labels_total", .counter, "Labels in the journal."),
        MetricDescription("weir_reversed_labels_total", .counter, "Labels that replaced an earlier one."),
        MetricDescription(
            "weir_settled_labels_total", .counter, labels: ["fate"], "Labels by what became of them."),
        MetricDescription(
            "weir_rejected_inputs_total", .counter, labels: ["code"], "Inputs refused or without effect, by code."),
        MetricDescription(
            "weir_mature_labels_total", .counter, labels: output, "Labels whose window has closed."),
        MetricDescription(
            "weir_observed_positives_total", .counter, labels: output, "Weighted positives among mature labels."),
        MetricDescription(
            "weir_predicted_positives_total", .counter, labels: output,
            "Weighted sum of the served probabilities of mature labels."),
    ]

    private static let state = [
        MetricDescription("weir_waiting_labels", .gauge, "Labels waiting for their event."),
        MetricDescription("weir_pending_events", .gauge, "Events whose window is open."),
        MetricDescription(
            "weir_model_version_records", .gauge, "Records folded into the newest model seen in a score."),
        MetricDescription("weir_model_age_seconds", .gauge, "Seconds since the model last moved."),
        MetricDescription("weir_scored_events_per_second", .gauge, "Events scored per second, over ten seconds."),
        MetricDescription("weir_mature_labels_per_second", .gauge, "Labels matured per second, over ten seconds."),
        MetricDescription("weir_watermark_timestamp_seconds", .gauge, "How far event time has come, in Unix seconds."),
        MetricDescription("weir_view_timestamp_seconds", .gauge, "When the newest view was taken, in Unix seconds."),
        MetricDescription(
            "weir_monitor_link", .gauge, labels: ["state"],
            "1 for where the monitor stands: catchingUp, current or learnerGone."),
        MetricDescription("weir_slot_load_ratio", .gauge, "Share of the model's slots that some feature has come to."),
        MetricDescription("weir_build_info", .gauge, labels: ["version"], "1, with the version."),
    ]

    private static let calibration = [
        MetricDescription(
            "weir_calibration_ratio", .gauge, labels: window, "Predicted over observed positives: hour, days or all."),
        MetricDescription(
            "weir_calibration_ratio_lower", .gauge, labels: window, "Lower end of its 95 % interval for one look."),
        MetricDescription(
            "weir_calibration_ratio_upper", .gauge, labels: window, "Upper end of its 95 % interval for one look."),
        MetricDescription(
            "weir_stage_calibration_ratio", .gauge, labels: output + ["stage"],
            "The ratio since the start at each stage of a score: raw, mapped or served."),
        MetricDescription(
            "weir_calibration_error_ratio", .gauge, labels: window, "Expected calibration error, a share from 0 to 1."),
        MetricDescription(
            "weir_calibration_error_noise_floor_ratio", .gauge, labels: window,
            "What a perfect model would show as calibration error."),
        MetricDescription(
            "weir_normalized_entropy_ratio", .gauge, labels: window, "Log loss over that of the base rate."),
        MetricDescription(
            "weir_calibration_error_debiased_ratio", .gauge, labels: window,
            "Calibration error without what chance adds; may be below 0."),
        MetricDescription("weir_log_loss_nats", .gauge, labels: window, "Mean log loss."),
        MetricDescription("weir_brier_score_ratio", .gauge, labels: window, "Brier score, from 0 to 1."),
        MetricDescription(
            "weir_cox_slope_ratio", .gauge, labels: window,
            "Slope of the true over the served logit: below 1 overconfident."),
        MetricDescription(
            "weir_cox_intercept_nats", .gauge, labels: window, "Its intercept, at a served probability of a half."),
    ]

    private static let drift = [
        MetricDescription(
            "weir_verdict", .gauge, labels: output + ["state"],
            "1 for the verdict that stands, 0 for the others."),
        MetricDescription(
            "weir_drift_evidence_nats", .gauge, labels: output,
            "Logarithm of the drift detector's statistic over its threshold: 0 raises the alarm."),
        MetricDescription("weir_drift_alarms_total", .counter, labels: output, "Drift alarms raised."),
        MetricDescription(
            "weir_early_observed_over_promised_ratio", .gauge, labels: output,
            "Advisory: positives by an early age over those promised for it, in this epoch."),
        MetricDescription(
            "weir_early_hint", .gauge, labels: output, "Advisory: 1 while a hint of early outcomes stands."),
        MetricDescription("weir_score_moves_total", .counter, labels: output, "Windows of scores called moved."),
        MetricDescription(
            "weir_score_stability_index_ratio", .gauge, labels: output,
            "Population stability index of the last window of scores."),
        MetricDescription(
            "weir_score_stability_p_ratio", .gauge, labels: output, "Its p-value, a probability."),
        MetricDescription(
            "weir_score_distance_ratio", .gauge, labels: output,
            "Kolmogorov-Smirnov distance of the last window of scores, at least."),
        MetricDescription(
            "weir_score_distance_p_ratio", .gauge, labels: output, "Its p-value, at most; a probability."),
        MetricDescription("weir_flagged_slices", .gauge, labels: output, "Slices called miscalibrated in this epoch."),
    ]

    private static let dashboard = [
        MetricDescription(
            "weir_http_requests_total", .counter, labels: ["code"], "Requests the dashboard answered, by status."),
        MetricDescription(
            "weir_http_answer_seconds", .histogram([0.0001, 0.001, 0.01, 0.1, 1]),
            "Time to make an answer, without sending it."),
    ]
}
