// What of a stream an evaluation judges, and in which blocks of time it looks at it.

public import ScoringRecords

/// The part of a stream that counts, and how the uncertainty of what is counted is found.
public struct EvaluationScope: Hashable, Sendable {
    /// The share of the file's first rows that are learned and not judged, in [0, 1).
    public var skippedShare: Double
    /// The length of a bootstrap's blocks of event time, above 0, counted from 1970 UTC; `nil` for no standard errors.
    public var block: TimeSpan?
    /// What decides the bootstrap's draws.
    public var seed: UInt64

    /// A scope by its parts; values outside their domain trap.
    public init(skippedShare: Double = 0, block: TimeSpan? = nil, seed: UInt64 = 1) {
        precondition(skippedShare >= 0 && skippedShare < 1, "a share of rows to skip lies in [0, 1)")
        precondition(block.map { $0 > .zero } ?? true, "a block of time is longer than nothing")
        self.skippedShare = skippedShare
        self.block = block
        self.seed = seed
    }
}
