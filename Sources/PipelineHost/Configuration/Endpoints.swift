// The four places where roles meet; Endpoint says what a place may be.

/// Where the roles of one deployment meet. The four differ.
public struct Endpoints: Hashable, Sendable {
    /// Where clients send events and labels.
    public var intake: Endpoint
    /// Where workers hand frames to the learner.
    public var journal: Endpoint
    /// Where the learner publishes its deltas.
    public var model: Endpoint
    /// Where readers follow the journal's tail.
    public var tail: Endpoint

    /// Endpoints by their parts; by default on the loopback interface, ports 5600 to 5603.
    public init(
        intake: Endpoint = .loopback(port: 5600), journal: Endpoint = .loopback(port: 5601),
        model: Endpoint = .loopback(port: 5602), tail: Endpoint = .loopback(port: 5603)
    ) {
        self.intake = intake
        self.journal = journal
        self.model = model
        self.tail = tail
    }

    /// Name and endpoint, in the order of the file.
    var named: [(name: String, endpoint: Endpoint)] {
        [("intake", intake), ("journal", journal), ("model", model), ("tail", tail)]
    }
}
