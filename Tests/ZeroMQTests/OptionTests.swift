// Which option values open a socket and which are refused.

import Testing
import ZeroMQ

@Suite("Options are checked when a socket opens", .timeLimit(.minutes(1)))
struct OptionTests {
    @Test("Every kind opens with the defaults and with every option set", arguments: SocketKind.allCases)
    func everyKind(kind: SocketKind) throws {
        let context = try Context()
        _ = try Socket(kind, in: context, options: SocketOptions())
        var options = SocketOptions()
        options.lingerMilliseconds = nil
        options.routerHandover = true
        options.queuesOnlyForCompletedConnections = true
        options.tcpKeepalive = false
        options.routingIdentity = [UInt8](repeating: 1, count: 255)
        options.sendTimeoutMilliseconds = 0
        options.receiveTimeoutMilliseconds = 0
        options.heartbeatTimeToLiveMilliseconds = 6_553_599
        _ = try Socket(kind, in: context, options: options)
    }

    @Test("A value outside its domain is refused by name")
    func outsideDomain() throws {
        let changes: [(String, @Sendable (inout SocketOptions) -> Void)] = [
            ("sendHighWaterMark", { $0.sendHighWaterMark = 0 }),
            ("receiveHighWaterMark", { $0.receiveHighWaterMark = -1 }),
            ("lingerMilliseconds", { $0.lingerMilliseconds = -1 }),
            ("maximumMessageBytes", { $0.maximumMessageBytes = 0 }),
            ("heartbeatIntervalMilliseconds", { $0.heartbeatIntervalMilliseconds = -1 }),
            ("heartbeatTimeoutMilliseconds", { $0.heartbeatTimeoutMilliseconds = 1 << 31 }),
            ("heartbeatTimeToLiveMilliseconds", { $0.heartbeatTimeToLiveMilliseconds = 6_553_600 }),
            ("reconnectIntervalMilliseconds", { $0.reconnectIntervalMilliseconds = -1 }),
            ("maximumReconnectIntervalMilliseconds", { $0.maximumReconnectIntervalMilliseconds = -1 }),
            ("handshakeIntervalMilliseconds", { $0.handshakeIntervalMilliseconds = -1 }),
            ("routingIdentity", { $0.routingIdentity = [] }),
            ("routingIdentity", { $0.routingIdentity = [0, 1] }),
            ("routingIdentity", { $0.routingIdentity = [UInt8](repeating: 1, count: 256) }),
            ("sendTimeoutMilliseconds", { $0.sendTimeoutMilliseconds = -1 }),
            ("receiveTimeoutMilliseconds", { $0.receiveTimeoutMilliseconds = -1 }),
        ]
        let context = try Context()
        for (name, change) in changes {
            var options = SocketOptions()
            change(&options)
            let error = thrownError { () throws(ZeroMQError) in
                _ = try Socket(.router, in: context, options: options)
            }
            #expect(error?.code == .invalidOption, "\(name)")
            #expect(error?.operation.contains(name) == true, "\(name)")
        }
    }
}
