// Time per event, as the median of rounds. The clock is the thread's CPU time: what other processes use does not count.

import Glibc

/// How long to go on with rounds.
public struct RoundLength: Hashable, Sendable {
    /// CPU seconds; 0 for a single round.
    public var seconds: Double
    /// Exactly so many rounds, whatever the time; `nil` where the time decides.
    public var rounds: Int?

    /// A length in seconds, or in rounds where they are given.
    public init(seconds: Double, rounds: Int? = nil) {
        self.seconds = seconds
        self.rounds = rounds
    }
}

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
    /// Memory should have been touched and caches warmed by a round before. `seconds` 0 gives a single round; with
    /// `rounds` there are exactly as many, however long they take.
    public static func measure(
        seconds: Double, rounds: Int? = nil, events: Int, _ round: () throws -> Void
    ) rethrows -> RoundTiming {
        var times: [Double] = []
        // So that who counts allocations counts those of the rounds.
        times.reserveCapacity(1 << 10)
        let start = threadNanoseconds()
        func isEnough() -> Bool {
            if let rounds { return times.count >= rounds }
            return times.count >= leastRounds && Double(threadNanoseconds() - start) >= seconds * 1e9 || seconds == 0
        }
        repeat {
            let before = threadNanoseconds()
            try round()
            times.append(Double(threadNanoseconds() - before) / Double(events))
        } while !isEnough()
        return RoundTiming(nanoseconds: times)
    }

    /// The same for a length.
    public static func measure(_ length: RoundLength, events: Int, _ round: () throws -> Void) rethrows -> RoundTiming {
        try measure(seconds: length.seconds, rounds: length.rounds, events: events, round)
    }

    /// CPU time of this thread in nanoseconds.
    public static func threadNanoseconds() -> UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

    /// CPU time of all threads of this process in nanoseconds.
    static func processNanoseconds() -> UInt64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
