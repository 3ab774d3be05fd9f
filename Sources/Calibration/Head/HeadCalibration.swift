// Everything the monitor knows of one head: what was true ever, lately and in slices, and whether to speak.

public import ScoringRecords

/// The fold of one head's mature outcomes: total sketch, sliding windows, fading sketch, detector and slices.
///
/// Feed it each mature event once, in one fixed order (that of event time, for windows and onsets to mean what they
/// say), with the probability that was served. Equal calls give equal states and equal bytes.
///
/// Memory: O(1), a sketch of 36 KiB for every pane with labels, and the slices.
public struct HeadCalibration: Equatable, Sendable {
    /// What is watched.
    public let settings: HeadCalibrationSettings
    /// Everything since the start.
    public internal(set) var total = CalibrationSketch()
    /// In the order of the settings.
    public internal(set) var windows: [PaneRing]
    /// See ``HeadCalibrationSettings/halfLife``.
    public internal(set) var fading: DecayingSketch?
    /// The alarm.
    public internal(set) var detector: DriftDetector
    /// See ``HeadCalibrationSettings/slices``.
    public internal(set) var slices: SliceMonitor?

    /// A head without labels. Windows and half-life out of their bounds trap.
    public init(_ settings: HeadCalibrationSettings) {
        self.settings = settings
        windows = settings.windows.map { PaneRing(span: $0.span, count: $0.count) }
        fading = settings.halfLife.map(DecayingSketch.init)
        detector = DriftDetector(settings.detector)
        slices = settings.slices.map(SliceMonitor.init)
    }

    /// Takes one mature event into account.
    ///
    /// - Parameters:
    ///   - score: the served score and its outcome.
    ///   - time: the event's time.
    ///   - values: the slices' values, one per field of their settings; not looked at without slices.
    /// - Returns: an alarm if this event completes the evidence for one.
    public mutating func add(_ score: JudgedScore, at time: Timestamp, values: [String?] = []) -> DriftAlarm? {
        total.add(score)
        for index in windows.indices { windows[index].add(score, at: time) }
        fading?.add(score, at: time)
        slices?.add(score, at: time, values: values)
        return detector.observe(score, at: time)
    }

    /// Forgets the evidence of detector and slices, because what serves probabilities was replaced on purpose: a
    /// promotion, a rollback, another configuration, the first activation of a recalibration.
    ///
    /// Sketches and windows stay: they say what was served, by whatever model.
    public mutating func reset() {
        detector.reset()
        slices?.reset()
    }
}
