// What every simulated stream has, whatever it is about: how long, how dense, how rare, and what goes wrong when.

public import ScoringRecords

/// Size, density, base rate, label window and planted drifts of a stream.
///
/// The plan and a population decide every byte. Bounds are checked when a stream is made of it.
public struct StreamPlan: Hashable, Sendable {
    /// Events in the stream, in `StreamPlan.eventsRange`.
    public var events: Int
    /// Any number; another one gives another stream.
    public var seed: UInt64
    /// The mean true probability before any drift; each stream names its range.
    public var baseRate: Double
    /// Mean events per day, in `StreamPlan.eventsPerDayRange`.
    public var eventsPerDay: Double
    /// No event is earlier; from 1970 to 2969.
    public var start: Timestamp
    /// After this long an event's outcome is settled, in `StreamPlan.labelWindowRange`.
    public var labelWindow: TimeSpan
    /// What changes along the stream; at most `StreamPlan.maximumDrifts`.
    public var drifts: [Drift]

    /// A plan by its parts.
    public init(
        events: Int, seed: UInt64, baseRate: Double, eventsPerDay: Double, start: Timestamp = StreamPlan.defaultStart,
        labelWindow: TimeSpan, drifts: [Drift] = []
    ) {
        self.events = events
        self.seed = seed
        self.baseRate = baseRate
        self.eventsPerDay = eventsPerDay
        self.start = start
        self.labelWindow = labelWindow
        self.drifts = drifts
    }

    /// The domain of `events`: up to a billion, some hundred gigabytes of text.
    public static let eventsRange = 1...1_000_000_000
    /// The domain of `eventsPerDay`: up to a thousand a second.
    public static let eventsPerDayRange = 1.0...86_400_000
    /// The domain of `labelWindow`: a minute to a year.
    public static let labelWindowRange = TimeSpan.seconds(60)...TimeSpan.days(365)
    /// The most drifts one stream may have; each costs a little at every event.
    public static let maximumDrifts = 16
    /// 2024-01-01T00:00:00Z, a Monday: 19,723 days after 1970-01-01.
    public static let defaultStart = Timestamp(microseconds: 0).advanced(by: .days(19_723))

    /// 365,242 days are a thousand years: times stay far within the four-digit years that ISO 8601 texts have.
    private static let startRange = Timestamp(microseconds: 0)...Timestamp(microseconds: 0).advanced(by: .days(365_242))
    /// Two centuries: a longer stream is a slip in one of the two numbers.
    private static let maximumDays = 73_050.0

    /// Refuses what is out of bounds.
    func validate(baseRateRange: ClosedRange<Double>) throws(SimulationError) {
        try SimulationError.check(events, in: StreamPlan.eventsRange, "the number of events")
        try SimulationError.check(baseRate, in: baseRateRange, "the base rate")
        try SimulationError.check(eventsPerDay, in: StreamPlan.eventsPerDayRange, "the number of events per day")
        guard StreamPlan.startRange.contains(start) else {
            throw SimulationError("the start is out of range", remedy: "give a time from the years 1970 to 2969")
        }
        guard StreamPlan.labelWindowRange.contains(labelWindow) else {
            throw SimulationError("the label window is out of range", remedy: "give a span from a minute to 365 days")
        }
        guard Double(events) / eventsPerDay <= StreamPlan.maximumDays else {
            throw SimulationError(
                "\(events) events at \(eventsPerDay) a day last longer than two centuries",
                remedy: "ask for fewer events or for more per day")
        }
        guard drifts.count <= StreamPlan.maximumDrifts else {
            throw SimulationError(
                "there are \(drifts.count) drifts", remedy: "plant at most \(StreamPlan.maximumDrifts)")
        }
    }
}
