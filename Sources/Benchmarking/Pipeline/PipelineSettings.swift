// What the benchmarks of the whole pipeline are asked for.

/// Size and length of a run of `weir bench pipeline` or `weir bench latency`.
public struct PipelineSettings: Hashable, Sendable {
    /// The base-2 logarithm of the slots of the table that learns.
    public var bits: Int
    /// What learns.
    public var optimizer: BenchmarkOptimizer
    /// Score workers.
    public var workers: Int
    /// Clients, each on a thread and a connection of its own.
    public var clients: Int
    /// Events per message; a case for each.
    public var batches: [Int]
    /// Different events in the workload; they are sent again and again under new ids.
    public var events: Int
    /// Seconds to measure each case for; 0 for the shortest round.
    public var seconds: Double
    /// What the workload is drawn from.
    public var seed: UInt64
    /// Where journals are made, in a folder that is removed.
    public var folder: String

    /// The canonical messages: one event, 32, 256.
    public static let standardBatches = [1, 32, 256]

    /// Settings by their parts.
    public init(
        bits: Int = 22, optimizer: BenchmarkOptimizer = .ftrl, workers: Int = 1, clients: Int = 1,
        batches: [Int] = PipelineSettings.standardBatches, events: Int = 1 << 14, seconds: Double = 5, seed: UInt64 = 1,
        folder: String = "/tmp"
    ) {
        self.bits = bits
        self.optimizer = optimizer
        self.workers = workers
        self.clients = clients
        self.batches = batches
        self.events = events
        self.seconds = seconds
        self.seed = seed
        self.folder = folder
    }
}
