// The one error type of this module: what was attempted, on which endpoint, what the system answered, and what a person
// can do about it. It is not used for "nothing there" or "queue full" in immediate mode; those are ordinary results.

import CZeroMQ
import Glibc

/// A failed libzmq or eventfd call.
public struct ZeroMQError: Error, Equatable, Sendable {
    /// The kind of failure, to decide on.
    public let code: Code
    /// The number the system reported: an `errno` value, or one of libzmq's own from 156384713 upwards.
    public let errno: Int32
    /// What was attempted, as a phrase that fits before "failed": `"bind"`, `"set lingerMilliseconds to -3"`.
    public let operation: String
    /// The endpoint the call was about, for the calls that have one.
    public let endpoint: String?

    /// One sentence saying what to do about it.
    public var remedy: String { code.remedy }

    init(errno: Int32, operation: String, endpoint: String? = nil) {
        self.code = Code(errno: errno, hasEndpoint: endpoint != nil)
        self.errno = errno
        self.operation = operation
        self.endpoint = endpoint
    }

    /// The failure the library recorded for the calling thread's last call, which must have just failed.
    init(lastFailureOf operation: String, endpoint: String? = nil) {
        self.init(errno: zmq_errno(), operation: operation, endpoint: endpoint)
    }
}

extension ZeroMQError: CustomStringConvertible {
    /// Everything above in one line, for a log or a terminal.
    public var description: String {
        let subject = endpoint.map { "\(operation) \($0)" } ?? operation
        // zmq_strerror knows libzmq's numbers as well as the system's and never returns null.
        let reason = String(cString: zmq_strerror(errno))
        return "\(subject) failed: \(reason) (\(code), errno \(errno)). \(remedy)"
    }
}
