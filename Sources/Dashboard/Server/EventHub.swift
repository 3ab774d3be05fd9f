// Who listens for new views. A listener that does not keep up misses numbers, never the newest one.

import PipelineHost
import Synchronization

/// Wakes the listeners of `/api/v1/events`.
final class EventHub: Sendable {
    private struct State {
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var next: UInt64 = 0
        var isClosed = false
    }

    /// The most listeners at a time.
    static let listenerLimit = 64

    private let state = Mutex(State())

    /// A stream that yields when there is something to look at; `nil` at the limit or after `close`.
    func listen() -> AsyncStream<Void>? {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state -> UInt64? in
            guard !state.isClosed, state.listeners.count < EventHub.listenerLimit else { return nil }
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        guard let number else { return nil }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Wakes all of them.
    func wake() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }

    /// Ends all streams.
    func close() {
        let listeners = state.withLock { state in
            state.isClosed = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    // A view is noticed so soon, and a silent stream says so often that it is alive.
    private static let interval = Duration.milliseconds(200)
    private static let ticksPerHeartbeat = 75

    /// Looks at the board until cancelled; hands each new view to `take` and wakes the listeners, the latter also for
    /// heartbeats.
    func watch(_ board: ViewBoard, take: (MonitorView) -> Void) async {
        var (known, ticks): (UInt64, Int) = (0, 0)
        while !Task.isCancelled {
            ticks += 1
            if let (number, view) = board.current, number != known {
                known = number
                take(view)
                wake()
            } else if ticks % EventHub.ticksPerHeartbeat == 0 {
                wake()
            }
            try? await Task.sleep(for: EventHub.interval)
        }
    }
}
