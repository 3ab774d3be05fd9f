// What a worker says of itself in the log.

/// Counts since the worker started.
public struct ScoreWorkerStatistics: Hashable, Sendable {
    /// Events scored.
    public var events: UInt64 = 0
    /// Labels taken.
    public var labels: UInt64 = 0
    /// Records refused.
    public var rejected: UInt64 = 0
    /// Messages and labels answered `busy`.
    public var busy: UInt64 = 0
    /// Events scored that were not journalled.
    public var shed: UInt64 = 0
}
