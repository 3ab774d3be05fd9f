// Where a monitor's thread leaves its newest view, and readers take it.

import Synchronization

/// The newest view of a monitor, for any number of readers. Neither side ever waits for the other longer than a copy takes.
public final class ViewBoard: Sendable {
    private let newest = Mutex<(number: UInt64, view: MonitorView?)>((0, nil))

    /// A board without a view.
    public init() {}

    /// Replaces the view.
    public func publish(_ view: MonitorView) {
        newest.withLock { newest in
            newest.number += 1
            newest.view = view
        }
    }

    /// The newest view with its number, which grows by one with each; `nil` before the first.
    public var current: (number: UInt64, view: MonitorView)? {
        newest.withLock { newest in newest.view.map { (newest.number, $0) } }
    }
}
