// What happens at the limits: full queues, timeouts, oversize messages.

import Testing
import ZeroMQ

@Suite("Every queue and message has a limit", .timeLimit(.minutes(1)))
struct QueueLimitTests {
    @Test("An immediate send on a full queue says so, and what was accepted arrives in order")
    func fullQueue() throws {
        let context = try Context()
        let options = patientOptions {
            $0.sendHighWaterMark = 5
            $0.receiveHighWaterMark = 5
        }
        let sender = try Socket(.push, in: context, options: options)
        let receiver = try Socket(.pull, in: context, options: options)
        try receiver.bind("inproc://full")
        try sender.connect("inproc://full")

        var accepted: [[UInt8]] = []
        while accepted.count < 100, try sender.sendMultipart([[UInt8(accepted.count)], [255]], mode: .immediate) {
            accepted.append([UInt8(accepted.count)])
        }
        // Both marks add up on inproc.
        #expect(accepted.count == 10)

        var arrived: [[UInt8]] = []
        while let parts = try receiver.receiveMultipart(mode: .immediate) {
            #expect(parts.count == 2)
            arrived.append(parts[0])
        }
        #expect(arrived == accepted)
        // An immediate send notices the room only after about a millisecond; a poll notices it at once.
        var poller = Poller()
        _ = poller.add(sender, for: .writable)
        try poller.wait(milliseconds: patience)
        let acceptedAgain = try sender.send([1], mode: .immediate)
        #expect(acceptedAgain)
    }

    @Test("A blocking send on a full queue ends at its timeout, and says so")
    func sendTimeout() throws {
        let context = try Context()
        // Nobody is connected, so there is no queue at all.
        let sender = try Socket(.push, in: context, options: patientOptions { $0.sendTimeoutMilliseconds = 1 })
        let error = thrownError { () throws(ZeroMQError) in _ = try sender.send([1], mode: .blocking) }
        #expect(error?.code == .timedOut)
    }

    @Test("A blocking receive without a message ends at its timeout, an immediate one at once")
    func receiveTimeout() throws {
        let context = try Context()
        let receiver = try Socket(.pull, in: context, options: patientOptions { $0.receiveTimeoutMilliseconds = 1 })
        try receiver.bind("inproc://silent")
        var message = Message()
        let error = thrownError { () throws(ZeroMQError) in _ = try receiver.receive(into: &message, mode: .blocking) }
        #expect(error?.code == .timedOut)
        let received = try receiver.receive(into: &message, mode: .immediate)
        #expect(!received)
    }

    @Test("A peer over the message limit is disconnected, and the next good one is served")
    func oversizeMessage() throws {
        let context = try Context()
        let server = try Socket(.router, in: context, options: patientOptions { $0.maximumMessageBytes = 1_000 })
        try server.bind("tcp://127.0.0.1:*")
        let endpoint = try server.lastEndpoint
        let glutton = try Socket(
            .dealer, in: context,
            options: patientOptions {
                $0.routingIdentity = bytes("glutton")
                // So that it does not come back while this test looks at its absence.
                $0.reconnectIntervalMilliseconds = 600_000
                $0.maximumReconnectIntervalMilliseconds = 0
            })
        try glutton.connect(endpoint)
        _ = try glutton.send([UInt8](repeating: 1, count: 1_000), mode: .blocking)
        let allowed = try server.receiveMultipart(mode: .blocking)
        #expect(allowed?.last?.count == 1_000)

        _ = try glutton.send([UInt8](repeating: 2, count: 1_001), mode: .blocking)
        let disconnected = try becomesUnreachable(bytes("glutton"), from: server)
        #expect(disconnected)

        let guest = try Socket(.dealer, in: context, options: patientOptions { $0.routingIdentity = bytes("guest") })
        try guest.connect(endpoint)
        _ = try guest.send(bytes("good"), mode: .blocking)
        let next = try server.receiveMultipart(mode: .blocking)
        #expect(next == [bytes("guest"), bytes("good")])
    }

    /// Sends to `peer` until the mandatory router refuses, for at most the tests' patience.
    private func becomesUnreachable(_ peer: [UInt8], from router: borrowing Socket) throws -> Bool {
        var pause = Poller()
        let pauseMilliseconds = 10
        for _ in 0..<(patience / pauseMilliseconds) {
            let error = thrownError { () throws(ZeroMQError) in
                _ = try router.sendMultipart([peer, []], mode: .immediate)
            }
            if error?.code == .hostUnreachable { return true }
            if let error { throw error }
            try pause.wait(milliseconds: pauseMilliseconds)
        }
        return false
    }
}
