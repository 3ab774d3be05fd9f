// When events happen: busier at some hours than at others, and otherwise without memory.

import ScoringRecords

/// A Poisson process whose rate is constant within an hour and follows a daily cycle.
///
/// Exact: a unit exponential is spent against the integrated rate, hour by hour. Times are whole milliseconds, rounded down,
/// and never decrease.
struct ArrivalProcess {
    private static let millisecondsPerHour = 3_600_000.0

    private var random: RandomStream
    private let ratePerHour: [Double]
    /// Whole hours since 1970, and the part of the present one that has gone by.
    private var hour: Int64
    private var fraction: Double

    /// Starts at `plan.start`, with the mean rate times 1 + `cycle`, whose amplitude is below 1.
    init(plan: StreamPlan, cycle: DailyCycle) {
        random = RandomStream(seed: plan.seed, .arrivals, 0)
        let mean = plan.eventsPerDay / Double(DailyCycle.hours)
        ratePerHour = (0..<DailyCycle.hours).map { mean * (1 + cycle[$0]) }
        // Rounded up to milliseconds first: an event's time, rounded down, must not fall before a start within one.
        let milliseconds = (plan.start.microseconds + 999) / 1_000
        hour = milliseconds / Int64(ArrivalProcess.millisecondsPerHour)
        fraction =
            Double(milliseconds % Int64(ArrivalProcess.millisecondsPerHour)) / ArrivalProcess.millisecondsPerHour
    }

    /// The next event's time and its hour of day, 0 to 23, in UTC.
    mutating func next() -> (time: Timestamp, hour: Int) {
        var left = random.exponential()
        while true {
            let hourOfDay = Int(hour % Int64(DailyCycle.hours))
            let rate = ratePerHour[hourOfDay]
            let capacity = (1 - fraction) * rate
            if left < capacity {
                // Rounding may reach the end of the hour, never pass it.
                fraction = min(fraction + left / rate, 1.0.nextDown)
                let within = Int64(fraction * ArrivalProcess.millisecondsPerHour)
                let milliseconds = hour * Int64(ArrivalProcess.millisecondsPerHour) + within
                return (Timestamp(microseconds: milliseconds * 1_000), hourOfDay)
            }
            left -= capacity
            hour += 1
            fraction = 0
        }
    }
}
