// Time per event, as the median of rounds. The clock is the thread's CPU time: what other processes use does not count.

import Glibc

/// How long an event took, over several rounds of the same work.
public struct RoundTiming: Hashable, Sendable {
    /// Nanoseconds per event: the median of the rounds.
    public var median: Double
    /// Nanoseconds per event in the fastest round.
    public var least: Double
    /// How many rounds there were.
    public var rounds: Int

    /// Fewer rounds than this make no median.
    private static let leastRounds = 5

    /// The timing of rounds that took `nanoseconds` each, per event. At least one round.
    public init(nanoseconds: [Double]) {
        precondition(!nanoseconds.isEmpty, "a timing has a round")
        let sorted = nanoseconds.sorted()
        median = sorted[sorted.count / 2]
        least = sorted[0]
        rounds = sorted.count
    }

    /// Repeats `round`, which handles `events` events, for `seconds` of CPU time and at least five times.
    ///
    /// Memory should have been touched and caches warmed by a round before. `seconds` 0 gives a single round.
    public static func measure(seconds: Double, events: Int, _ round: () throws -> Void) rethrows -> RoundTiming {
        var times: [Double] = []
        let start = threadNanoseconds()
        repeat {
            let before = threadNanoseconds()
            try round()
            times.append(Double(threadNanoseconds() - before) / Double(events))
        } while seconds > 0
            && (times.count < leastRounds || Double(threadNanoseconds() - start) < seconds * 1e9)
        return RoundTiming(nanoseconds: times)
    }

    /// CPU time of this thread in nanoseconds.
    public static func threadNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
