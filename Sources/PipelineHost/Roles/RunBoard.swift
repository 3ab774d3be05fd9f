// What the roles of one process tell each other besides their messages: that they are ready, how they ended.

import PipelineRoles
import Synchronization
import ZeroMQ

/// Shared facts of a running pipeline.
final class RunBoard: Sendable {
    struct Facts: Sendable {
        /// The learner's sources when it was ready.
        var sources: [SourceClock.Source]?
        /// The journal's final end: the monitor reads up to it.
        var finalEnd: UInt64?
        var learner: LearnHost.Outcome?
        var report: PipelineReport?
        var hasFailed = false
    }

    /// Signalled with every change.
    let changed: Wakeup
    private let facts = Mutex(Facts())

    init() throws { changed = try Wakeup() }

    func update(_ body: (inout Facts) -> Void) {
        facts.withLock { body(&$0) }
        changed.signal()
    }

    func read<Value: Sendable>(_ body: (Facts) -> Value) -> Value { facts.withLock { body($0) } }

    /// A thread whose failure is a fact.
    func thread(_ name: String, _ body: @escaping @Sendable () throws -> Void) throws -> OSThread {
        try OSThread(name: name) {
            do { try body() } catch {
                self.update { $0.hasFailed = true }
                throw error
            }
        }
    }

    /// Blocks until the facts satisfy `condition`.
    func wait(until condition: (Facts) -> Bool) throws {
        var poller = Poller()
        _ = poller.add(fileDescriptor: changed.fileDescriptor)
        while !read(condition) {
            try poller.wait(milliseconds: loopMilliseconds)
            changed.drain()
        }
    }

    /// The learner's sources once it is ready; `nil` where a role failed before.
    func awaitSources() throws -> [SourceClock.Source]? {
        try wait { $0.sources != nil || $0.hasFailed }
        return read { $0.hasFailed ? nil : $0.sources }
    }
}
