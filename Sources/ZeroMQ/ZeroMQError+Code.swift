// The catalogue of failure codes, how system error numbers map to them, and the remedy of each.

import CZeroMQ
import Glibc

extension ZeroMQError {
    /// The kinds of failure a caller may want to tell apart.
    public enum Code: Sendable, Equatable, CaseIterable {
        /// A blocking call ran out of its send or receive timeout.
        case timedOut
        /// The context was shut down; the socket can only be closed.
        case terminated
        /// Somebody else is bound to the endpoint.
        case addressInUse
        /// The address or interface does not exist on this machine.
        case addressNotAvailable
        /// A mandatory router has no connected peer of that identity.
        case hostUnreachable
        /// The endpoint cannot be understood, or names something that is not there.
        case invalidEndpoint
        /// The transport is unknown to this libzmq or not possible for the socket kind.
        case protocolNotSupported
        /// An option lies outside its domain, or the socket kind does not have it.
        case invalidOption
        /// A signal arrived. Calls of this module retry or return; it is listed for completeness.
        case interrupted
        /// A request socket sent twice, or a reply socket answered nobody.
        case stateViolation
        /// The socket kind cannot do this at all, such as receiving on a push socket.
        case operationNotSupported
        /// A message has more parts than the caller allowed.
        case tooManyParts
        /// The context's or the process's limit of sockets or descriptors is reached.
        case tooManySockets
        /// The system forbids it, such as a port below 1024 or a directory without write permission.
        case permissionDenied
        /// Anything else; `errno` tells.
        case other
    }
}

extension ZeroMQError.Code {
    /// - Parameter hasEndpoint: EINVAL says only "wrong argument"; if the call took an endpoint, that was the argument.
    init(errno: Int32, hasEndpoint: Bool) {
        self =
            switch errno {
            case EAGAIN: .timedOut
            case ETERM: .terminated
            case EADDRINUSE: .addressInUse
            case EADDRNOTAVAIL, ENODEV: .addressNotAvailable
            case EHOSTUNREACH: .hostUnreachable
            case EINVAL: hasEndpoint ? .invalidEndpoint : .invalidOption
            case ENOENT, ENOTDIR, ENAMETOOLONG: .invalidEndpoint
            case EPROTONOSUPPORT, ENOCOMPATPROTO: .protocolNotSupported
            case EINTR: .interrupted
            case EFSM: .stateViolation
            case ENOTSUP: .operationNotSupported
            case EMSGSIZE: .tooManyParts
            case EMFILE, ENFILE: .tooManySockets
            case EACCES, EPERM: .permissionDenied
            default: .other
            }
    }

    var remedy: String {
        switch self {
        case .timedOut:
            "Check that the peer is up and keeping pace, or allow the call a longer timeout."
        case .terminated:
            "Nothing to repair: the context was shut down; leave the loop and let the socket close."
        case .addressInUse:
            "Stop the process that holds this address (ss -ltnp shows it), or choose another port."
        case .addressNotAvailable:
            "Use an address of this machine, or * for all of them."
        case .hostUnreachable:
            "The peer is not connected (any more); drop what was meant for it and wait until it speaks again."
        case .invalidEndpoint:
            "Write transport://address, such as tcp://127.0.0.1:5555 or ipc:///run/name.sock, with an existing "
                + "directory; unbind and disconnect need the endpoint exactly as lastEndpoint gives it."
        case .protocolNotSupported:
            "Use tcp://, ipc:// or inproc://."
        case .invalidOption:
            "Give the option a value in its documented range, on a socket kind that has it."
        case .interrupted:
            "Repeat the call."
        case .stateViolation:
            "Alternate send and receive on request and reply sockets; after a lost reply, open a new request socket."
        case .operationNotSupported:
            "Use a socket kind that can both send and receive, or the opposite end of this pattern."
        case .tooManyParts:
            "The peer does not speak the expected protocol; the message was discarded and the socket can go on."
        case .tooManySockets:
            "Raise maxSockets of the context or the process's limit of open files (ulimit -n)."
        case .permissionDenied:
            "Choose a port above 1023 or a directory this user may write to."
        case .other:
            "Look the error number up in the manual page of the libzmq call."
        }
    }
}
