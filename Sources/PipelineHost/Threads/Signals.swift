// SIGTERM and SIGINT as a callback: every thread blocks them, one waits for them.

import Glibc

/// The process's stop signals.
public enum Signals {
    /// Calls `body` for each SIGTERM or SIGINT, on a thread of its own, with how many there have been.
    ///
    /// Call it first thing, on the main thread: threads started later inherit the blocked signals.
    public static func onStop(_ body: @escaping @Sendable (Int) -> Void) throws {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        _ = try OSThread(name: "signals") {
            var waited = sigset_t()
            sigemptyset(&waited)
            sigaddset(&waited, SIGTERM)
            sigaddset(&waited, SIGINT)
            var count = 0
            while true {
                var number: Int32 = 0
                guard sigwait(&waited, &number) == 0 else { continue }
                count += 1
                body(count)
            }
        }
    }
}
