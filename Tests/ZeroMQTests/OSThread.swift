// A plain thread for tests that block: the cooperative pool must never be made to wait in libzmq.

import Glibc

/// Runs a closure on a thread of its own; `join` returns what it returned.
///
/// The closure must end by itself, through timeouts of what it calls: a thread cannot be cancelled here.
struct OSThread<Success: Sendable> {
    let id: pthread_t
    private let work: Work<Success>

    init(_ body: @escaping @Sendable () -> Success) {
        work = Work(body)
        var id = pthread_t()
        let status = pthread_create(
            &id, nil,
            { argument in
                // Every thread gets the one object retained for it below.
                if let argument { Unmanaged<Runnable>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged<Runnable>.passRetained(work).toOpaque())
        precondition(status == 0, "no thread")
        self.id = id
    }

    func join() -> Success {
        pthread_join(id, nil)
        guard let result = work.result else { preconditionFailure("a thread's last act is to set its result") }
        return result
    }
}

/// What a thread's C entry point can call without knowing the result type.
private class Runnable {
    func run() {}
}

private final class Work<Success: Sendable>: Runnable {
    let body: @Sendable () -> Success
    // Written by the thread, read after pthread_join, which orders the two.
    var result: Success?

    init(_ body: @escaping @Sendable () -> Success) { self.body = body }

    override func run() { result = body() }
}
