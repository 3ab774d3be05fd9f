// What the kernel's benchmark is asked for.

/// Sizes and length of a run of the kernel's benchmark.
public struct KernelSettings: Hashable, Sendable {
    /// Base-2 logarithms of the slot counts to measure with.
    public var bits: [Int]
    /// Fields per event to measure with.
    public var fields: [Int]
    /// Where the slots of events lie.
    public var distributions: [SlotDistribution]
    /// The cases to run, by the first words of their names; empty for all.
    public var only: [String]
    /// Events in the workload; a round handles all of them.
    public var events: Int
    /// CPU seconds to measure each case for; 0 for a single round.
    public var seconds: Double
    /// What the workload is drawn from.
    public var seed: UInt64

    /// The names of all cases, without workload and size.
    public static let caseNames = KernelCase.allCases.map(\.rawValue)

    /// Enough events that a table of 2²⁴ slots does not fit any cache with what they touch.
    public static let defaultEvents = 1 << 17

    /// Settings by their parts.
    public init(
        bits: [Int] = [22], fields: [Int] = [EventShape.canonical.fields],
        distributions: [SlotDistribution] = SlotDistribution.allCases, only: [String] = [],
        events: Int = KernelSettings.defaultEvents, seconds: Double = 1, seed: UInt64 = 1
    ) {
        self.bits = bits
        self.fields = fields
        self.distributions = distributions
        self.only = only
        self.events = events
        self.seconds = seconds
        self.seed = seed
    }

    func includes(_ name: String) -> Bool { only.isEmpty || only.contains { name.hasPrefix($0) } }
}
