// Role loops block in ZeroMQ, and a blocked thread of Swift's cooperative pool is one of two: so they run on threads
// of their own.

import Glibc
import Synchronization

/// An operating-system thread that runs one closure and keeps what it threw.
public final class OSThread: Sendable {
    private struct State {
        var handle: pthread_t?
        var failure: (any Error)?
        var joined = false
        var ended = false
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () throws -> Void
        let thread: OSThread

        init(name: String, body: @escaping @Sendable () throws -> Void, thread: OSThread) {
            self.name = name
            self.body = body
            self.thread = thread
        }
    }

    private let state = Mutex(State())

    /// How many cores the machine has, at least 1.
    public static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Starts a thread; `name` shows in `top -H`, cut to 15 bytes.
    ///
    /// - Throws: `HostError` with code `system` where the system refuses another thread.
    public init(name: String, _ body: @escaping @Sendable () throws -> Void) throws {
        let start = Unmanaged.passRetained(Start(name: name, body: body, thread: self))
        var handle = pthread_t()
        let result = pthread_create(
            &handle, nil,
            { argument in
                // The retain of `passRetained` above is balanced here, exactly once.
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                OSThread.nameCurrent(start.name)
                do { try start.body() } catch { start.thread.state.withLock { $0.failure = error } }
                start.thread.state.withLock { $0.ended = true }
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw HostError(
                .system, "the system refuses another thread: \(String(cString: strerror(result)))",
                remedy: "raise its limits (ulimit -u, TasksMax of the unit), or free memory")
        }
        state.withLock { $0.handle = handle }
    }

    // By way of /proc, because glibc's call for it is hidden from Swift; a missing name harms nothing.
    private static func nameCurrent(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    /// Whether its closure has returned or thrown.
    public var hasEnded: Bool { state.withLock { $0.ended } }

    /// Waits for the end of the thread and throws what it threw. May be called again.
    public func join() throws {
        let handle = state.withLock { state -> pthread_t? in
            if state.joined { return nil }
            state.joined = true
            return state.handle
        }
        if let handle { pthread_join(handle, nil) }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
