// A worker's idea of what time it is: the wall clock, without its jumps.
//
// What a worker has said of time cannot be taken back: a watermark closes windows for good. So its clock must neither go
// back, or what it dates afterwards lies behind its own watermark, nor follow at once a clock that somebody has set to
// another year by mistake.

public import ScoringRecords

/// A clock that never goes back, made of the wall clock and the steady one, whose times are handed in.
///
/// - A wall clock that is behind what was said before is waited for at half speed: windows go on closing, and after twice
///   the step both agree again.
/// - One that is more than a minute ahead is believed when it has been so for a minute by the steady clock; until then time
///   goes on from where it was.
public struct EventClock: Sendable {
    private var nanoseconds: Int64
    private var steady: UInt64
    // Since when, by the steady clock, the wall clock has been too far ahead.
    private var leapt: UInt64?

    /// How far ahead the wall clock may be at once, and how long it must stay further ahead, in nanoseconds.
    private static let patience: Int64 = 60 * 1_000_000_000

    /// A clock that begins at the wall clock's time.
    public init(wall: Timestamp, steady: UInt64) {
        nanoseconds = wall.microseconds * 1_000
        self.steady = steady
    }

    /// The time at a reading of both clocks; `steady` in nanoseconds, no less than at the reading before.
    public mutating func read(wall: Timestamp, steady: UInt64) -> Timestamp {
        let elapsed = Int64(steady - min(self.steady, steady))
        self.steady = steady
        let wall = wall.microseconds * 1_000
        if wall < nanoseconds {
            leapt = nil
            nanoseconds += elapsed / 2
        } else if wall - nanoseconds - elapsed <= EventClock.patience {
            leapt = nil
            nanoseconds = wall
        } else if let leapt, steady - leapt >= UInt64(EventClock.patience) {
            self.leapt = nil
            nanoseconds = wall
        } else {
            leapt = leapt ?? steady
            nanoseconds += elapsed
        }
        return Timestamp(microseconds: nanoseconds / 1_000)
    }
}
