// Percentiles of durations in bounded memory: a histogram whose buckets grow with the duration.

/// Counts durations in buckets an eighth of an octave wide, so that a percentile is at most 1/8 too high.
struct DurationHistogram: Sendable {
    // Durations below 8 ns have a bucket each, and every doubling up to 2⁶⁴ has eight.
    private var counts = [UInt64](repeating: 0, count: 8 * 62)
    private(set) var count: UInt64 = 0
    private(set) var maximum: UInt64 = 0

    mutating func add(_ nanoseconds: UInt64) {
        counts[Self.bucket(nanoseconds)] += 1
        count += 1
        maximum = max(maximum, nanoseconds)
    }

    /// The upper edge of the bucket that holds the `share` quantile, in nanoseconds; 0 where nothing was counted.
    ///
    /// - Parameter share: in 0…1.
    func quantile(_ share: Double) -> UInt64 {
        let rank = UInt64((share * Double(count)).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            seen += count
            if seen >= max(rank, 1) { return min(Self.upperEdge(bucket), maximum) }
        }
        return maximum
    }

    private static func bucket(_ value: UInt64) -> Int {
        guard value >= 8 else { return Int(value) }
        let octave = 63 - value.leadingZeroBitCount  // at least 3
        return (octave - 2) * 8 + Int((value >> UInt64(octave - 3)) & 7)
    }

    private static func upperEdge(_ bucket: Int) -> UInt64 {
        guard bucket >= 8 else { return UInt64(bucket) }
        let octave = bucket / 8 + 2
        let (edge, overflow) = (UInt64(bucket % 8) + 9).multipliedReportingOverflow(by: 1 << UInt64(octave - 3))
        return overflow ? .max : edge - 1
    }
}
