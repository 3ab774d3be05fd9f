// What a worker still takes when the journal does not keep up.

/// What a worker does when its spool is full.
public enum SpoolPolicy: Hashable, Sendable {
    /// Every message is answered `busy`.
    case refuse
    /// Events are scored and not journalled, from three quarters on; labels are taken until it is full.
    case shed
}

/// When an event's reply is given.
public enum ScoreAcknowledgement: Hashable, Sendable {
    /// At once, with `"durable": false`.
    case scored
    /// After the commit of its record, with `"durable": true`.
    case durable
}

/// How far a spool is filled, in the words of its policy.
enum SpoolLoad: Hashable {
    /// Everything is taken.
    case open
    /// Events are scored and not journalled.
    case shedding
    /// Events are scored; nothing is journalled, and nothing that must be is taken.
    case full
    /// Nothing is taken; a message that was begun is taken whole.
    case refusing

    /// Whether events are scored and not journalled.
    var sheds: Bool { self == .shedding || self == .full }

    // The last quarter is for labels: what is shed is an event less to learn from, a label refused is asked for again.
    private static func sheddingBytes(of spoolBytes: Int) -> Int { spoolBytes / 4 * 3 }

    init(bytes: Int, of spoolBytes: Int, policy: SpoolPolicy) {
        switch policy {
        case .refuse: self = bytes > spoolBytes ? .refusing : .open
        case .shed:
            self = bytes > spoolBytes ? .full : bytes > SpoolLoad.sheddingBytes(of: spoolBytes) ? .shedding : .open
        }
    }
}
