// What a model that runs for years does with its slots: what fades, what is let in, what is given up.

public import ScoringRecords

/// A length on one of the two clocks a journal has.
public enum JournalSpan: Hashable, Sendable {
    /// Scored events.
    case events(Int)
    /// Event time, as the watermarks tell it.
    case time(TimeSpan)

    /// The domain of a count of events.
    public static let eventsRange: ClosedRange<Int> = 1_000...1_000_000_000_000
    /// The domain of a time: a second to 100 years.
    public static let timeRange: ClosedRange<TimeSpan> = .seconds(1)...(.days(36_500))

    /// Whether it lies in its domain.
    public var isInDomain: Bool {
        switch self {
        case .events(let count): JournalSpan.eventsRange.contains(count)
        case .time(let span): JournalSpan.timeRange.contains(span)
        }
    }

    /// Events, or microseconds.
    var units: UInt64 {
        switch self {
        case .events(let count): UInt64(count)
        case .time(let span): UInt64(span.microseconds)
        }
    }
}

/// The rules by which slots are kept. By default nothing fades, everything is let in and nothing is given up.
public struct SlotRules: Hashable, Sendable {
    /// After how long the evidence in a slot counts half; `nil` for always in full.
    public var halfLife: JournalSpan?
    /// How many events must have had a feature before it learns: 1 lets everything in.
    public var admission: Int
    /// After how long without an event that has one of its features a slot is emptied; `nil` for never.
    public var expiry: JournalSpan?

    /// The domain of `admission`: the counts of the sketch have a byte.
    public static let admissionRange: ClosedRange<Int> = 1...255

    /// The given rules; a span outside its domain or an admission outside `admissionRange` traps: configurations are
    /// checked where they are read.
    public init(halfLife: JournalSpan? = nil, admission: Int = 1, expiry: JournalSpan? = nil) {
        precondition((halfLife?.isInDomain ?? true) && (expiry?.isInDomain ?? true), "a span lies in its domain")
        precondition(SlotRules.admissionRange.contains(admission), "an admission is a count of 1 to 255 events")
        self.halfLife = halfLife
        self.admission = admission
        self.expiry = expiry
    }

    /// Whether there is nothing to do.
    public var isEmpty: Bool { self == SlotRules() }
}
