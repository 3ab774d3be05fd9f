// Where do the scores lie, and when did they last move? A reference that moves with them, labels or not.

public import ScoringRecords

/// The scores of one output, window after window, held against a reference.
///
/// The first `windowLength` scores are the reference. A window that is called a drift becomes the reference of those after
/// it, whose levels begin anew: so ``lastMove`` says when scores last moved, and a move that is over is not told for ever.
/// The probability that a move is called that is none is at most about α for each reference; see ``ScoreDriftMonitor``.
///
/// Memory: O(1), two times 512 counters.
public struct ScoreMovement: Hashable, Sendable {
    /// Scores of a window, and of the first reference.
    public let windowLength: Int
    /// α for each reference.
    public static let alpha = 0.01
    /// The longest window: its counts stay far from any overflow.
    public static let windowLimit = 1_000_000_000
    /// What the last complete window came to; `nil` before the first.
    public internal(set) var newest: ScoreDriftVerdict?
    /// The last window that was called a drift.
    public internal(set) var lastMove: ScoreDriftVerdict?
    /// Windows that were called a drift.
    public internal(set) var moves = 0

    var gathering = ScoreCounts()
    var monitor: ScoreDriftMonitor?

    /// No scores yet; `nil` unless a window has `ScoreDriftMonitor.leastWindow` to ``windowLimit`` scores.
    public init?(windowLength: Int) {
        guard (ScoreDriftMonitor.leastWindow...ScoreMovement.windowLimit).contains(windowLength) else { return nil }
        self.windowLength = windowLength
    }

    /// Whether there is a reference to compare with.
    public var hasReference: Bool { monitor != nil }

    /// Windows compared with this reference so far.
    public var windows: Int { monitor?.windows ?? 0 }

    /// Counts a score, its logit in nats, at its event's time.
    @inline(__always)
    public mutating func add(servedLogit: Double, at time: Timestamp) {
        guard monitor != nil else { return gather(servedLogit) }
        guard let (verdict, window) = monitor?.addKeepingWindow(servedLogit: servedLogit, at: time) else { return }
        newest = verdict
        guard verdict.isDrift else { return }
        moves += 1
        lastMove = verdict
        refer(to: window)
    }

    /// What serves was replaced on purpose: a reference is gathered anew, and what was found stays.
    public mutating func reset() {
        gathering = ScoreCounts()
        monitor = nil
        newest = nil
    }

    private mutating func gather(_ logit: Double) {
        gathering.add(servedLogit: logit)
        guard gathering.total == windowLength else { return }
        refer(to: gathering)
        gathering = ScoreCounts()
    }

    private mutating func refer(to counts: ScoreCounts) {
        monitor = ScoreDriftMonitor(reference: counts, windowLength: windowLength, alpha: ScoreMovement.alpha)
    }
}
