// The bound: what libzmq alone takes for a question and an answer of the same sizes.

import PipelineHost
import ZeroMQ

/// Answers every message with so many bytes, on a thread of its own.
final class EchoServer {
    let endpoint: String
    private let stop: StopFlag
    private let thread: OSThread

    init(_ context: Context, answerBytes: Int) throws {
        let stop = try StopFlag()
        self.stop = stop
        let socket = try Socket(.router, in: context, options: SocketOptions())
        try socket.bind("tcp://127.0.0.1:*")
        endpoint = try socket.lastEndpoint
        // Handed over whole: this thread does not touch it again.
        nonisolated(unsafe) let handed = Handed(socket: socket)
        thread = try OSThread(name: "echo") { try handed.serve(answerBytes: answerBytes, stop: stop) }
    }

    func end() throws {
        stop.raise()
        try thread.join()
    }

    private final class Handed {
        private let socket: Socket

        init(socket: consuming Socket) { self.socket = socket }

        func serve(answerBytes: Int, stop: StopFlag) throws {
            let answer = [UInt8](repeating: UInt8(ascii: "x"), count: answerBytes)
            var poller = Poller()
            let questions = poller.add(socket)
            var part = Message()
            while !stop.isRaised {
                try poller.wait(milliseconds: 100)
                guard poller.isReadable(questions) else { continue }
                while try socket.receive(into: &part, mode: .immediate) {
                    let identity = part.withUnsafeBytes { [UInt8]($0) }
                    while part.hasMore { _ = try socket.receive(into: &part, mode: .blocking) }
                    _ = try socket.sendMultipart([identity, answer], mode: .blocking)
                }
            }
        }
    }
}
