// Events wait here for their outcome. Each leaves exactly once per head, when event time has passed the end of the
// head's window and the grace: in order of that end, ties in journal order.

public import OnlineLearning
public import ScoringRecords

/// An event whose outcome for one head is settled.
public struct Matured<Payload> {
    /// The event's place in the journal.
    public var sequence: UInt64
    /// The event's own time.
    public var time: Timestamp
    /// The head, by position.
    public var head: Int
    /// What the fold wanted to remember of the event.
    public var payload: Payload
    /// What became of it.
    public var outcome: Outcome
}

/// Joins labels to scored events under each head's window.
///
/// Rules, all decided by journal order and event time alone:
/// - an id already waiting makes a second event `duplicate-event`; ids are remembered until their last window closes;
/// - an event whose first window has already closed is `late-event`;
/// - a label for an id that is not waiting is `unknown-event`; one dated after the window's end, or for a window that
///   has closed, is `late-label`;
/// - the first label of a head stands: the same again is `duplicate-label`, another value `conflicting-label`;
/// - beyond `maximumPending` waiting events a further event is `joiner-full`.
/// None of these has any effect but its count.
public struct LabelJoiner<Payload: Sendable>: Sendable {
    struct Entry: Sendable {
        var id: EventID
        var sequence: UInt64
        var time: Timestamp
        var payload: Payload
        var outcomes: [Outcome]
        var openHeads: UInt32
    }

    struct Closing: Comparable, Sendable {
        var time: Timestamp
        var sequence: UInt64
        var head: UInt32
        var slot: Int

        static func < (left: Closing, right: Closing) -> Bool {
            (left.time, left.sequence, left.head) < (right.time, right.sequence, right.head)
        }
    }

    let windows: [TimeSpan]
    let missingLabels: [MissingLabel]
    let grace: TimeSpan
    let maximumPending: Int
    private let shortestWindow: TimeSpan

    // Only looked up by key, never walked: no result depends on its order.
    private var slots: [EventID: Int] = [:]
    private var entries: [Entry?] = []
    private var freeSlots: [Int] = []
    private var closings = BinaryHeap<Closing>()

    /// An empty joiner for the heads of `specification`.
    public init(specification: Specification) {
        windows = specification.heads.map(\.window)
        missingLabels = specification.heads.map(\.missingLabel)
        grace = specification.grace
        maximumPending = specification.maximumPending
        shortestWindow = windows.min() ?? .zero
    }

    /// How many events are waiting.
    public var pendingCount: Int { slots.count }

    /// Lets an event wait; the reason where it may not.
    public mutating func add(
        id: EventID, sequence: UInt64, time: Timestamp, payload: Payload, watermark: Timestamp
    ) -> RejectionReason? {
        if slots[id] != nil { return .duplicateEvent }
        if time.advanced(by: shortestWindow).advanced(by: grace) < watermark { return .lateEvent }
        guard slots.count < maximumPending else { return .joinerFull }
        insert(
            Entry(
                id: id, sequence: sequence, time: time, payload: payload,
                outcomes: Array(repeating: .unlabelled, count: windows.count),
                openHeads: UInt32.max >> UInt32(32 - windows.count)))
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
        for (head, window) in windows.enumerated() where entry.openHeads & (1 << UInt32(head)) != 0 {
            closings.insert(
                Closing(
                    time: entry.time.advanced(by: window).advanced(by: grace), sequence: entry.sequence,
                    head: UInt32(head), slot: slot))
        }
    }

    /// Joins a label to its event; the reason where it has no effect.
    public mutating func join(_ label: Label) -> RejectionReason? {
        guard let slot = slots[label.id], let entry = entries[slot] else { return .unknownEvent }
        let head = Int(label.head)
        guard entry.openHeads & (1 << UInt32(head)) != 0, label.time <= entry.time.advanced(by: windows[head]) else {
            return .lateLabel
        }
        if case .observed(let value, let weight) = entry.outcomes[head] {
            return value == label.value && weight == label.weight ? .duplicateLabel : .conflictingLabel
        }
        entries[slot]?.outcomes[head] = .observed(value: label.value, weight: label.weight)
        return nil
    }

    /// Closes every window that ends, grace included, before `watermark`; all of them where it is `nil`.
    ///
    /// A window that ends at the watermark stays open: records of that very instant may still come.
    public mutating func close(before watermark: Timestamp?, _ matured: (Matured<Payload>) -> Void) {
        while let closing = closings.least, watermark.map({ closing.time < $0 }) ?? true {
            _ = closings.removeLeast()
            let head = Int(closing.head)
            guard var entry = entries[closing.slot] else {
                preconditionFailure("a closing window belongs to a waiting event")
            }
            var outcome = entry.outcomes[head]
            if case .unlabelled = outcome, missingLabels[head] == .negative {
                outcome = .observed(value: 0, weight: 1)
            }
            entry.openHeads &= ~(1 << closing.head)
            if entry.openHeads == 0 {
                entries[closing.slot] = nil
                freeSlots.append(closing.slot)
                slots[entry.id] = nil
            } else {
                entries[closing.slot]?.openHeads = entry.openHeads
            }
            matured(
                Matured(
                    sequence: entry.sequence, time: entry.time, head: head, payload: entry.payload, outcome: outcome))
        }
    }

    /// The waiting events in journal order, for canonical bytes.
    var pendingInOrder: [Entry] { entries.compactMap { $0 }.sorted { $0.sequence < $1.sequence } }
}
