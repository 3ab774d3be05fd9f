// A libzmq context: the owner of I/O threads and of the in-process name space. Usually one per process; a second one is
// for isolation in tests. It is not a registry of sockets: those own themselves and keep their context alive.

import CZeroMQ
import Glibc

// Unchecked: the only stored property is an immutable handle, and libzmq documents contexts as thread-safe.
/// The environment sockets live in.
///
/// Every `Socket` holds its context, so a context ends only after its last socket. Ending waits until messages still
/// queued are sent or their sockets' linger has run out; the thread that drops the last reference does the waiting.
public final class Context: @unchecked Sendable {
    let raw: UnsafeMutableRawPointer

    /// Creates a context; its I/O threads start with its first socket.
    ///
    /// - Parameters:
    ///   - ioThreads: threads that move bytes, 1 to 65 535; libzmq's rule of thumb is one per gigabyte a second. Its 0
    ///     is refused: it would leave `inproc` only.
    ///   - maxSockets: the most sockets open at once, 1 to 65 535. The default is libzmq's own.
    /// - Throws: `.invalidOption` outside these ranges; `.tooManySockets` if the process is out of descriptors.
    public init(ioThreads: Int = 1, maxSockets: Int = 1_023) throws(ZeroMQError) {
        guard let raw = zmq_ctx_new() else { throw ZeroMQError(lastFailureOf: "create context") }
        self.raw = raw
        // A class whose initialiser throws with all properties set runs its deinit: the context is not leaked.
        try set(ZMQ_IO_THREADS, named: "ioThreads", to: ioThreads)
        try set(ZMQ_MAX_SOCKETS, named: "maxSockets", to: maxSockets)
    }

    deinit {
        // EINTR is the only failure a valid handle can have, and means the wait was cut short, not given up.
        while zmq_ctx_term(raw) != 0 && zmq_errno() == EINTR {}
    }

    /// Ends every blocking call on the context's sockets, present and future, with `.terminated`.
    ///
    /// Callable from any thread, more than once. It aborts sends in flight: for an orderly end wake the loops with a
    /// `Wakeup`, and keep this for the second, impatient signal. Not async-signal-safe.
    public func shutdown() {
        // Cannot fail: EFAULT, its one error, means an invalid handle, and `raw` is valid until deinit.
        _ = zmq_ctx_shutdown(raw)
    }

    private func set(_ option: Int32, named name: String, to value: Int) throws(ZeroMQError) {
        // The upper end is what libzmq gives as ZMQ_SOCKET_LIMIT but does not enforce; both sizes become allocations.
        guard (1...65_535).contains(value), zmq_ctx_set(raw, option, Int32(value)) == 0 else {
            throw ZeroMQError(errno: EINVAL, operation: "set \(name) to \(value)")
        }
    }
}
