// What a benchmark found: one result per case, and the report around them.

/// One case of a benchmark.
public struct BenchmarkResult: Hashable, Sendable {
    /// A further number of a case, with its unit in its name: `p99Microseconds`, `bytesPerEvent`.
    public struct Figure: Hashable, Sendable {
        /// The member's name in the JSON form.
        public var name: String
        /// The number.
        public var value: Double

        /// Pairs a name with a number.
        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// Which case, as a path of words: `ftrl/learn/zipf/2^22`.
    public var name: String
    /// Events per second of what `nanosecondsPerEvent` counts.
    public var eventsPerSecond: Double
    /// The median over the rounds.
    public var nanosecondsPerEvent: Double
    /// The least of the rounds: what a quiet machine gives.
    public var leastNanosecondsPerEvent: Double
    /// Rounds that were timed.
    public var rounds: Int
    /// A hash of what was computed, by `ResultHash`: a change that alters results shows here.
    public var resultHash: UInt64
    /// What else was measured.
    public var figures: [Figure]

    /// A result by its parts; events per second follow from the time.
    public init(name: String, timing: RoundTiming, resultHash: UInt64, figures: [Figure] = []) {
        self.name = name
        eventsPerSecond = 1e9 / timing.median
        nanosecondsPerEvent = timing.median
        leastNanosecondsPerEvent = timing.least
        rounds = timing.rounds
        self.resultHash = resultHash
        self.figures = figures
    }
}
