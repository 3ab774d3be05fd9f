// A libzmq socket as a value with one owner: opening, endpoints and subscriptions. Sending and receiving are in
// `Socket+Send.swift` and `Socket+Receive.swift`. No framing, retries or meaning of messages here.

import CZeroMQ
import Glibc

/// A socket, closed when it goes out of scope.
///
/// It cannot be copied and is not Sendable, so it stays on the thread that made it unless it is handed over whole. That
/// is libzmq's rule: one thread at a time. A `Poller` it was added to keeps it open until that ends too.
///
/// ```swift
/// let context = try Context()
/// let server = try Socket(.reply, in: context, options: SocketOptions())
/// try server.bind("tcp://127.0.0.1:5555")
/// ```
public struct Socket: ~Copyable {
    let handle: SocketHandle

    /// Opens a socket with all options set; it talks to nobody until `bind` or `connect`.
    ///
    /// - Throws: `.invalidOption` for an option outside its domain; `.tooManySockets`; `.terminated` after shutdown.
    public init(_ kind: SocketKind, in context: Context, options: SocketOptions) throws(ZeroMQError) {
        let handle = try SocketHandle(kind, in: context)
        try options.apply(to: handle, of: kind)
        self.handle = handle
    }

    /// Accepts peers at `endpoint`; `tcp://127.0.0.1:*` takes a free port, which `lastEndpoint` then tells.
    ///
    /// An `ipc` endpoint with a path is taken over silently from a process still bound to it: libzmq removes the file
    /// first. Guard such a path with a lock of your own if two processes could claim it. A port above 65 535 is not
    /// refused either but taken modulo 65 536.
    ///
    /// - Throws: `.addressInUse`, `.addressNotAvailable`, `.invalidEndpoint`, `.protocolNotSupported`,
    ///   `.permissionDenied`, `.terminated`.
    public borrowing func bind(_ endpoint: String) throws(ZeroMQError) {
        try perform("bind", endpoint, zmq_bind)
    }

    /// Connects to `endpoint`, and reconnects for as long as the socket lives.
    ///
    /// Returns before there is a connection; a peer that is absent, or a host name without address, is no error but
    /// keeps being tried.
    ///
    /// - Throws: `.invalidEndpoint`, `.protocolNotSupported`, `.terminated`.
    public borrowing func connect(_ endpoint: String) throws(ZeroMQError) {
        try perform("connect", endpoint, zmq_connect)
    }

    /// Stops accepting at `endpoint`, which must be spelled as `lastEndpoint` gave it after `bind`.
    ///
    /// - Throws: `.invalidEndpoint` if the socket is not bound there; `.terminated`.
    public borrowing func unbind(_ endpoint: String) throws(ZeroMQError) {
        try perform("unbind", endpoint, zmq_unbind)
    }

    /// Drops the connection to `endpoint`; messages queued for it are sent first if the linger time allows.
    ///
    /// - Throws: `.invalidEndpoint` if the socket is not connected there; `.terminated`.
    public borrowing func disconnect(_ endpoint: String) throws(ZeroMQError) {
        try perform("disconnect", endpoint, zmq_disconnect)
    }

    /// The endpoint of the last `bind` or `connect`, with wildcards resolved; empty before the first.
    ///
    /// - Throws: `.terminated`.
    public var lastEndpoint: String {
        get throws(ZeroMQError) {
            // The longest endpoint is ipc:// with a sun_path of 108 bytes, or tcp:// with host name (253) and port.
            let capacity = 512
            let result = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) {
                buffer -> Result<String, ZeroMQError> in
                var length = capacity
                guard zmq_getsockopt(handle.raw, ZMQ_LAST_ENDPOINT, buffer.baseAddress, &length) == 0,
                    let text = buffer.baseAddress
                else { return .failure(ZeroMQError(lastFailureOf: "read lastEndpoint")) }
                return .success(String(cString: text))
            }
            return try result.get()
        }
    }

    /// Receives from now on messages whose first part begins with `prefix`; an empty prefix takes all.
    ///
    /// The subscription travels to the publisher: what that sends before it arrives is missed.
    ///
    /// - Throws: `.invalidOption` on any kind but `.subscribe`; `.terminated`.
    public borrowing func subscribe(to prefix: [UInt8]) throws(ZeroMQError) {
        let status = prefix.withUnsafeBytes {
            zmq_setsockopt(handle.raw, ZMQ_SUBSCRIBE, $0.baseAddress, $0.count)
        }
        guard status == 0 else { throw ZeroMQError(lastFailureOf: "subscribe") }
    }

    private borrowing func perform(
        _ operation: String, _ endpoint: String,
        _ call: (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32
    ) throws(ZeroMQError) {
        // A connect that resolves names can meet a signal; nothing has changed then, so it is simply repeated.
        while true {
            if endpoint.withCString({ call(handle.raw, $0) }) == 0 { return }
            let error = ZeroMQError(lastFailureOf: operation, endpoint: endpoint)
            if error.code != .interrupted { throw error }
        }
    }
}
