// What a joiner says of events to whoever learns and judges.

public import ScoringRecords

/// An event, one of its heads, and what is known of the outcome.
public struct Joined<Payload> {
    /// The event's id.
    public var id: EventID
    /// The event's place in the journal.
    public var sequence: UInt64
    /// The event's own time.
    public var time: Timestamp
    /// The head, by position.
    public var head: Int
    /// What the fold wanted to remember of the event.
    public var payload: Payload
    /// What is known of the outcome now.
    public var outcome: Outcome
    /// The time of the label that says so; `nil` where silence does, or nothing.
    public var labelTime: Timestamp?
}

/// What the joiner says of an event.
public enum JoinOutput<Payload> {
    /// Learn this: the first outcome a head may learn from. At most once per event and head.
    case provisional(Joined<Payload>)
    /// Unlearn `from`, learn the outcome instead. Only after `provisional`.
    case correction(Joined<Payload>, from: Outcome)
    /// The window has closed and this is the outcome. Exactly once per event and head, in the order in which windows
    /// end, ties in journal order; for everything that judges.
    case matured(Joined<Payload>)
    /// The event has come to the age at which its fold looks at this head, and this is the outcome known by that age. At
    /// most once per event and head, before `matured`, and not while the head's labels have stopped.
    case aged(Joined<Payload>)
    /// A label that waited for its event had no effect in the end, and why.
    case refused(OrphanLabel, RejectionReason)
}
