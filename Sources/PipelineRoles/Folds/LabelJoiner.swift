// Events wait here for their outcome: what each head may learn from them meanwhile, and what became of them in the end.

public import OnlineLearning
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
}

/// Joins labels to scored events under each head's window and policy.
///
/// Rules, all decided by journal order and event time alone:
/// - an id already waiting makes a second event `duplicate-event`; ids are remembered until their last window closes;
/// - an event whose first window has already closed is `late-event`;
/// - a label for an id that is not waiting is `unknown-event`; one dated after the window's end, or for a window that
///   has closed, is `late-label`;
/// - the same label again is `duplicate-label`; another value dated later is a reversal and replaces the first, dated
///   no later it is `conflicting-label`;
/// - beyond `maximumPending` waiting events a further event is `joiner-full`.
/// Whatever is named by a code has no effect but its count.
public struct LabelJoiner<Payload: Sendable>: Sendable {
    /// One head's part of a waiting event.
    struct HeadState: Hashable, Sendable {
        var isOpen = true
        var outcomeTime = Timestamp.distantPast
        var outcome = Outcome.unlabelled
        // What the learner was told last; `nil` while it was told nothing.
        var taught: Outcome?
    }

    struct Entry: Sendable {
        var id: EventID
        var sequence: UInt64
        var time: Timestamp
        var payload: Payload
        var heads: [HeadState]
    }

    // A moment at which an event's state changes by time alone.
    private struct Deadline: Comparable, Sendable {
        var time: Timestamp
        var sequence: UInt64
        var head: UInt32
        // The end of the wait comes before the end of the window where both fall together.
        var closes: Bool
        var slot: Int

        static func < (left: Deadline, right: Deadline) -> Bool {
            (left.time, left.sequence, left.head, left.closes ? 1 : 0)
                < (right.time, right.sequence, right.head, right.closes ? 1 : 0)
        }
    }

    private let rules: [HeadSpecification]
    private let grace: TimeSpan
    private let maximumPending: Int
    private let shortestWindow: TimeSpan

    // Only looked up by key, never walked: no result depends on its order.
    private var slots: [EventID: Int] = [:]
    private var entries: [Entry?] = []
    private var freeSlots: [Int] = []
    private var deadlines = BinaryHeap<Deadline>()

    /// Labels that replaced an earlier one of another value.
    public internal(set) var reversals: UInt64 = 0

    /// An empty joiner for the heads of `specification`.
    public init(specification: Specification) {
        rules = specification.heads
        grace = specification.grace
        maximumPending = specification.maximumPending
        shortestWindow = rules.map(\.window).min() ?? .zero
    }

    /// How many events are waiting.
    public var pendingCount: Int { slots.count }

    /// Lets an event wait; the reason where it may not.
    public mutating func add(
        id: EventID, sequence: UInt64, time: Timestamp, payload: @autoclosure () -> Payload, watermark: Timestamp
    ) -> RejectionReason? {
        if slots[id] != nil { return .duplicateEvent }
        if time.advanced(by: shortestWindow).advanced(by: grace) < watermark { return .lateEvent }
        guard slots.count < maximumPending else { return .joinerFull }
        insert(
            Entry(
                id: id, sequence: sequence, time: time, payload: payload(),
                heads: Array(repeating: HeadState(), count: rules.count)))
        return nil
    }

    mutating func insert(_ entry: Entry) {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            entries[slot] = entry
        } else {
            slot = entries.count
            entries.append(entry)
        }
        slots[entry.id] = slot
        for (head, rule) in rules.enumerated() where entry.heads[head].isOpen {
            deadlines.insert(
                Deadline(
                    time: entry.time.advanced(by: rule.window).advanced(by: grace), sequence: entry.sequence,
                    head: UInt32(head), closes: true, slot: slot))
            guard case .retract(let wait) = rule.policy, rule.silentOutcome != nil, entry.heads[head].taught == nil
            else { continue }
            deadlines.insert(
                Deadline(
                    time: entry.time.advanced(by: wait), sequence: entry.sequence, head: UInt32(head), closes: false,
                    slot: slot))
        }
    }

    /// Joins a label to its event; the reason where it has no effect.
    public mutating func join(_ label: Label, _ output: (JoinOutput<Payload>) -> Void) -> RejectionReason? {
        guard let slot = slots[label.id], let entry = entries[slot] else { return .unknownEvent }
        let head = Int(label.head)
        var state = entry.heads[head]
        guard state.isOpen, label.time <= entry.time.advanced(by: rules[head].window) else { return .lateLabel }
        let outcome = label.outcome
        if state.outcome != .unlabelled {
            if state.outcome == outcome { return .duplicateLabel }
            guard label.time > state.outcomeTime else { return .conflictingLabel }
            reversals += 1
        }
        state.outcome = outcome
        state.outcomeTime = label.time
        if case .retract = rules[head].policy {
            let joined = self.joined(entry, head: head, outcome)
            if let taught = state.taught {
                if taught != outcome { output(.correction(joined, from: taught)) }
            } else {
                output(.provisional(joined))
            }
            state.taught = outcome
        }
        entries[slot]?.heads[head] = state
        return nil
    }

    /// Lets everything happen that falls, grace included, before `watermark`; everything where it is `nil`.
    ///
    /// A window that ends at the watermark stays open: records of that very instant may still come.
    public mutating func advance(to watermark: Timestamp?, _ output: (JoinOutput<Payload>) -> Void) {
        while let deadline = deadlines.least, watermark.map({ deadline.time < $0 }) ?? true {
            _ = deadlines.removeLeast()
            // The wait of an event that has left since, or whose place another has taken, means nothing any more.
            guard let entry = entries[deadline.slot], entry.sequence == deadline.sequence else {
                precondition(!deadline.closes, "a closing window belongs to a waiting event")
                continue
            }
            let head = Int(deadline.head)
            if deadline.closes {
                close(entry, head: head, slot: deadline.slot, output)
            } else if entry.heads[head].isOpen, entry.heads[head].taught == nil,
                let silence = rules[head].silentOutcome
            {
                entries[deadline.slot]?.heads[head].taught = silence
                output(.provisional(joined(entry, head: head, silence)))
            }
        }
    }

    private mutating func close(_ entry: Entry, head: Int, slot: Int, _ output: (JoinOutput<Payload>) -> Void) {
        var outcome = entry.heads[head].outcome
        if outcome == .unlabelled, let silence = rules[head].silentOutcome { outcome = silence }
        let joined = self.joined(entry, head: head, outcome)
        if entry.heads[head].taught == nil, outcome != .unlabelled { output(.provisional(joined)) }
        output(.matured(joined))
        entries[slot]?.heads[head].isOpen = false
        if entries[slot]?.heads.contains(where: \.isOpen) == false {
            entries[slot] = nil
            freeSlots.append(slot)
            slots[entry.id] = nil
        }
    }

    private func joined(_ entry: Entry, head: Int, _ outcome: Outcome) -> Joined<Payload> {
        Joined(
            id: entry.id, sequence: entry.sequence, time: entry.time, head: head, payload: entry.payload,
            outcome: outcome)
    }

    /// The waiting events in journal order, for canonical bytes.
    var pendingInOrder: [Entry] { entries.compactMap { $0 }.sorted { $0.sequence < $1.sequence } }
}
