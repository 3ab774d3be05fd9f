// Values from one role's thread to another's inside a process; the receiver polls the wake-up beside its sockets.

import Glibc
import Synchronization
import ZeroMQ

/// An unbounded queue with a wake-up. What it may hold is bounded by its users: the learner stops reading when its
/// commits fall behind.
final class Mailbox<Element: Sendable>: Sendable {
    let wakeup: Wakeup
    private let elements = Mutex<[Element]>([])

    init() throws { wakeup = try Wakeup() }

    func put(_ element: Element) {
        elements.withLock { $0.append(element) }
        wakeup.signal()
    }

    /// Blocks until something waits.
    func waitUntilSome() throws {
        var poller = Poller()
        _ = poller.add(fileDescriptor: wakeup.fileDescriptor)
        while elements.withLock({ $0.isEmpty }) { try poller.wait(milliseconds: nil) }
    }

    /// Blocks until something waits or the time is over, and takes what there is.
    ///
    /// - Parameter milliseconds: the longest wait, 0 to look only, `nil` for ever.
    func waitForSome(milliseconds: Int?) throws -> [Element] {
        guard let milliseconds else {
            try waitUntilSome()
            return takeAll()
        }
        if milliseconds > 0, elements.withLock({ $0.isEmpty }) {
            var poller = Poller()
            _ = poller.add(fileDescriptor: wakeup.fileDescriptor)
            try poller.wait(milliseconds: milliseconds)
        }
        return takeAll()
    }

    /// Takes everything that waits, oldest first.
    func takeAll() -> [Element] {
        wakeup.drain()
        return elements.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}

/// A request to stop that any thread may make and a role's loop polls.
public final class StopFlag: Sendable {
    let wakeup: Wakeup
    private let requested = Atomic(false)

    /// A flag nobody has raised.
    public init() throws { wakeup = try Wakeup() }

    /// Asks the role to stop in good order.
    public func raise() {
        requested.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Waits until the flag is raised, or for so long. Blocks its thread.
    public func wait(milliseconds: Int32) {
        var waited = pollfd(fd: wakeup.fileDescriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&waited, 1, milliseconds)
    }

    /// Whether the role was asked to stop.
    public var isRaised: Bool { requested.load(ordering: .acquiring) }
}
