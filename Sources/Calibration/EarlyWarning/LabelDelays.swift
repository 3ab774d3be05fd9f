// How long do positives take? Learned from cohorts that have had all the time there is.

public import ScoringRecords

/// The empirical distribution of the time from event to positive label, by the hour, or by 64ths of a window of less than
/// 64 hours.
///
/// Feed it mature positives only, each once: an unfinished cohort shows its fast positives and would make every one after
/// it look slow. A positive that came after the attribution window is none.
///
/// Memory: one counter per step, at most ``hourLimit``.
public struct LabelDelays: Hashable, Sendable {
    /// Positives by whole steps of delay.
    public private(set) var counts: [Int]
    /// All positives counted.
    public private(set) var total = 0
    /// The length of a step.
    public let step: TimeSpan
    /// The attribution window W.
    public let window: TimeSpan

    private static let longestStep = TimeSpan.seconds(3_600)
    private static let leastSteps: Int64 = 64
    /// The longest window: some 416 days.
    public static let hourLimit = 10_000
    /// Positives below which the distribution is not used: its steps would be whole percents.
    public static let leastPositives = 100

    /// No positives yet; `nil` unless 0 < `window` ≤ `hourLimit` hours.
    public init?(window: TimeSpan) {
        guard window > .zero else { return nil }
        let share = (window.microseconds - 1) / Self.leastSteps + 1
        step = min(Self.longestStep, TimeSpan(microseconds: share))
        let steps = (window.microseconds - 1) / step.microseconds + 1
        guard steps <= Self.hourLimit else { return nil }
        self.window = window
        counts = Array(repeating: 0, count: Int(steps))
    }

    init?(window: TimeSpan, counts: [Int]) {
        self.init(window: window)
        guard counts.count == self.counts.count, counts.allSatisfy({ (0...1 << 44).contains($0) }) else { return nil }
        self.counts = counts
        total = counts.reduce(0, +)
    }

    /// Counts one mature positive. A delay below 0 (clocks differ) counts as none; one beyond the window is ignored.
    public mutating func add(delay: TimeSpan) {
        guard delay <= window else { return }
        let place = max(0, delay.microseconds) / step.microseconds
        // A delay of exactly the window lies at the end of the last step.
        counts[min(Int(place), counts.count - 1)] += 1
        total += 1
    }

    /// Halves all counts, so that old cohorts give way to new ones.
    public mutating func age() {
        counts = counts.map { $0 / 2 }
        total = counts.reduce(0, +)
    }

    /// F̂(s): the share of positives that have come by age s, in [0, 1]; `nil` before `leastPositives`.
    ///
    /// Linear within a step, and 1 from the window's end on.
    public func share(byAge age: TimeSpan) -> Double? {
        guard total >= LabelDelays.leastPositives else { return nil }
        guard age < window else { return 1 }
        guard age > .zero else { return 0 }
        let (place, rest) = age.microseconds.quotientAndRemainder(dividingBy: step.microseconds)
        let before = counts[..<Int(place)].reduce(0, +)
        // The last step may be cut short by the window.
        let length = min(step.microseconds, window.microseconds - place * step.microseconds)
        return (Double(before) + Double(counts[Int(place)]) * Double(rest) / Double(length)) / Double(total)
    }
}
