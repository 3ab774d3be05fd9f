// The bytes of one listener's stream, in the format of server-sent events.

import FlyingFox
import FlyingSocks
import PipelineHost

/// A body that says the newest view's number at once and whenever it has changed, and something every 15 s.
struct EventBody: AsyncBufferedSequence {
    typealias Element = UInt8

    let board: ViewBoard
    let wakes: AsyncStream<Void>

    func makeAsyncIterator() -> Iterator { Iterator(board: board, wakes: wakes.makeAsyncIterator()) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        let board: ViewBoard
        var wakes: AsyncStream<Void>.Iterator
        private var hasBegun = false
        private var said: UInt64 = 0

        init(board: ViewBoard, wakes: AsyncStream<Void>.Iterator) {
            self.board = board
            self.wakes = wakes
        }

        // The server reads by `nextBuffer` only: the encoder of chunked bodies never takes single bytes.
        mutating func next() async throws -> UInt8? { nil }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard hasBegun else {
                hasBegun = true
                return Array(("retry: 2000\n\n" + message).utf8)
            }
            guard await wakes.next() != nil else { return nil }
            return Array(message.utf8)
        }

        private var message: String {
            mutating get {
                guard let number = board.current?.number, number != said else { return ": heartbeat\n\n" }
                said = number
                return "id: \(number)\nevent: view\ndata: {\"number\":\(number)}\n\n"
            }
        }
    }
}
