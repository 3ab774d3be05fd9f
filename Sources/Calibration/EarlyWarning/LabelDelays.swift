// How long do positives take? Learned from cohorts that have had all the time there is.

public import ScoringRecords

/// The empirical distribution of the time from event to positive label, by the hour.
///
/// Feed it mature positives only, each once: an unfinished cohort shows its fast positives and would make every one after
/// it look slow. A positive that came after the attribution window is none.
///
/// Memory: one counter per hour of the window.
public struct LabelDelays: Hashable, Sendable {
    /// Positives by whole hours of delay.
    public private(set) var counts: [Int]
    /// The attribution window W.
    public let window: TimeSpan

    private static let hour = TimeSpan.seconds(3_600)
    /// The longest window: some 416 days.
    public static let hourLimit = 10_000
    /// Positives below which the distribution is not used: its steps would be whole percents.
    public static let leastPositives = 100

    /// No positives yet; `nil` unless 0 < `window` ≤ `hourLimit` hours.
    public init?(window: TimeSpan) {
        let hours = (window.microseconds - 1) / Self.hour.microseconds + 1
        guard window > .zero, hours <= Self.hourLimit else { return nil }
        self.window = window
        counts = Array(repeating: 0, count: Int(hours))
    }

    init?(window: TimeSpan, counts: [Int]) {
        self.init(window: window)
        guard counts.count == self.counts.count, counts.allSatisfy({ (0...1 << 44).contains($0) }) else { return nil }
        self.counts = counts
    }

    /// Counts one mature positive. A delay below 0 (clocks differ) counts as none; one beyond the window is ignored.
    public mutating func add(delay: TimeSpan) {
        guard delay <= window else { return }
        let hour = max(0, delay.microseconds) / LabelDelays.hour.microseconds
        // A delay of exactly the window lies at the end of the last hour.
        counts[min(Int(hour), counts.count - 1)] += 1
    }

    /// Halves all counts, so that old cohorts give way to new ones.
    public mutating func age() { counts = counts.map { $0 / 2 } }

    /// F̂(s): the share of positives that have come by age s, in [0, 1]; `nil` before `leastPositives`.
    ///
    /// Linear within an hour, and 1 from the window's end on.
    public func share(byAge age: TimeSpan) -> Double? {
        let total = counts.reduce(0, +)
        guard total >= LabelDelays.leastPositives else { return nil }
        guard age < window else { return 1 }
        guard age > .zero else { return 0 }
        let (hour, rest) = age.microseconds.quotientAndRemainder(dividingBy: LabelDelays.hour.microseconds)
        let before = counts[..<Int(hour)].reduce(0, +)
        // The last hour may be cut short by the window.
        let length = min(LabelDelays.hour.microseconds, window.microseconds - hour * LabelDelays.hour.microseconds)
        return (Double(before) + Double(counts[Int(hour)]) * Double(rest) / Double(length)) / Double(total)
    }
}
