// How fast it goes: counts of the last ten seconds of wall time.

import ScoringRecords

/// Events and mature labels a second, from samples about a second apart. O(1).
struct MonitorRates: Sendable {
    private var samples: [(time: Timestamp, events: UInt64, labels: Int)] = []
    private static let span = TimeSpan.seconds(10)
    private static let limit = 32

    mutating func sample(at now: Timestamp, events: UInt64, labels: Int) {
        // A clock that was set back starts the window anew, and so do counts that fell: a fold that started afresh.
        if let last = samples.last, now <= last.time || events < last.events || labels < last.labels { samples = [] }
        samples.append((now, events, labels))
        // One sample stays that is as old as the span, so that the window has its length.
        while samples.count > 2, now.since(samples[1].time) >= MonitorRates.span || samples.count > MonitorRates.limit {
            samples.removeFirst()
        }
    }

    /// Events and labels a second; 0 before the second sample.
    var perSecond: (events: Double, labels: Double) {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return (0, 0) }
        let seconds = last.time.since(first.time).inSeconds
        return (Double(last.events - first.events) / seconds, Double(last.labels - first.labels) / seconds)
    }
}
