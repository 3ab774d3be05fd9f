// How long after an impression its click comes.

import ElementaryMath
public import ScoringRecords

/// A mixture of a quick and a slow exponential, given that the click comes within the window.
///
/// 60 % have mean 0.02 days (half an hour: the visit itself), 40 % mean one day (people who come back).
public struct ClickDelay: Sendable {
    private static let parts = [(weight: 0.6, meanDays: 0.02), (weight: 0.4, meanDays: 1.0)]
    private static let microsecondsPerDay = 86_400_000_000.0

    private let windowDays: Double
    /// P(delay ≤ window) without the condition, part by part, weighted.
    private let masses: [Double]

    /// Delays that end within `window`, a positive span.
    public init(window: TimeSpan) {
        precondition(window > .zero, "clicks need a window to come in")
        windowDays = Double(window.microseconds) / ClickDelay.microsecondsPerDay
        masses = ClickDelay.parts.map { [windowDays] part in part.weight * (1 - exp(-windowDays / part.meanDays)) }
    }

    /// A delay in whole milliseconds, 1 ms to the window.
    public func draw(_ random: inout RandomStream) -> TimeSpan {
        let slow = random.uniform() * (masses[0] + masses[1]) >= masses[0]
        let part = ClickDelay.parts[slow ? 1 : 0]
        // The inverse of the truncated distribution function (1 − e^{−t/m}) / (1 − e^{−w/m}).
        let days = -part.meanDays * log1p(-random.uniform() * (masses[slow ? 1 : 0] / part.weight))
        let milliseconds = Int64((min(days, windowDays) * ClickDelay.microsecondsPerDay / 1_000).rounded(.down))
        return .milliseconds(max(1, milliseconds))
    }

    /// P(delay ≤ `span` | delay ≤ window): 0 up to zero, 1 from the window on.
    public func cumulative(_ span: TimeSpan) -> Double {
        let days = min(max(Double(span.microseconds) / ClickDelay.microsecondsPerDay, 0), windowDays)
        let mass = ClickDelay.parts.reduce(0) { $0 + $1.weight * (1 - exp(-days / $1.meanDays)) }
        return mass / (masses[0] + masses[1])
    }
}
