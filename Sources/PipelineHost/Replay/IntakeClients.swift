// A replayer's sockets: one DEALER per intake, so that it decides which worker gets what.

import Logging
import ScoringRecords
import ZeroMQ

/// One question at a time to each of several intakes.
final class IntakeClients {
    /// What an answer is followed by.
    enum Next {
        /// Nothing: the question is answered.
        case done
        /// Another message to the same intake, whose answer is waited for as well.
        case send([UInt8])
        /// The same a moment later: the intake was busy.
        case sendLater([UInt8])
    }

    // Sockets cannot be copied, so an array holds boxes of them.
    private final class Client {
        let socket: Socket
        let token: Poller.Token
        var awaits = false
        var later: (message: [UInt8], due: MonotonicDeadline)?

        init(context: Context, endpoint: String, poller: inout Poller) throws {
            socket = try Socket(.dealer, in: context, options: SocketSettings.client)
            try socket.connect(endpoint)
            token = poller.add(socket)
        }
    }

    private let clients: [Client]
    private let endpoints: [String]
    private let logger: Logger?

    init(context: Context, endpoints: [String], poller: inout Poller, logger: Logger? = nil) throws {
        self.endpoints = endpoints
        self.logger = logger
        var clients: [Client] = []
        for endpoint in endpoints {
            clients.append(try Client(context: context, endpoint: endpoint, poller: &poller))
        }
        self.clients = clients
    }

    /// Sends a message to intake `index`, which owes no answer.
    func send(_ message: [UInt8], to index: Int) throws {
        let client = clients[index]
        precondition(!client.awaits, "one question at a time")
        _ = try client.socket.send(message, mode: .blocking)
        client.awaits = true
    }

    // A batch takes milliseconds: where nothing goes on for so long, a peer has gone.
    private static let patience = TimeSpan.seconds(60)
    private static let pause = TimeSpan.milliseconds(100)

    /// Waits for every answer owed.
    ///
    /// - Parameter body: called with each answer and its intake; says what follows.
    /// - Throws: a socket's error; `unavailable` when for a minute nothing came, or nothing but that an intake is busy.
    func awaitAnswers(poller: inout Poller, _ body: (Int, [UInt8]) throws -> Next) throws {
        var deadline = MonotonicDeadline(after: IntakeClients.patience)
        var isBusy = false
        while clients.contains(where: \.awaits) {
            try poller.wait(milliseconds: loopMilliseconds)
            for (index, client) in clients.enumerated() where client.awaits {
                if let later = client.later {
                    guard later.due.isOver else { continue }
                    client.later = nil
                    _ = try client.socket.send(later.message, mode: .blocking)
                    continue
                }
                guard poller.isReadable(client.token),
                    let parts = try client.socket.receiveMultipart(mode: .immediate), let answer = parts.last
                else { continue }
                switch try body(index, answer) {
                case .done: client.awaits = false
                case .send(let message): _ = try client.socket.send(message, mode: .blocking)
                case .sendLater(let message):
                    client.later = (message, MonotonicDeadline(after: IntakeClients.pause))
                    if !isBusy {
                        let place: Logger.Metadata = ["intake": "\(endpoints[index])"]
                        logger?.info("an intake is busy; it is asked again", metadata: place)
                    }
                    isBusy = true
                    continue
                }
                deadline = MonotonicDeadline(after: IntakeClients.patience)
                isBusy = false
            }
            if deadline.isOver { throw silence(isBusy: isBusy) }
        }
    }

    private func silence(isBusy: Bool) -> HostError {
        let (names, seconds) = (endpoints.joined(separator: ", "), Int(IntakeClients.patience.inSeconds))
        return HostError(
            .unavailable, isBusy ? "\(names): busy for \(seconds) s" : "no answer from \(names) for \(seconds) s",
            remedy: "check that the score workers and the learner run; the same command goes on where it stopped")
    }
}
