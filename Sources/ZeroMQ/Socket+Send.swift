// Sending: one part, or all parts of a message. What the bytes mean, and what to do with a message the queue has no
// room for, is the caller's business.

import CZeroMQ
import Glibc

extension Socket {
    /// Queues one message part, copying it; libzmq's I/O thread does the rest.
    ///
    /// A full queue makes this wait or return `false`, by `mode` - but a `.publish` socket drops the message for the
    /// slow subscriber instead and reports success. A signal does not end the call; its timeout starts afresh.
    ///
    /// - Parameters:
    ///   - bytes: the content; may be empty.
    ///   - more: whether further parts of the same message follow. Peers see all parts or none. After `false` for a
    ///     later part start again from the first: the peer went away and libzmq has rolled the message back.
    ///   - mode: whether to wait. Only the first part can meet a full queue: with it, libzmq takes the rest.
    /// - Returns: whether the part was accepted; `false` only in `.immediate` mode. Accepted does not mean delivered.
    ///   For about a millisecond `false` may be old news: libzmq looks that seldom for room made by the receiver. To
    ///   send as soon as there is room, poll for `.writable`, which looks every time, rather than try again.
    /// - Throws: `.hostUnreachable` on a mandatory router whose first part names no connected peer; `.timedOut` after
    ///   `sendTimeoutMilliseconds`; `.stateViolation`, `.operationNotSupported`, `.terminated`.
    public borrowing func send(_ bytes: RawSpan, more: Bool = false, mode: WaitMode) throws(ZeroMQError) -> Bool {
        let flags = mode.flags | (more ? ZMQ_SNDMORE : 0)
        while true {
            if bytes.withUnsafeBytes({ zmq_send(handle.raw, $0.baseAddress, $0.count, flags) }) >= 0 { return true }
            let failure = zmq_errno()
            if failure == EAGAIN && mode == .immediate { return false }
            if failure != EINTR { throw ZeroMQError(errno: failure, operation: "send") }
        }
    }

    /// Queues one message part given as an array; otherwise as `send(_:more:mode:)` for a span.
    public borrowing func send(_ bytes: [UInt8], more: Bool = false, mode: WaitMode) throws(ZeroMQError) -> Bool {
        try send(bytes.span.bytes, more: more, mode: mode)
    }

    /// Queues one message of several parts, all or none.
    ///
    /// - Parameter parts: at least one part; an empty list is a programming error and traps.
    /// - Returns: whether the message was accepted; `false` only in `.immediate` mode, and then nothing of it was.
    /// - Throws: as `send(_:more:mode:)`.
    public borrowing func sendMultipart(_ parts: [[UInt8]], mode: WaitMode) throws(ZeroMQError) -> Bool {
        precondition(!parts.isEmpty, "a message has at least one part")
        for (index, part) in parts.enumerated() {
            guard try send(part, more: index + 1 < parts.count, mode: mode) else { return false }
        }
        return true
    }
}
