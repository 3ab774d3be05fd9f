// Time for measuring and waiting: it goes on evenly while somebody sets the wall clock.

import Glibc

/// The system's monotonic clock.
enum SteadyClock {
    /// Nanoseconds since some moment before this process started.
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
