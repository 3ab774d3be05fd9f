// What the detector says when it speaks.

public import ScoringRecords

/// The evidence against calibration has reached the threshold.
///
/// It says *that* probabilities are wrong, and which hypothesis explains it best; how wrong is for the ratio of a window
/// after `onset` to say.
public struct DriftAlarm: Hashable, Sendable {
    /// The hypothesis with the most evidence; the first of equals.
    public let hypothesis: DriftHypothesis
    /// Its place among ``DriftDetectorSettings/hypotheses``.
    public let component: Int
    /// S ≥ c: the mean evidence of all components.
    public let statistic: Double
    /// Which event, counted from 0 since the detector was made, raised the alarm.
    public let event: Int
    /// The time of that event.
    public let time: Timestamp
    /// The event from which the leading hypothesis explains the outcomes best: the last start of its e-CUSUM.
    ///
    /// An estimate without a stated error, biased early by a lucky run before the change and late by a slow one after.
    public let onsetEvent: Int
    /// The time of that event.
    public let onset: Timestamp

    /// Which way probabilities are wrong.
    public var direction: DriftDirection { hypothesis.direction }
}
