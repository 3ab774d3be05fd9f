// Messages that wait at a worker's socket, handed in together: what can be scored side by side is.

/// A client's message, in storage that is used again.
public struct ClientMessage: Sendable {
    /// Who asked.
    public var client = ReturnAddress()
    /// What was said.
    public var payload: [UInt8] = []

    /// A message of nobody that says nothing.
    public init() {}
}

/// A bounded number of messages in the order in which they came.
public struct ClientMessages: Sendable {
    /// Messages handed in together at most: enough to fetch memory ahead, few enough that the first answer is not held up.
    public static let capacity = 16

    private var messages = Array(repeating: ClientMessage(), count: capacity)
    /// How many there are.
    public private(set) var count = 0

    /// No message.
    public init() {}

    /// Whether no further one can be added.
    public var isFull: Bool { count == ClientMessages.capacity }

    /// Takes out all messages and keeps their storage.
    public mutating func removeAll() { count = 0 }

    /// Lets `fill` write the next message over one that was taken out before, and adds it if that gives `true`.
    ///
    /// - Precondition: not `isFull`.
    /// - Returns: what `fill` gave.
    @discardableResult
    public mutating func append<Failure: Error>(
        filling fill: (inout ClientMessage) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        precondition(!isFull, "there is room for a bounded number of messages")
        let isAdded = try fill(&messages[count])
        if isAdded { count += 1 }
        return isAdded
    }

    /// Message `index`, from 0 to `count` − 1.
    public subscript(index: Int) -> ClientMessage {
        precondition(index < count, "there is no such message")
        return messages[index]
    }
}
