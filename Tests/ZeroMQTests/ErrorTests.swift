// Each failure a caller can tell apart, provoked for real.

import Testing
import ZeroMQ

@Suite("Failures say what happened and what to do", .timeLimit(.minutes(1)))
struct ErrorTests {
    @Test("A used port is reported with endpoint, number and remedy")
    func addressInUse() throws {
        let context = try Context()
        let first = try Socket(.reply, in: context, options: patientOptions())
        let second = try Socket(.reply, in: context, options: patientOptions())
        try first.bind("tcp://127.0.0.1:*")
        let endpoint = try first.lastEndpoint

        let error = try #require(thrownError { () throws(ZeroMQError) in try second.bind(endpoint) })
        #expect(error.code == .addressInUse)
        #expect(error.endpoint == endpoint)
        #expect(error.remedy.contains("another port"))
        for part in ["bind", endpoint, "addressInUse", "errno \(error.errno)", error.remedy] {
            #expect(error.description.contains(part))
        }
    }

    @Test("An unbound endpoint can be bound again")
    func unbind() throws {
        let context = try Context()
        let first = try Socket(.reply, in: context, options: patientOptions())
        let second = try Socket(.reply, in: context, options: patientOptions())
        try first.bind("inproc://again")
        try first.unbind("inproc://again")
        try second.bind("inproc://again")
        let error = thrownError { () throws(ZeroMQError) in try first.unbind("inproc://again") }
        #expect(error?.code == .invalidEndpoint)
    }

    @Test(
        "An endpoint that cannot be used is refused",
        arguments: [
            ("nonsense", ZeroMQError.Code.invalidEndpoint),
            ("tcp://127.0.0.1:port", .invalidEndpoint),
            ("ipc:///no/such/directory/name.sock", .invalidEndpoint),
            ("carrier-pigeon://roof", .protocolNotSupported),
            ("tcp://203.0.113.1:*", .addressNotAvailable),
        ])
    func invalidEndpoint(endpoint: String, code: ZeroMQError.Code) throws {
        let context = try Context()
        let socket = try Socket(.reply, in: context, options: patientOptions())
        let error = thrownError { () throws(ZeroMQError) in try socket.bind(endpoint) }
        #expect(error?.code == code)
    }

    @Test("A mandatory router reports a peer it does not know; another drops the message")
    func mandatoryRouter() throws {
        let context = try Context()
        let mandatory = try Socket(.router, in: context, options: patientOptions())
        let error = thrownError { () throws(ZeroMQError) in
            _ = try mandatory.sendMultipart([bytes("nobody"), bytes("hello")], mode: .immediate)
        }
        #expect(error?.code == .hostUnreachable)
        let lenient = try Socket(.router, in: context, options: patientOptions { $0.routerMandatory = false })
        let accepted = try lenient.sendMultipart([bytes("nobody"), bytes("hello")], mode: .immediate)
        #expect(accepted)
    }

    @Test("A request socket may not ask twice")
    func stateViolation() throws {
        let context = try Context()
        let server = try Socket(.reply, in: context, options: patientOptions())
        let client = try Socket(.request, in: context, options: patientOptions())
        try server.bind("inproc://twice")
        try client.connect("inproc://twice")
        _ = try client.send([1], mode: .blocking)
        let error = thrownError { () throws(ZeroMQError) in _ = try client.send([2], mode: .blocking) }
        #expect(error?.code == .stateViolation)
    }

    @Test("A push socket cannot receive")
    func wrongDirection() throws {
        let context = try Context()
        let socket = try Socket(.push, in: context, options: patientOptions())
        let error = thrownError { () throws(ZeroMQError) in _ = try socket.receiveMultipart(mode: .immediate) }
        #expect(error?.code == .operationNotSupported)
    }

    @Test("Only a subscriber subscribes")
    func wrongSubscriber() throws {
        let context = try Context()
        let socket = try Socket(.pull, in: context, options: patientOptions())
        let error = thrownError { () throws(ZeroMQError) in try socket.subscribe(to: []) }
        #expect(error?.code == .invalidOption)
    }

    @Test("A context refuses one socket more than its limit")
    func tooManySockets() throws {
        let context = try Context(maxSockets: 1)
        let first = try Socket(.pull, in: context, options: patientOptions())
        let error = thrownError { () throws(ZeroMQError) in
            _ = try Socket(.pull, in: context, options: patientOptions())
        }
        #expect(error?.code == .tooManySockets)
        try first.bind("inproc://only")
    }

    @Test("A context refuses numbers outside their range", arguments: [(0, 1_023), (1, 0), (-1, 1), (1, 1_000_000)])
    func contextLimits(ioThreads: Int, maxSockets: Int) {
        let error = thrownError { () throws(ZeroMQError) in
            _ = try Context(ioThreads: ioThreads, maxSockets: maxSockets)
        }
        #expect(error?.code == .invalidOption)
    }

    @Test("The loaded library is one this binding was written for")
    func version() {
        #expect((libraryVersion.major, libraryVersion.minor) >= (4, 3))
    }
}
