// The one place that reads the wall clock and draws randomness.

import Glibc
public import ScoringRecords

/// The host's clock, read by role loops and handed to the roles.
public enum WallClock {
    /// Now, in UTC.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// A number that no other process start has, from the system's randomness.
    public static func freshNumber() -> UInt64 {
        // 0 is no writer; the top bit stays clear so that every store can hold it as a signed number.
        UInt64.random(in: 1...(UInt64.max >> 1))
    }
}

extension EventClock {
    /// The time by the process's own clocks.
    mutating func now() -> Timestamp { read(wall: WallClock.now(), steady: SteadyClock.nanoseconds()) }
}
