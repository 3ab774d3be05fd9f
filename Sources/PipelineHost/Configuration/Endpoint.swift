// One ZeroMQ endpoint, checked before a socket sees it: libzmq's own answer to a bad one is "Invalid argument".

/// Where a socket binds or connects: `tcp://127.0.0.1:5600`, `ipc:///run/weir/intake` or `inproc://intake`.
public struct Endpoint: Hashable, Sendable {
    /// How bytes get there.
    public enum Transport: Hashable, Sendable {
        /// A host name, IPv4 address or `*` (every interface), and a port from 1.
        case tcp(host: String, port: UInt16)
        /// A Unix socket, 1 to 107 bytes of path.
        case ipc(path: String)
        /// A name within one process.
        case inproc(name: String)
    }

    /// The parts of the endpoint.
    public let transport: Transport

    /// A port of 127.0.0.1; port 0 traps, because it would name a different place at every start.
    public static func loopback(port: UInt16) -> Endpoint {
        precondition(port > 0, "an endpoint needs a fixed port")
        return Endpoint(transport: .tcp(host: "127.0.0.1", port: port))
    }

    private init(transport: Transport) { self.transport = transport }

    /// Reads an endpoint as ZeroMQ spells it. IPv6 is refused: the sockets do not enable it.
    ///
    /// - Throws: `SettingError` for any other text.
    public init(_ text: String) throws(SettingError) {
        if let rest = Endpoint.rest(of: text, after: "tcp://") {
            transport = try Endpoint.tcp(rest)
        } else if let path = Endpoint.rest(of: text, after: "ipc://") {
            guard (1...ConfigurationLimits.socketPathBytes).contains(path.utf8.count) else {
                throw SettingError(
                    "the path of '\(text)' does not have 1 to \(ConfigurationLimits.socketPathBytes) bytes",
                    remedy: "choose a short path, such as ipc:///run/weir/intake")
            }
            transport = .ipc(path: path)
        } else if let name = Endpoint.rest(of: text, after: "inproc://") {
            guard (1...ConfigurationLimits.nameBytes).contains(name.utf8.count) else {
                throw SettingError(
                    "the name of '\(text)' does not have 1 to \(ConfigurationLimits.nameBytes) bytes",
                    remedy: "name it, such as inproc://intake")
            }
            transport = .inproc(name: name)
        } else {
            throw SettingError("'\(text)' is no endpoint", remedy: "write tcp://host:port, ipc://path or inproc://name")
        }
    }

    /// Whether only this machine can reach it: a Unix socket, a name in the process, or a loopback address.
    public var isLocal: Bool {
        guard case .tcp(let host, _) = transport else { return true }
        // A name such as 127.example.org is not an address, so all four numbers must be there.
        return host == "localhost" || (host.hasPrefix("127.") && Endpoint.isIPv4(host))
    }

    /// The endpoint of worker `index` in a process of several: the port, path or name plus the index.
    ///
    /// - Throws: `SettingError` where the port would be beyond 65535.
    public func ofWorker(_ index: Int) throws(SettingError) -> Endpoint {
        guard index > 0 else { return self }
        switch transport {
        case .tcp(let host, let port):
            guard let next = UInt16(exactly: Int(port) + index) else {
                throw SettingError("worker \(index) has no port after \(port)", remedy: "choose a lower intake port")
            }
            return Endpoint(transport: .tcp(host: host, port: next))
        case .ipc(let path): return Endpoint(transport: .ipc(path: "\(path)-\(index)"))
        case .inproc(let name): return Endpoint(transport: .inproc(name: "\(name)-\(index)"))
        }
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }

    private static func tcp(_ text: String) throws(SettingError) -> Transport {
        let remedy = "write tcp://host:port, such as tcp://127.0.0.1:5600"
        guard let colon = text.lastIndex(of: ":") else { throw SettingError("'\(text)' names no port", remedy: remedy) }
        let host = String(text[..<colon])
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy(isDigit), let port = UInt16(digits), port > 0 else {
            throw SettingError("port '\(digits)' is outside 1…65535", remedy: "choose a free port from 1 to 65535")
        }
        let isAddress = host.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
        guard host == "*" || (isAddress ? isIPv4(host) : isHostName(host)) else {
            throw SettingError("'\(host)' is neither a host name nor an IPv4 address", remedy: remedy)
        }
        return .tcp(host: host, port: port)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) && UInt8($0) != nil }
    }

    private static func isHostName(_ host: String) -> Bool {
        // 253 bytes: the longest name of the domain name system. The underscore is for container networks.
        (1...253).contains(host.utf8.count)
            && host.utf8.allSatisfy { byte in
                isDigit(byte) || (0x41...0x5A).contains(byte & 0xDF) || "-._".utf8.contains(byte)
            }
    }
}

extension Endpoint: CustomStringConvertible {
    /// The endpoint as ZeroMQ spells it.
    public var description: String {
        switch transport {
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        case .ipc(let path): "ipc://\(path)"
        case .inproc(let name): "inproc://\(name)"
        }
    }
}
