// A point on the monotonic clock, for waits that must end although the wall clock may be set.

import Glibc
import ScoringRecords

/// A moment after which waiting ends.
struct MonotonicDeadline: Sendable {
    private let end: Int64

    init(after span: TimeSpan) { end = MonotonicDeadline.now() &+ span.microseconds }

    /// Milliseconds left, rounded up, at least 0.
    var millisecondsLeft: Int32 {
        Int32(clamping: max(0, (end - MonotonicDeadline.now() + 999) / 1_000))
    }

    /// Whether the moment has come.
    var isOver: Bool { millisecondsLeft == 0 }

    /// Waits until the descriptor is ready for one of `events`; `false` when the time is up first.
    func wait(_ descriptor: Int32, _ events: Int16) -> Bool {
        while true {
            var waited = pollfd(fd: descriptor, events: events, revents: 0)
            let count = poll(&waited, 1, millisecondsLeft)
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }

    private static func now() -> Int64 { Int64(SteadyClock.nanoseconds() / 1_000) }
}
