// Receiving: one part into a reusable message for the hot path, or a whole message as arrays for control traffic.

import CZeroMQ
import Glibc

extension Socket {
    /// Receives one message part into `message`, releasing what it held.
    ///
    /// `message` is `inout` so that no span of its former bytes can be alive: the compiler rejects that. A signal does
    /// not end the call; its timeout starts afresh. Parts of one message arrive together: after a first part whose
    /// `hasMore` is true the next calls do not wait.
    ///
    /// - Returns: whether a part was received; `false` only in `.immediate` mode, and then `message` may be empty or
    ///   unchanged.
    /// - Throws: `.timedOut` after `receiveTimeoutMilliseconds`; `.stateViolation`, `.operationNotSupported`,
    ///   `.terminated`.
    public borrowing func receive(into message: inout Message, mode: WaitMode) throws(ZeroMQError) -> Bool {
        while true {
            if zmq_msg_recv(message.raw, handle.raw, mode.flags) >= 0 { return true }
            let failure = zmq_errno()
            if failure == EAGAIN && mode == .immediate { return false }
            if failure != EINTR { throw ZeroMQError(errno: failure, operation: "receive") }
        }
    }

    /// Receives a whole message as copied arrays, one per part; for control traffic, as it allocates for each.
    ///
    /// - Parameters:
    ///   - mode: whether to wait for a message.
    ///   - maximumParts: the most parts accepted, at least 1. A longer message is read to its end and discarded, so the
    ///     socket stays usable. `maximumMessageBytes` bounds each part, but nothing in libzmq bounds their number.
    /// - Returns: the parts, or `nil` if there is no message in `.immediate` mode.
    /// - Throws: `.tooManyParts`, and as `receive(into:mode:)`.
    public borrowing func receiveMultipart(
        mode: WaitMode, maximumParts: Int = 64
    ) throws(ZeroMQError) -> [[UInt8]]? {
        precondition(maximumParts >= 1, "a message has at least one part")
        var message = Message()
        guard try receive(into: &message, mode: mode) else { return nil }
        var parts = [message.withUnsafeBytes { [UInt8]($0) }]
        var count = 1
        while message.hasMore {
            // The rest of a begun message is already here, so this neither waits nor comes back empty-handed.
            _ = try receive(into: &message, mode: .blocking)
            count += 1
            if count <= maximumParts { parts.append(message.withUnsafeBytes { [UInt8]($0) }) }
        }
        guard count <= maximumParts else {
            throw ZeroMQError(errno: EMSGSIZE, operation: "receive message of \(count) parts, \(maximumParts) allowed,")
        }
        return parts
    }
}
