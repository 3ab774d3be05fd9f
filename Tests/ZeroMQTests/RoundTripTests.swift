// Sending and receiving whole messages over each transport and pattern, and past the close of the sender.

import Testing
import ZeroMQ

@Suite("Messages arrive whole", .timeLimit(.minutes(1)))
struct RoundTripTests {
    @Test(
        "A request is answered over every transport",
        arguments: ["inproc://round-trip", "tcp://127.0.0.1:*", "ipc://*"])
    func requestAndReply(endpoint: String) throws {
        let context = try Context()
        let server = try Socket(.reply, in: context, options: patientOptions())
        let client = try Socket(.request, in: context, options: patientOptions())
        try server.bind(endpoint)
        try client.connect(try server.lastEndpoint)

        let asked = try client.send(bytes("question"), mode: .blocking)
        #expect(asked)
        let question = try server.receiveMultipart(mode: .blocking)
        #expect(question == [bytes("question")])
        let answered = try server.send(bytes("answer"), mode: .blocking)
        #expect(answered)
        let answer = try client.receiveMultipart(mode: .blocking)
        #expect(answer == [bytes("answer")])
    }

    @Test("A router sees the dealer's identity, the empty delimiter and the parts, and can answer by them")
    func routerAndDealer() throws {
        let context = try Context()
        let router = try Socket(.router, in: context, options: patientOptions())
        let dealer = try Socket(
            .dealer, in: context, options: patientOptions { $0.routingIdentity = bytes("worker-1") })
        try router.bind("tcp://127.0.0.1:*")
        try dealer.connect(try router.lastEndpoint)

        _ = try dealer.sendMultipart([[], bytes("head"), bytes("body")], mode: .blocking)
        let received = try router.receiveMultipart(mode: .blocking)
        #expect(received == [bytes("worker-1"), [], bytes("head"), bytes("body")])

        _ = try router.sendMultipart([bytes("worker-1"), [], bytes("done")], mode: .blocking)
        let answer = try dealer.receiveMultipart(mode: .blocking)
        #expect(answer == [[], bytes("done")])
    }

    @Test("A subscriber gets what begins with its prefix and nothing else")
    func subscription() throws {
        let context = try Context()
        let publisher = try Socket(.publish, in: context, options: patientOptions())
        let subscriber = try Socket(.subscribe, in: context, options: patientOptions())
        try publisher.bind("inproc://subscription")
        try subscriber.connect("inproc://subscription")
        try subscriber.subscribe(to: bytes("a."))
        // On inproc the publisher reads the pending subscription before it sends.
        _ = try publisher.send(bytes("b.1"), mode: .blocking)
        _ = try publisher.send(bytes("a.2"), mode: .blocking)
        let received = try subscriber.receiveMultipart(mode: .blocking)
        #expect(received == [bytes("a.2")])
        let more = try subscriber.receiveMultipart(mode: .immediate)
        #expect(more == nil)
    }

    @Test("A message with too many parts is discarded whole and the socket goes on")
    func tooManyParts() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context, options: patientOptions())
        let right = try Socket(.pair, in: context, options: patientOptions())
        try left.bind("inproc://parts")
        try right.connect("inproc://parts")
        _ = try left.sendMultipart([[1], [2], [3]], mode: .blocking)
        _ = try left.sendMultipart([[4], [5]], mode: .blocking)

        let error = thrownError { () throws(ZeroMQError) in
            _ = try right.receiveMultipart(mode: .blocking, maximumParts: 2)
        }
        #expect(error?.code == .tooManyParts)
        let next = try right.receiveMultipart(mode: .blocking, maximumParts: 2)
        #expect(next == [[4], [5]])
    }

    @Test("What was sent still arrives after the sender closed, even if the receiver comes later")
    func linger() throws {
        let context = try Context()
        // An abstract name: no file to clean up, and nobody bound to it until this test does.
        let endpoint = "ipc://@zeromq-linger-\(UInt64.random(in: 0 ... .max))"
        try sendAndClose(endpoint, in: context)

        let receiver = try Socket(.pull, in: context, options: patientOptions())
        try receiver.bind(endpoint)
        for number: UInt8 in 0..<3 {
            let received = try receiver.receiveMultipart(mode: .blocking)
            #expect(received == [[number]])
        }
    }

    private func sendAndClose(_ endpoint: String, in context: Context) throws {
        let sender = try Socket(.push, in: context, options: patientOptions { $0.lingerMilliseconds = patience })
        try sender.connect(endpoint)
        for number: UInt8 in 0..<3 {
            _ = try sender.send([number], mode: .blocking)
        }
    }
}
