// A replayer's sockets: one DEALER per intake, so that it decides which worker gets what.

import ZeroMQ

/// One question at a time to each of several intakes.
final class IntakeClients {
    // Sockets cannot be copied, so an array holds boxes of them.
    private final class Client {
        let socket: Socket
        let token: Poller.Token
        var awaits = false

        init(context: Context, endpoint: String, poller: inout Poller) throws {
            socket = try Socket(.dealer, in: context, options: SocketSettings.client)
            try socket.connect(endpoint)
            token = poller.add(socket)
        }
    }

    private let clients: [Client]
    private let endpoints: [String]

    init(context: Context, endpoints: [String], poller: inout Poller) throws {
        self.endpoints = endpoints
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

    /// Waits for every answer owed.
    ///
    /// - Throws: a socket's error; `unavailable` when nothing at all arrived for so long.
    func awaitAnswers(
        poller: inout Poller, milliseconds: Int, _ body: ([UInt8]) throws -> Void
    ) throws {
        var silentSince = WallClock.now()
        while clients.contains(where: \.awaits) {
            try poller.wait(milliseconds: loopMilliseconds)
            for client in clients where client.awaits && poller.isReadable(client.token) {
                guard let parts = try client.socket.receiveMultipart(mode: .immediate), let answer = parts.last
                else { continue }
                client.awaits = false
                silentSince = WallClock.now()
                try body(answer)
            }
            if WallClock.now().since(silentSince) > .milliseconds(Int64(milliseconds)) {
                throw HostError(
                    .unavailable, "no answer from \(endpoints.joined(separator: ", ")) for \(milliseconds / 1_000) s",
                    remedy:
                        "check that the score workers and the learner run; the same command goes on where it stopped")
            }
        }
    }
}
