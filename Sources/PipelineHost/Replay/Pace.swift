// How fast a stream is played: its own clock against the steady one, so that a wall clock that is set moves nothing.

import PipelineRoles
import ScoringRecords

/// Decides which items are due.
struct Pace {
    // Due items that travel in one message: enough to keep a worker busy, few enough that a message stays small.
    static let itemsPerMessage = 64
    // The longest wait before the stop flag is looked at again.
    private static let longestWait: Int64 = 100_000

    private let speed: Double?
    private var start: (steady: UInt64, stream: Timestamp)?

    init(speed: Double?) { self.speed = speed }

    /// The index after the last item that is due now.
    mutating func due(_ items: ArraySlice<ReplayItem>) -> Int {
        guard speed != nil else { return items.endIndex }
        return items.firstIndex { microsecondsUntil($0.time) > 0 } ?? items.endIndex
    }

    /// How long to wait for an item, in milliseconds, at least 1.
    mutating func millisecondsUntil(_ time: Timestamp) -> Int {
        Int(min(max(microsecondsUntil(time), 1_000), Pace.longestWait) / 1_000)
    }

    private mutating func microsecondsUntil(_ time: Timestamp) -> Int64 {
        guard let speed else { return 0 }
        let now = SteadyClock.nanoseconds()
        guard let start else {
            start = (now, time)
            return 0
        }
        let streamed = time.since(start.stream).inSeconds / speed
        // Beyond a year a wait is "long"; the bound keeps the conversion within Int64.
        let due = Int64(min(max(streamed, 0), 366 * 86_400) * 1_000_000)
        return due - Int64((now - start.steady) / 1_000)
    }
}
