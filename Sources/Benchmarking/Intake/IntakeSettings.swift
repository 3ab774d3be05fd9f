// What the intake's benchmark is asked for.

/// Size and length of a run of the intake's benchmark.
public struct IntakeSettings: Hashable, Sendable {
    /// The base-2 logarithm of the slots of the table that learns.
    public var bits: Int
    /// The cases to run, by the first words of their names; empty for all.
    public var only: [String]
    /// Events in the workload; a round handles all of them.
    public var events: Int
    /// How long to measure each case.
    public var length: RoundLength
    /// What the workload is drawn from.
    public var seed: UInt64

    /// The names of all cases.
    public static let caseNames = IntakeCase.allCases.map(\.rawValue)

    /// 40 MB of JSON: more than a cache holds.
    public static let defaultEvents = 1 << 16

    /// Settings by their parts.
    public init(
        bits: Int = 24, only: [String] = [], events: Int = IntakeSettings.defaultEvents,
        length: RoundLength = RoundLength(seconds: 1), seed: UInt64 = 1
    ) {
        self.bits = bits
        self.only = only
        self.events = events
        self.length = length
        self.seed = seed
    }

    func includes(_ name: String) -> Bool { only.isEmpty || only.contains { name.hasPrefix($0) } }
}
