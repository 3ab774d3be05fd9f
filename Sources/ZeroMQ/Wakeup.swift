// A doorbell: lets another thread or a signal handler end a `Poller.wait`. It carries no data and does not count rings;
// what there is to do is looked up elsewhere by the thread that woke.

import CZeroMQ
import Glibc

/// An eventfd that any thread may ring and one loop polls.
///
/// From a signal handler, reach it through a global that has been used once before the handler is installed: the first
/// use of a Swift global takes a lock, later ones do not.
public final class Wakeup: Sendable {
    /// The descriptor to add to a `Poller` for `.readable`; owned by the wakeup, which must outlive the polling.
    public let fileDescriptor: Int32

    /// Opens the descriptor.
    ///
    /// - Throws: `.tooManySockets` if the process is out of descriptors.
    public init() throws(ZeroMQError) {
        let opened = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard opened >= 0 else { throw ZeroMQError(errno: errno, operation: "open eventfd") }
        fileDescriptor = opened
    }

    deinit { close(fileDescriptor) }

    /// Makes the descriptor readable until `drain()`; ringing twice is the same as once.
    ///
    /// From any thread, and async-signal-safe: it allocates nothing, takes no lock and leaves `errno` as it was.
    public func signal() {
        let interruptedErrno = errno
        var one: UInt64 = 1
        // EAGAIN means 2^64 - 2 rings are pending already, which is as readable as it gets.
        while write(fileDescriptor, &one, MemoryLayout<UInt64>.size) < 0 && errno == EINTR {}
        errno = interruptedErrno
    }

    /// Takes back all rings so far; returns whether there were any. Never waits.
    ///
    /// Drain first and look for work second: a ring in between then wakes the next wait instead of being lost.
    @discardableResult
    public func drain() -> Bool {
        var rings: UInt64 = 0
        while true {
            if read(fileDescriptor, &rings, MemoryLayout<UInt64>.size) > 0 { return true }
            if errno != EINTR { return false }
        }
    }
}
