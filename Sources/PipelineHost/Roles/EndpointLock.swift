// libzmq takes over a Unix socket that another process serves, without a word. A lock beside the path says who is there.

import Glibc
import ZeroMQ

/// Holds a bound `ipc://` endpoint; the kernel lets go of it when the process ends, however it ends.
final class EndpointLock {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Binds `socket`; the lock must live as long as the socket. Other transports need none: the system refuses twice
    /// the same port itself.
    static func bind(_ socket: borrowing Socket, to endpoint: String) throws -> EndpointLock? {
        let scheme = "ipc://"
        var lock: EndpointLock?
        if endpoint.hasPrefix(scheme) {
            let path = endpoint.dropFirst(scheme.count) + ".lock"
            let descriptor = open(String(path), O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
            guard descriptor >= 0 else {
                throw HostError(
                    .system, "cannot create \(path): \(String(cString: strerror(errno)))",
                    remedy: "create the folder, or choose another ipc path")
            }
            lock = EndpointLock(descriptor: descriptor)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw HostError(
                    .system, "another process serves \(endpoint)", remedy: "stop it, or choose another endpoint")
            }
        }
        try socket.bind(endpoint)
        return lock
    }
}
