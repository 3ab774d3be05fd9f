// Whether a send or a receive may wait. It is an argument of every call, without a default, because a loop that must
// not stop and a client that has nothing else to do want opposite answers.

import CZeroMQ

/// What a send or receive does when it cannot be done at once.
public enum WaitMode: Sendable, Equatable {
    /// Wait, for as long as the socket's `sendTimeoutMilliseconds` or `receiveTimeoutMilliseconds` allows.
    case blocking
    /// Do not wait: the call returns `false` or `nil` and the caller decides.
    case immediate

    var flags: Int32 { self == .immediate ? ZMQ_DONTWAIT : 0 }
}
