// A client that keeps a number of messages under way and counts their answers.

import Glibc
import ZeroMQ

/// One connection of a load. Confined to its thread.
struct PipelineClient: ~Copyable {
    private let socket: Socket
    private var templates: MessageTemplates
    private let prefix: Int
    private let failure: StageFailure?
    private var poller: Poller
    private let answers: Poller.Token
    private var message = Message()
    private(set) var sent = 0
    private(set) var answered = 0
    // When each message under way was sent, by its number modulo the room.
    private var times: [UInt64]

    private static let patienceSeconds = 60

    /// A client of the worker at `intake`, whose ids begin with `prefix`, from 0 to 999.
    init(
        _ context: Context, intake: String, templates: MessageTemplates, prefix: Int, window: Int,
        failure: StageFailure? = nil
    ) throws {
        self.failure = failure
        var options = SocketOptions()
        options.lingerMilliseconds = 0
        let socket = try Socket(.dealer, in: context, options: options)
        try socket.connect(intake)
        var poller = Poller()
        answers = poller.add(socket)
        self.socket = socket
        self.poller = poller
        self.templates = templates
        self.prefix = prefix
        times = Array(repeating: 0, count: max(1, window))
    }

    /// How many messages are under way.
    var waiting: Int { sent - answered }

    /// Sends the next message.
    mutating func send() throws {
        times[sent % times.count] = PipelineClient.nanoseconds()
        _ = try templates.withMessage(sent, prefix: prefix) { bytes in
            try socket.send(bytes, mode: .blocking)
        }
        sent += 1
    }

    /// Takes the answers that are there, waiting for the first; each one's wait is handed to `body` in nanoseconds.
    ///
    /// Answers to messages with labels come in the messages' order, as those without do; that two kinds may overtake each
    /// other moves a wait from one to the next and leaves their sum.
    mutating func receive(_ body: (UInt64) -> Void = { _ in }) throws {
        for _ in 0..<PipelineClient.patienceSeconds {
            try poller.wait(milliseconds: 1_000)
            if poller.isReadable(answers) { break }
            try failure?.check()
        }
        guard poller.isReadable(answers) else { throw BenchmarkError.silence }
        while answered < sent, try socket.receive(into: &message, mode: .immediate) {
            let isRefusal = message.withUnsafeBytes { bytes in
                bytes.count > 9 && bytes[1] == UInt8(ascii: "\"") && bytes[2] == UInt8(ascii: "e")
                    && bytes[3] == UInt8(ascii: "r")
            }
            if isRefusal {
                throw BenchmarkError.refused(message.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
            }
            body(PipelineClient.nanoseconds() - times[answered % times.count])
            answered += 1
        }
    }

    /// Keeps `window` messages under way until `nanoseconds` have passed, then takes the answers that are due; how many
    /// messages were answered, and in how long.
    mutating func play(window: Int, nanoseconds: UInt64) throws -> (messages: Int, nanoseconds: UInt64) {
        let (start, before) = (PipelineClient.nanoseconds(), answered)
        while PipelineClient.nanoseconds() - start < nanoseconds {
            while waiting < window { try send() }
            try receive()
        }
        return (answered - before, PipelineClient.nanoseconds() - start)
    }

    /// Takes every answer that is due.
    mutating func drain(_ body: (UInt64) -> Void = { _ in }) throws { while waiting > 0 { try receive(body) } }

    /// The steady clock.
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Why a benchmark of the pipeline stops.
public enum BenchmarkError: Error, CustomStringConvertible {
    /// No answer for a minute.
    case silence
    /// A worker refused a message.
    case refused(String)

    /// What happened.
    public var description: String {
        switch self {
        case .silence: "the pipeline did not answer for a minute"
        case .refused(let answer): "a message was refused: \(answer)"
        }
    }
}
