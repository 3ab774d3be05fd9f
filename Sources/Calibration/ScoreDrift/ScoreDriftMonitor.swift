// Are today's scores those of the time when the model was accepted? Asked window by window, without labels.
// It says nothing about calibration: scores may move with the world and be right, or stay and be wrong.

import ElementaryMath
public import ScoringRecords

/// Compares disjoint windows of scores with a fixed reference.
///
/// Window j is tested at level α_j = 6α/(π²j²), half of it by PSI and half by Kolmogorov–Smirnov. Since Σ 1/j² = π²/6, the
/// probability that any window ever calls a drift that is none is at most about α: "about", because both p-values are
/// approximations for large windows, worst far out in the tail, and assume independent scores.
///
/// Memory: O(1), two times 512 counters.
public struct ScoreDriftMonitor: Hashable, Sendable {
    /// What windows are compared with.
    public let reference: ScoreCounts
    /// Scores of a window.
    public let windowLength: Int
    /// α.
    public let alpha: Double
    /// Windows judged so far: j of the last one.
    public internal(set) var windows = 0
    var current = ScoreCounts()
    var start: Timestamp?

    /// The least window: fewer scores than ten a bin make the p-value of ten bins meaningless.
    public static let leastWindow = 100

    /// `nil` unless the reference holds and a window takes `leastWindow` scores at least, and α lies in (0, 1).
    public init?(reference: ScoreCounts, windowLength: Int, alpha: Double = 0.01) {
        guard reference.total >= Self.leastWindow, windowLength >= Self.leastWindow, alpha > 0, alpha < 1
        else { return nil }
        self.reference = reference
        self.windowLength = windowLength
        self.alpha = alpha
    }

    /// Counts a score; returns the verdict on the window that it completes.
    public mutating func add(servedLogit: Double, at time: Timestamp) -> ScoreDriftVerdict? {
        addKeepingWindow(servedLogit: servedLogit, at: time)?.verdict
    }

    /// As `add`, and hands over the scores of the window that is complete.
    @inline(__always)
    mutating func addKeepingWindow(
        servedLogit: Double, at time: Timestamp
    ) -> (verdict: ScoreDriftVerdict, window: ScoreCounts)? {
        if start == nil { start = time }
        current.add(servedLogit: servedLogit)
        guard current.total == windowLength, let start else { return nil }
        windows += 1
        let level = 6 * alpha / (Double.pi * Double.pi * Double(windows) * Double(windows))
        let verdict = ScoreDriftVerdict(
            reference: reference, current: current, window: windows, start: start, end: time, level: level)
        let window = current
        current = ScoreCounts()
        self.start = nil
        return (verdict, window)
    }
}
