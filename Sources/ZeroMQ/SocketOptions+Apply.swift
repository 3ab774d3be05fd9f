// Setting the options on a fresh socket. Ranges are checked here and not left to libzmq, which reads -1 as "for ever"
// or "no limit" in some options and as an error in others.

import CZeroMQ
import Glibc

extension SocketOptions {
    private static let anyTime = 0...Int(Int32.max)
    private static let anyLimit = 1...Int(Int32.max)
    /// How libzmq spells "for ever" for linger and timeouts.
    private static let forever: Int32 = -1
    /// The heartbeat TTL travels as tenths of a second in 16 bits.
    private static let anyTimeToLive = 0...(Int(UInt16.max) * 100 + 99)
    /// A routing identity's length travels in one byte.
    private static let anyIdentityLength = 1...Int(UInt8.max)

    func apply(to socket: SocketHandle, of kind: SocketKind) throws(ZeroMQError) {
        try applyLimits(to: socket)
        try applyConnectionTimes(to: socket)
        try applyWaits(to: socket)
        try Self.set(
            ZMQ_IMMEDIATE, "queuesOnlyForCompletedConnections", queuesOnlyForCompletedConnections, on: socket)
        try Self.set(ZMQ_TCP_KEEPALIVE, "tcpKeepalive", tcpKeepalive, on: socket)
        // Other kinds reject these two.
        if kind == .router {
            try Self.set(ZMQ_ROUTER_MANDATORY, "routerMandatory", routerMandatory, on: socket)
            try Self.set(ZMQ_ROUTER_HANDOVER, "routerHandover", routerHandover, on: socket)
        }
        if let routingIdentity { try Self.setIdentity(routingIdentity, on: socket) }
    }

    private func applyLimits(to socket: SocketHandle) throws(ZeroMQError) {
        try Self.set(ZMQ_SNDHWM, "sendHighWaterMark", sendHighWaterMark, in: Self.anyLimit, on: socket)
        try Self.set(ZMQ_RCVHWM, "receiveHighWaterMark", receiveHighWaterMark, in: Self.anyLimit, on: socket)
        // The one option of 64 bits.
        try Self.check("maximumMessageBytes", maximumMessageBytes, in: 1...Int.max)
        var size = Int64(maximumMessageBytes)
        guard zmq_setsockopt(socket.raw, ZMQ_MAXMSGSIZE, &size, MemoryLayout<Int64>.size) == 0 else {
            throw ZeroMQError(lastFailureOf: "set maximumMessageBytes to \(size)")
        }
    }

    private func applyConnectionTimes(to socket: SocketHandle) throws(ZeroMQError) {
        let times: [(Int32, String, Int, ClosedRange<Int>)] = [
            (ZMQ_HEARTBEAT_IVL, "heartbeatIntervalMilliseconds", heartbeatIntervalMilliseconds, Self.anyTime),
            (ZMQ_HEARTBEAT_TIMEOUT, "heartbeatTimeoutMilliseconds", heartbeatTimeoutMilliseconds, Self.anyTime),
            (ZMQ_HEARTBEAT_TTL, "heartbeatTimeToLiveMilliseconds", heartbeatTimeToLiveMilliseconds, Self.anyTimeToLive),
            (ZMQ_RECONNECT_IVL, "reconnectIntervalMilliseconds", reconnectIntervalMilliseconds, Self.anyTime),
            (
                ZMQ_RECONNECT_IVL_MAX, "maximumReconnectIntervalMilliseconds", maximumReconnectIntervalMilliseconds,
                Self.anyTime
            ),
            (ZMQ_HANDSHAKE_IVL, "handshakeIntervalMilliseconds", handshakeIntervalMilliseconds, Self.anyTime),
        ]
        for (option, name, value, range) in times {
            try Self.set(option, name, value, in: range, on: socket)
        }
    }

    private func applyWaits(to socket: SocketHandle) throws(ZeroMQError) {
        let waits: [(Int32, String, Int?)] = [
            (ZMQ_LINGER, "lingerMilliseconds", lingerMilliseconds),
            (ZMQ_SNDTIMEO, "sendTimeoutMilliseconds", sendTimeoutMilliseconds),
            (ZMQ_RCVTIMEO, "receiveTimeoutMilliseconds", receiveTimeoutMilliseconds),
        ]
        for (option, name, wait) in waits {
            if let wait {
                try Self.set(option, name, wait, in: Self.anyTime, on: socket)
            } else {
                try Self.set(option, name, raw: Self.forever, on: socket)
            }
        }
    }

    private static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(ZeroMQError) {
        guard range.contains(value) else {
            throw ZeroMQError(errno: EINVAL, operation: "set \(name) to \(value)")
        }
    }

    private static func set(
        _ option: Int32, _ name: String, _ value: Int, in range: ClosedRange<Int>, on socket: SocketHandle
    ) throws(ZeroMQError) {
        try check(name, value, in: range)
        // Every range passed here ends at Int32.max or below.
        try set(option, name, raw: Int32(value), on: socket)
    }

    private static func set(
        _ option: Int32, _ name: String, _ value: Bool, on socket: SocketHandle
    ) throws(ZeroMQError) {
        try set(option, name, raw: value ? 1 : 0, on: socket)
    }

    private static func set(
        _ option: Int32, _ name: String, raw value: Int32, on socket: SocketHandle
    ) throws(ZeroMQError) {
        var value = value
        guard zmq_setsockopt(socket.raw, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw ZeroMQError(lastFailureOf: "set \(name) to \(value)")
        }
    }

    private static func setIdentity(_ identity: [UInt8], on socket: SocketHandle) throws(ZeroMQError) {
        // Identities that begin with zero are those a router invents.
        guard anyIdentityLength.contains(identity.count), identity[0] != 0 else {
            throw ZeroMQError(errno: EINVAL, operation: "set routingIdentity to \(identity)")
        }
        let status = identity.withUnsafeBytes {
            zmq_setsockopt(socket.raw, ZMQ_ROUTING_ID, $0.baseAddress, $0.count)
        }
        guard status == 0 else { throw ZeroMQError(lastFailureOf: "set routingIdentity to \(identity)") }
    }
}
