// How far the monitors have read, so that retention does not take away what one of them is about to ask for.

import Synchronization

/// The last position asked for by each reader of the journal's tail.
final class ReaderPositions: Sendable {
    private struct Reader {
        var position: UInt64
        var heard: UInt64

        // Another thread may have heard it after `now` was read: no difference of times is taken.
        func isHere(at now: UInt64) -> Bool { now < heard + ReaderPositions.patience }
    }

    // A monitor that is alive asks at least once a second; one that said nothing for so long has gone.
    private static let patience: UInt64 = 30_000_000_000

    // Keyed by the socket's identity; only the least value is ever taken, so that no result depends on the order.
    private let readers = Mutex<[[UInt8]: Reader]>([:])

    /// Notes that a reader has everything before `position`. Forgets those that have gone.
    func note(_ reader: [UInt8], at position: UInt64) {
        let now = SteadyClock.nanoseconds()
        readers.withLock { readers in
            readers = readers.filter { $0.value.isHere(at: now) }
            readers[reader] = Reader(position: position, heard: now)
        }
    }

    /// The lowest position of a reader that has not gone; `nil` without any.
    var lowest: UInt64? {
        let now = SteadyClock.nanoseconds()
        return readers.withLock { readers in
            readers.values.lazy.filter { $0.isHere(at: now) }.map(\.position).min()
        }
    }
}
