// A received message part, readable in place. It is for receiving only; sending takes any span and copies, which at the
// sizes of ordinary messages is as fast as handing a buffer over.

import CZeroMQ

/// The bytes of one received part, owned by libzmq and read without a copy.
///
/// Made once and passed to `Socket.receive(into:mode:)` again and again; each receive releases the bytes before.
public struct Message: ~Copyable {
    // On the heap, because libzmq keeps short messages inside this structure: `bytes` may point into it, so it must not
    // move when the Swift value does.
    let raw: UnsafeMutablePointer<zmq_msg_t>

    /// Creates an empty message.
    public init() {
        raw = .allocate(capacity: 1)
        // Always succeeds, by its manual page.
        _ = zmq_msg_init(raw)
    }

    deinit {
        // Fails only on a structure that was never initialised.
        _ = zmq_msg_close(raw)
        raw.deallocate()
    }

    /// The number of bytes; zero for an empty part and before the first receive.
    public var count: Int { zmq_msg_size(raw) }

    /// Whether further parts of the same message are to be received.
    public var hasMore: Bool { zmq_msg_more(raw) != 0 }

    /// The bytes in place, valid until the next receive into this message, which the compiler enforces.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // `raw` was initialised in init, and libzmq keeps data and size constant until the next receive, which
            // takes the message `inout` and so excludes this borrow.
            let span = RawSpan(_unsafeStart: UnsafeRawPointer(zmq_msg_data(raw)), byteCount: count)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with the bytes in place, for code that needs a pointer; it must not outlive the call.
    public borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: zmq_msg_data(raw), count: count))
    }
}
