// Waiting for several sockets and file descriptors at once: the heart of a single-threaded loop. It says what is ready
// and calls nobody back. Timers are the caller's, through the timeout.

import CZeroMQ
import Glibc

/// A set of sockets and descriptors to wait for.
///
/// Confined, like its sockets, to one thread. It keeps the sockets added to it open; a descriptor must stay open for as
/// long as its owner waits.
///
/// ```swift
/// var poller = Poller()
/// let requests = poller.add(server, for: .readable)
/// let stop = poller.add(fileDescriptor: wakeup.fileDescriptor)
/// repeat {
///     try poller.wait(milliseconds: nil)
///     if poller.isReadable(requests) { try answer(server) }
/// } while !poller.isReadable(stop)
/// ```
public struct Poller: ~Copyable {
    /// What to wait for.
    public struct Interest: OptionSet, Sendable {
        /// The bits, private to this module in meaning.
        public let rawValue: UInt8
        /// Creates an interest from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// A whole message, or input on a descriptor, can be received without waiting.
        public static let readable = Interest(rawValue: 1)
        /// A message can be sent without waiting. True of an idle socket: ask for it only while something is unsent.
        public static let writable = Interest(rawValue: 2)
    }

    /// Names one entry of the poller that gave it; on another poller it names another entry or traps.
    public struct Token: Sendable, Hashable {
        let index: Int
    }

    private var items: [zmq_pollitem_t] = []
    // `items` holds the raw pointers of exactly these, so every pointer handed to zmq_poll is open. Entries are never
    // taken out: a loop polls the same few sockets all its life, and `setInterest(of:to:)` can mute one.
    private var handles: [SocketHandle] = []

    /// Creates an empty poller.
    public init() {}

    /// Adds a socket; adding it twice makes two independent entries.
    public mutating func add(_ socket: borrowing Socket, for interest: Interest = .readable) -> Token {
        handles.append(socket.handle)
        return append(zmq_pollitem_t(socket: socket.handle.raw, fd: -1, events: interest.events, revents: 0))
    }

    /// Adds a file descriptor that `poll` understands: a pipe, an eventfd, a network socket.
    public mutating func add(fileDescriptor: Int32, for interest: Interest = .readable) -> Token {
        append(zmq_pollitem_t(socket: nil, fd: fileDescriptor, events: interest.events, revents: 0))
    }

    /// Changes what to wait for on an entry; an empty interest mutes it. What the last wait found stays as it is.
    public mutating func setInterest(of token: Token, to interest: Interest) {
        items[token.index].events = interest.events
    }

    /// Waits until an entry is ready, the time is over, or a signal arrives.
    ///
    /// A signal ends the wait with 0 like the end of the time does: a loop must look at its clock and stop flags then
    /// anyway, and retrying here would hide the signal from it. Do not rely on the signal alone, though: one that
    /// arrives just before the wait does not end it. Let the handler `signal()` a `Wakeup` that is polled.
    ///
    /// - Parameter milliseconds: the longest wait, 0 to look only, `nil` for ever. A negative number traps, and so does
    ///   `nil` on an empty poller, which could never return.
    /// - Returns: the number of entries ready; 0 at the end of the time or on a signal.
    /// - Throws: `.terminated` once the context of a polled socket is shut down. Nothing is ready then.
    /// - Complexity: O(entries).
    @discardableResult
    public mutating func wait(milliseconds: Int?) throws(ZeroMQError) -> Int {
        precondition(milliseconds.map { $0 >= 0 } ?? !items.isEmpty, "this wait could never end")
        let timeout = milliseconds ?? -1
        let ready = items.withUnsafeMutableBufferPointer { zmq_poll($0.baseAddress, Int32($0.count), timeout) }
        if ready >= 0 { return Int(ready) }
        let failure = zmq_errno()
        // zmq_poll leaves the findings of the wait before in place when it fails.
        for index in items.indices { items[index].revents = 0 }
        if failure == EINTR { return 0 }
        throw ZeroMQError(errno: failure, operation: "poll")
    }

    /// Whether the last wait found the entry readable; also true of a descriptor in error, so that reading tells.
    public borrowing func isReadable(_ token: Token) -> Bool { isReady(token, Int16(ZMQ_POLLIN)) }

    /// Whether the last wait found the entry writable; also true of a descriptor in error, so that writing tells.
    public borrowing func isWritable(_ token: Token) -> Bool { isReady(token, Int16(ZMQ_POLLOUT)) }

    private borrowing func isReady(_ token: Token, _ event: Int16) -> Bool {
        let item = items[token.index]
        // An error that is neither readable nor writable would make the loop spin without ever touching the entry.
        return item.revents & event != 0 || (item.revents & Int16(ZMQ_POLLERR) != 0 && item.events & event != 0)
    }

    private mutating func append(_ item: zmq_pollitem_t) -> Token {
        items.append(item)
        return Token(index: items.count - 1)
    }
}

extension Poller.Interest {
    fileprivate var events: Int16 {
        (contains(.readable) ? Int16(ZMQ_POLLIN) : 0) | (contains(.writable) ? Int16(ZMQ_POLLOUT) : 0)
    }
}
