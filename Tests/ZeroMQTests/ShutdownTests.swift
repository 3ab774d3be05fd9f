// How loops end when their context does.

import Testing
import ZeroMQ

@Suite("Shutting a context down ends its loops", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("A receive blocked in another thread ends as terminated")
    func blockedReceive() throws {
        let context = try Context()
        let ready = try Wakeup()
        let receiver = OSThread { () -> ZeroMQError? in
            thrownError { () throws(ZeroMQError) in
                let socket = try Socket(.pull, in: context, options: patientOptions())
                try socket.bind("inproc://never")
                ready.signal()
                _ = try socket.receiveMultipart(mode: .blocking)
            }
        }
        var poller = Poller()
        _ = poller.add(fileDescriptor: ready.fileDescriptor)
        try poller.wait(milliseconds: patience)
        context.shutdown()
        let error = receiver.join()
        #expect(error?.code == .terminated)
    }

    @Test("A blocked poll ends as terminated and finds nothing ready")
    func blockedPoll() throws {
        let context = try Context()
        let ready = try Wakeup()
        let loop = OSThread { () -> ZeroMQError? in
            thrownError { () throws(ZeroMQError) in
                let socket = try Socket(.pull, in: context, options: patientOptions())
                var poller = Poller()
                _ = poller.add(socket)
                ready.signal()
                try poller.wait(milliseconds: patience)
            }
        }
        var poller = Poller()
        _ = poller.add(fileDescriptor: ready.fileDescriptor)
        try poller.wait(milliseconds: patience)
        context.shutdown()
        let error = loop.join()
        #expect(error?.code == .terminated)
    }

    @Test("After shutdown nothing new starts, and shutting down twice is harmless")
    func afterwards() throws {
        let context = try Context()
        let socket = try Socket(.push, in: context, options: patientOptions())
        context.shutdown()
        context.shutdown()
        let sending = thrownError { () throws(ZeroMQError) in _ = try socket.send([1], mode: .immediate) }
        #expect(sending?.code == .terminated)
        let opening = thrownError { () throws(ZeroMQError) in
            _ = try Socket(.pull, in: context, options: patientOptions())
        }
        #expect(opening?.code == .terminated)
    }

    @Test("A context lives as long as its last socket")
    func contextOutlivesItsName() throws {
        let pair = try openWithoutContext()
        let sent = try pair.send([1], mode: .immediate)
        #expect(!sent)
    }

    private func openWithoutContext() throws -> Socket {
        try Socket(.push, in: try Context(), options: patientOptions())
    }
}
