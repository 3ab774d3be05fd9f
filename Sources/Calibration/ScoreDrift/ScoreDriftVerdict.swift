// What the score drift monitor says after each window.

public import ScoringRecords

/// What one window of scores says.
public struct ScoreDriftVerdict: Hashable, Sendable {
    /// j, from 1.
    public let window: Int
    /// The time of the window's first score.
    public let start: Timestamp
    /// The time of its last.
    public let end: Timestamp
    /// α_j: what the two tests together may err.
    public let level: Double
    /// `nil` where the reference has fewer than two bins to compare.
    public let stability: PopulationStability?
    /// See ``KolmogorovDistance``.
    public let distance: KolmogorovDistance?
    /// Whether either test refutes that the scores are distributed as the reference.
    public let isDrift: Bool

    init(
        reference: ScoreCounts, current: ScoreCounts, window: Int, start: Timestamp, end: Timestamp, level: Double
    ) {
        self.init(
            window: window, start: start, end: end, level: level,
            stability: PopulationStability(reference: reference, current: current),
            distance: KolmogorovDistance(reference: reference, current: current))
    }

    init(
        window: Int, start: Timestamp, end: Timestamp, level: Double, stability: PopulationStability?,
        distance: KolmogorovDistance?
    ) {
        self.window = window
        self.start = start
        self.end = end
        self.level = level
        self.stability = stability
        self.distance = distance
        isDrift = (stability.map { $0.pValue <= level / 2 } ?? false) || distance?.isRefuted(alpha: level / 2) ?? false
    }
}
