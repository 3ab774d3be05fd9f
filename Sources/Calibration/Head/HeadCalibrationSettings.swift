// What is watched of one head.

public import ScoringRecords

/// Settings of a ``HeadCalibration``.
public struct HeadCalibrationSettings: Hashable, Sendable {
    /// A sliding window over event time.
    public struct Window: Hashable, Sendable {
        /// The length of a pane.
        public let span: TimeSpan
        /// How many panes.
        public let count: Int

        /// Bounds as in ``PaneRing/init(span:count:)``, which traps outside them.
        public init(span: TimeSpan, count: Int) {
            self.span = span
            self.count = count
        }
    }

    /// The alarm.
    public var detector: DriftDetectorSettings
    /// The windows; the last hour by the minute and the last two days by the hour unless told otherwise.
    public var windows: [Window]
    /// The half-life of the fading sketch; `nil` for none.
    public var halfLife: TimeSpan?
    /// The slices; `nil` for none.
    public var slices: SliceSettings?

    /// Settings of the parts named.
    public init(
        detector: DriftDetectorSettings,
        windows: [Window] = [Window(span: .seconds(60), count: 60), Window(span: .seconds(3_600), count: 48)],
        halfLife: TimeSpan? = nil, slices: SliceSettings? = nil
    ) {
        self.detector = detector
        self.windows = windows
        self.halfLife = halfLife
        self.slices = slices
    }
}
