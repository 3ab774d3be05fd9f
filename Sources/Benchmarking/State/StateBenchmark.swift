// `weir bench state`: what a learner holds, and how fast it has it back.

import OnlineLearning

/// Sizes and length of a run of `weir bench state`.
public struct StateSettings: Hashable, Sendable {
    /// The base-2 logarithm of the table's slots.
    public var bits: Int
    /// What learns.
    public var optimizer: BenchmarkOptimizer
    /// Numbers of waiting events to fold with; a case for each.
    public var pending: [Int]
    /// Events of the journal that a learner restarts from.
    public var journalEvents: Int
    /// Starts without a checkpoint.
    public var restarts: Int
    /// Different events in the workload; they come again and again under new ids.
    public var events: Int
    /// CPU seconds to fold for with each number of waiting events; 0 for a single round.
    public var seconds: Double
    /// What the workload is drawn from.
    public var seed: UInt64
    /// Where a journal is made, in a folder that is removed.
    public var folder: String

    /// Numbers of waiting events that take no more than some seconds to come to.
    public static let standardPending = [1_000, 10_000, 100_000, 1_000_000]

    /// Settings by their parts.
    public init(
        bits: Int = 22, optimizer: BenchmarkOptimizer = .ftrl, pending: [Int] = StateSettings.standardPending,
        journalEvents: Int = 1_000_000,
        restarts: Int = 3, events: Int = 1 << 16, seconds: Double = 1, seed: UInt64 = 1, folder: String = "/tmp"
    ) {
        self.bits = bits
        self.optimizer = optimizer
        self.pending = pending
        self.journalEvents = journalEvents
        self.restarts = restarts
        self.events = events
        self.seconds = seconds
        self.seed = seed
        self.folder = folder
    }
}

/// The cases.
public enum StateBenchmark {
    /// Runs every case: `fold/n-waiting`, `snapshot`, `restart`.
    public static func run(_ settings: StateSettings) throws -> BenchmarkReport {
        let workload = KernelWorkload(
            seed: settings.seed, events: settings.events, shape: .canonical, distribution: .zipf)
        var cases = try settings.pending.map { try FoldCase.run(settings, workload, pending: $0) }
        cases.append(try SnapshotCase.run(settings))
        cases.append(try RestartCase.run(settings, workload))
        return BenchmarkReport(benchmark: "state", seed: settings.seed, cases: cases)
    }
}
