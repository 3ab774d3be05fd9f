// Readiness, wakeups and signals. Comparisons with true and false, because #expect cannot take apart a call on a value
// that cannot be copied.

import Glibc
import Testing
import ZeroMQ

/// A C signal handler captures nothing, so what it rings is global.
private let handlerWakeup = Result { () throws(ZeroMQError) in try Wakeup() }

@Suite("A poller tells what is ready, and can be woken", .timeLimit(.minutes(1)))
struct PollerTests {
    @Test("An empty socket is writable and not readable, one with mail is readable")
    func readiness() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context, options: patientOptions())
        let right = try Socket(.pair, in: context, options: patientOptions())
        try left.bind("inproc://ready")
        try right.connect("inproc://ready")
        var poller = Poller()
        let token = poller.add(right, for: [.readable, .writable])

        let before = try poller.wait(milliseconds: patience)
        #expect(before == 1)
        #expect(poller.isWritable(token) == true)
        #expect(poller.isReadable(token) == false)

        _ = try left.send([1], mode: .blocking)
        poller.setInterest(of: token, to: .readable)
        let after = try poller.wait(milliseconds: patience)
        #expect(after == 1)
        #expect(poller.isReadable(token) == true)
        #expect(poller.isWritable(token) == false)

        poller.setInterest(of: token, to: [])
        let muted = try poller.wait(milliseconds: 0)
        #expect(muted == 0)
        #expect(poller.isReadable(token) == false)
    }

    @Test("A full queue is not writable until somebody reads")
    func fullQueue() throws {
        let context = try Context()
        let options = patientOptions {
            $0.sendHighWaterMark = 1
            $0.receiveHighWaterMark = 1
        }
        let sender = try Socket(.push, in: context, options: options)
        let receiver = try Socket(.pull, in: context, options: options)
        try receiver.bind("inproc://writable")
        try sender.connect("inproc://writable")
        var poller = Poller()
        let token = poller.add(sender, for: .writable)
        while try sender.send([1], mode: .immediate) {}
        try poller.wait(milliseconds: 0)
        #expect(poller.isWritable(token) == false)
        while try receiver.receiveMultipart(mode: .immediate) != nil {}
        try poller.wait(milliseconds: patience)
        #expect(poller.isWritable(token) == true)
    }

    @Test("A socket stays open as long as a poller waits for it")
    func keepsOpen() throws {
        let context = try Context()
        var poller = Poller()
        let sender = try Socket(.push, in: context, options: patientOptions())
        let token = try bindAndAdd("inproc://kept", in: context, to: &poller)
        try sender.connect("inproc://kept")
        _ = try sender.send([1], mode: .blocking)
        try poller.wait(milliseconds: patience)
        #expect(poller.isReadable(token) == true)
    }

    private func bindAndAdd(_ endpoint: String, in context: Context, to poller: inout Poller) throws -> Poller.Token {
        let receiver = try Socket(.pull, in: context, options: patientOptions())
        try receiver.bind(endpoint)
        return poller.add(receiver)
    }

    @Test("Another thread ends a wait with a wakeup, and draining takes all rings back")
    func wakeup() throws {
        let wakeup = try Wakeup()
        var poller = Poller()
        let token = poller.add(fileDescriptor: wakeup.fileDescriptor)
        let quiet = try poller.wait(milliseconds: 0)
        #expect(quiet == 0)

        let ringer = OSThread {
            wakeup.signal()
            wakeup.signal()
        }
        let woken = try poller.wait(milliseconds: patience)
        ringer.join()
        #expect(woken == 1)
        #expect(poller.isReadable(token) == true)
        let drained = wakeup.drain()
        #expect(drained)
        let drainedAgain = wakeup.drain()
        #expect(!drainedAgain)
        try poller.wait(milliseconds: 0)
        #expect(poller.isReadable(token) == false)
    }

    @Test("A closed pipe is readable, so that reading tells")
    func hungUpDescriptor() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        var poller = Poller()
        let token = poller.add(fileDescriptor: ends[0])
        close(ends[1])
        try poller.wait(milliseconds: patience)
        #expect(poller.isReadable(token) == true)
    }

    @Test("A signal interrupts a wait without an error, and its handler's wakeup is found by the next")
    func signalHandler() throws {
        let wakeup = try handlerWakeup.get()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in try? handlerWakeup.get().signal() }
        var former = sigaction()
        try #require(sigaction(SIGUSR2, &action, &former) == 0)
        defer { sigaction(SIGUSR2, &former, nil) }

        let waiter = OSThread { () -> Bool in
            // Threads of the cooperative pool block signals, and a thread inherits that from the one that makes it.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGUSR2)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            var poller = Poller()
            let token = poller.add(fileDescriptor: wakeup.fileDescriptor)
            // At most one wait is interrupted; the one after it finds the ring.
            for _ in 0..<2 where (try? poller.wait(milliseconds: patience)) != nil {
                if poller.isReadable(token) { return true }
            }
            return false
        }
        pthread_kill(waiter.id, SIGUSR2)
        let found = waiter.join()
        #expect(found)
        wakeup.drain()
    }
}
