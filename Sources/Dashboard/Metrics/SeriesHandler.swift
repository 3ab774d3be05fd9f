// One time series. The lock is held for an addition.

import CoreMetrics
import Synchronization

/// A counter or a gauge.
package final class SeriesHandler: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    var current: Double { value.withLock { $0 } }

    package func increment(by amount: Int64) { increment(by: Double(amount)) }
    package func increment(by amount: Double) { value.withLock { $0 += amount } }
    package func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    package func reset() { value.withLock { $0 = 0 } }
    package func set(_ new: Int64) { set(Double(new)) }
    package func set(_ new: Double) { value.withLock { $0 = new } }
    package func record(_ new: Int64) { set(Double(new)) }
    package func record(_ new: Double) { set(new) }
}

/// A distribution; a timer's is in seconds.
package final class HistogramHandler: RecorderHandler, TimerHandler {
    struct Counts: Sendable {
        /// One per bound and one for what lies above, not cumulative.
        var buckets: [UInt64]
        var sum = 0.0
    }

    let bounds: [Double]
    private let counts: Mutex<Counts>

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    var current: Counts { counts.withLock { $0 } }

    package func record(_ value: Int64) { record(Double(value)) }

    package func record(_ value: Double) {
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts.withLock { counts in
            counts.buckets[place] += 1
            counts.sum += value
        }
    }

    package func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
