// The shared ownership behind `Socket` and `Poller`. A poller that held bare pointers would need its caller to keep
// every socket alive; holding this instead makes polling a closed socket impossible rather than forbidden.
// Not public and not Sendable: a libzmq socket belongs to one thread at a time.

import CZeroMQ

final class SocketHandle {
    let raw: UnsafeMutableRawPointer
    // Held so that the context outlives its sockets: zmq_ctx_term would wait for them for ever.
    private let context: Context

    init(_ kind: SocketKind, in context: Context) throws(ZeroMQError) {
        guard let raw = zmq_socket(context.raw, kind.rawKind) else {
            throw ZeroMQError(lastFailureOf: "open \(kind) socket")
        }
        self.raw = raw
        self.context = context
    }

    deinit {
        // Does not wait: unsent messages go on in the background for the linger time. Its one error is an invalid
        // handle, and this is the only place that closes.
        _ = zmq_close(raw)
    }
}
