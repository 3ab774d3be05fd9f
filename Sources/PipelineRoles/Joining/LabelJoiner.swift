// Events wait here for their outcome: what each head may learn from them meanwhile, and what became of them in the end.

public import ByteCoding
public import OnlineLearning
public import ScoringRecords

/// Joins labels to scored events under each head's window and policy.
///
/// Rules, all decided by journal order and event time alone:
/// - an id already waiting makes a second event `duplicate-event`; ids are remembered until their last window closes;
/// - an event whose first window has already closed is `late-event`;
/// - beyond `maximumPending` waiting events a further event is `joiner-full`;
/// - a label for an id that is not waiting waits itself, until event time has moved on by `orphanWindow` from where it
///   was; if its event comes, it is joined at once, as if it came just after it, and if not, it is `unknown-event`;
/// - beyond `maximumOrphans` waiting labels, or 64 for one event, a further one is `orphans-full`;
/// - a label dated after the window's end, or for a window that has closed, is `late-label`;
/// - the same label again is `duplicate-label`; another value dated later is a reversal and replaces the first, dated
///   no later it is `conflicting-label`.
/// Whatever is named by a code has no effect but its count.
///
/// While learning is frozen, no head is told anything: it learns of what still waits after the thaw, at the latest when
/// the window closes; windows that close meanwhile are judged and never learned. After a rollback, an event whose lesson
/// it took back is learned again only from a label that comes later. While a head's labels have stopped (see
/// `LabelStream`), silence is neither learned nor judged.
public struct LabelJoiner<Payload: JoinedPayload>: Sendable {
    private let rules: [HeadRule]
    private let grace: TimeSpan
    private let maximumPending: Int
    private let orphanWindow: TimeSpan
    private let maximumOrphans: Int
    private let shortestWindow: TimeSpan
    private let schedule: DeadlineSchedule
    private let looks: [TimeSpan?]
    // What every event begins with, made once.
    private let freshHeads: [HeadState]
    // The heads of the event at hand, and bytes to be: used again, so that no look at an event allocates.
    private var heads: [HeadState] = []
    private var writer = ByteWriter()

    private var entries = PackedEntries()
    private var deadlines: Deadlines
    var orphans = OrphanLabels()

    private var streams: [LabelStream]
    /// Whether no head is to learn.
    public internal(set) var isFrozen = false

    /// Labels that had an effect.
    public internal(set) var counts = LabelCounts()

    /// An empty joiner for the heads of `specification`.
    ///
    /// - Parameter looks: the age at which the fold looks at each head, below its window; `nil` for never, and no element
    ///   at all for never at any.
    public init(specification: Specification, looks: [TimeSpan?] = []) {
        self.looks = looks
        rules = specification.heads.map(HeadRule.init)
        freshHeads = Array(repeating: HeadState(), count: rules.count)
        grace = specification.grace
        maximumPending = specification.maximumPending
        orphanWindow = specification.orphanWindow
        maximumOrphans = specification.maximumOrphans
        shortestWindow = rules.map(\.window).min() ?? .zero
        let grace = specification.grace
        schedule = DeadlineSchedule(
            specification.heads.enumerated().flatMap { head, rule in
                var steps = [DeadlineSchedule.Step(offset: rule.window + grace, head: head, kind: .closes)]
                if head < looks.count, let age = looks[head] {
                    steps.append(DeadlineSchedule.Step(offset: age + grace, head: head, kind: .looks))
                }
                if case .retract(let wait) = rule.policy, rule.silentOutcome != nil {
                    steps.append(DeadlineSchedule.Step(offset: wait, head: head, kind: .endsWait))
                }
                return steps
            })
        deadlines = Deadlines(schedule)
        streams = rules.map { _ in LabelStream() }
    }

    /// What a head's label stream has been through.
    public func labelStream(of head: Int) -> LabelStreamStatus {
        let stream = streams[head]
        return LabelStreamStatus(outages: stream.outages, isOut: stream.isOut, withheld: stream.withheld)
    }

    /// How many events are waiting.
    public var pendingCount: Int { entries.count }

    /// How many labels wait for their events.
    public var orphanCount: Int { orphans.count }

    /// Bytes of memory that everything waiting takes: entries, holes, tables.
    public var memoryBytes: Int { entries.memoryBytes + deadlines.memoryBytes + orphans.memoryBytes }

    // MARK: Events

    /// Lets an event wait, and joins the labels that waited for it; the reason where it may not.
    ///
    /// - Parameter payload: writes what a `Payload` for the event would write.
    public mutating func add(
        id: EventID, sequence: UInt64, time: Timestamp, watermark: Timestamp, payload: (inout ByteWriter) -> Void,
        _ output: (JoinOutput<Payload>) -> Void
    ) -> RejectionReason? {
        let key = PackedEntries.Key(id)
        if entries.first(key) != nil { return .duplicateEvent }
        if time.advanced(by: shortestWindow).advanced(by: grace) < watermark { return .lateEvent }
        guard entries.count < maximumPending else { return .joinerFull }
        insert(key, time: time, sequence: sequence, heads: freshHeads, payload: payload)
        for head in rules.indices where rules[head].labelOutage != nil { streams[head].noteEvent() }
        for orphan in orphans.take(id) {
            counts.early += 1
            guard let slot = entries.first(key) else { preconditionFailure("the event waits since a moment ago") }
            if let reason = join(orphan.label, to: slot, output) { output(.refused(orphan, reason)) }
        }
        return nil
    }

    mutating func insert(
        _ key: PackedEntries.Key, time: Timestamp, sequence: UInt64, heads: [HeadState],
        payload: (inout ByteWriter) -> Void
    ) {
        guard let step = nextStep(from: 0, of: heads) else { return }
        writer.removeAll(keepingCapacity: true)
        WaitingEntry.write(
            to: &writer, time: time, step: step, sequence: sequence, heads: heads, payload: payload)
        let slot = entries.insert(key, body: writer.bytes)
        deadlines.insert(slot, in: entries)
    }

    // The first step from here on that may still change something: `nil` once every window has closed.
    private func nextStep(from first: Int, of heads: [HeadState]) -> Int? {
        var index = first
        while index < schedule.steps.count {
            let step = schedule.steps[index]
            let state = heads[step.head]
            let changes =
                switch step.kind {
                case .endsWait: state.awaitsLesson
                case .looks: !state.hasBeenSeen
                case .closes: true
                }
            if state.isOpen, changes { return index }
            index += 1
        }
        return nil
    }

    // MARK: Labels

    /// Joins a label to its event, or lets it wait for it; the reason where it has no effect.
    ///
    /// - Parameters:
    ///   - sequence: the label's place in the journal.
    ///   - watermark: how far event time has come.
    public mutating func join(
        _ label: Label, sequence: UInt64, watermark: Timestamp, _ output: (JoinOutput<Payload>) -> Void
    ) -> RejectionReason? {
        if rules[Int(label.head)].labelOutage != nil { streams[Int(label.head)].noteLabel(at: watermark) }
        let key = PackedEntries.Key(label.id)
        if let slot = entries.first(key) { return join(label, to: slot, output) }
        guard orphanWindow > .zero else { return .unknownEvent }
        guard orphans.count < maximumOrphans, orphans.count(of: label.id) < Limits.orphansPerEvent else {
            return .orphansFull
        }
        orphans.insert(OrphanLabel(label: label, sequence: sequence, since: watermark))
        return nil
    }

    private mutating func join(
        _ label: Label, to slot: PackedEntries.Slot, _ output: (JoinOutput<Payload>) -> Void
    ) -> RejectionReason? {
        let head = Int(label.head)
        let entry = WaitingEntry.fields(of: slot, count: rules.count, in: entries, heads: &heads)
        guard heads[head].isOpen, label.time <= entry.time.advanced(by: rules[head].window) else { return .lateLabel }
        let outcome = label.outcome
        if heads[head].outcome != .unlabelled {
            if heads[head].outcome == outcome { return .duplicateLabel }
            guard label.time > heads[head].outcomeTime else { return .conflictingLabel }
            counts.reversed += 1
        } else {
            counts.joined += 1
        }
        heads[head].outcome = outcome
        heads[head].outcomeTime = label.time
        if rules[head].retracts, !isFrozen {
            let taught = heads[head].taught
            if taught == nil {
                if Payload.isTaught {
                    output(.provisional(joined(entry, slot, head: head, outcome, labelTime: label.time, for: .lesson)))
                }
            } else if let taught, taught != outcome, Payload.isTaught {
                output(
                    .correction(
                        joined(entry, slot, head: head, outcome, labelTime: label.time, for: .lesson), from: taught))
            }
            heads[head].taught = outcome
            heads[head].isForgotten = false
        }
        update(slot, at: entry.headPlace)
        return nil
    }

    // MARK: Time

    /// Lets everything happen that falls, grace included, before `watermark`; everything where it is `nil`.
    ///
    /// A window that ends at the watermark stays open: records of that very instant may still come.
    public mutating func advance(to watermark: Timestamp?, _ output: (JoinOutput<Payload>) -> Void) {
        for head in rules.indices {
            guard let patience = rules[head].labelOutage, let watermark else { continue }
            streams[head].advance(to: watermark, patience: patience)
        }
        while let slot = deadlines.least, let passed = pass(slot, watermark, output) {
            guard let next = passed.next else {
                deadlines.removeLeast(in: entries)
                entries.remove(slot)
                continue
            }
            WaitingEntry.setStep(of: slot, to: next, in: &entries)
            update(slot, at: passed.place)
            deadlines.settleLeast(in: entries)
        }
        if watermark == nil { for head in streams.indices { streams[head].end() } }
        orphans.expire(at: watermark, after: orphanWindow) { output(.refused($0, .unknownEvent)) }
    }

    /// Event time begins anew: what was dated by the old one proves nothing of labels that stopped.
    mutating func resetTime() { for head in streams.indices { streams[head].end() } }

    // Lets the next step of an event change `heads`: the step after it, and where the heads' bytes stand; `nil` where it
    // is not due.
    private mutating func pass(
        _ slot: PackedEntries.Slot, _ watermark: Timestamp?, _ output: (JoinOutput<Payload>) -> Void
    ) -> (next: Int?, place: Range<Int>)? {
        let entry = WaitingEntry.fields(of: slot, count: rules.count, in: entries, heads: &heads)
        let step = schedule.steps[entry.step]
        if let watermark, entry.time.advanced(by: step.offset) >= watermark { return nil }
        var state = heads[step.head]
        switch step.kind {
        case .closes: close(entry, slot, &state, head: step.head, output)
        case .looks: look(entry, slot, &state, head: step.head, output)
        case .endsWait:
            if state.isOpen, state.awaitsLesson { endWait(entry, slot, &state, head: step.head, output) }
        }
        heads[step.head] = state
        return (nextStep(from: entry.step + 1, of: heads), entry.headPlace)
    }

    private func endWait(
        _ entry: WaitingEntry.Fields, _ slot: PackedEntries.Slot, _ state: inout HeadState, head: Int,
        _ output: (JoinOutput<Payload>) -> Void
    ) {
        // A label that came while learning was frozen is known, and not taught yet.
        let isKnown = state.outcome != .unlabelled
        guard let lesson = isKnown ? state.outcome : streams[head].isOut ? nil : rules[head].silentOutcome, !isFrozen
        else {
            state.hasWaitedInVain = true
            return
        }
        state.taught = lesson
        guard Payload.isTaught else { return }
        output(
            .provisional(
                joined(entry, slot, head: head, lesson, labelTime: isKnown ? state.outcomeTime : nil, for: .lesson)))
    }

    private func look(
        _ entry: WaitingEntry.Fields, _ slot: PackedEntries.Slot, _ state: inout HeadState, head: Int,
        _ output: (JoinOutput<Payload>) -> Void
    ) {
        state.hasBeenSeen = true
        guard let age = looks[head], !streams[head].isOut else { return }
        let isKnown =
            state.outcome != .unlabelled
            && state.outcomeTime <= entry.time.advanced(by: age)
        output(
            .aged(
                joined(
                    entry, slot, head: head, isKnown ? state.outcome : .unlabelled,
                    labelTime: isKnown ? state.outcomeTime : nil, for: .look)))
    }

    private mutating func close(
        _ entry: WaitingEntry.Fields, _ slot: PackedEntries.Slot, _ state: inout HeadState, head: Int,
        _ output: (JoinOutput<Payload>) -> Void
    ) {
        var outcome = state.outcome
        if outcome == .unlabelled, let silence = rules[head].silentOutcome {
            if streams[head].isOut { streams[head].withheld += 1 } else { outcome = silence }
        }
        let labelTime = state.outcome == .unlabelled ? nil : state.outcomeTime
        if Payload.isTaught, !isFrozen, !state.isForgotten, outcome != .unlabelled, state.taught != outcome {
            let lesson = joined(entry, slot, head: head, outcome, labelTime: labelTime, for: .lesson)
            // Taught otherwise: by a label that came while learning was frozen.
            output(state.taught.map { .correction(lesson, from: $0) } ?? .provisional(lesson))
        }
        output(.matured(joined(entry, slot, head: head, outcome, labelTime: labelTime, for: .judgement)))
        state.isOpen = false
    }

    // MARK: Entries

    // Writes `heads` to where an entry's heads stand.
    private mutating func update(_ slot: PackedEntries.Slot, at place: Range<Int>) {
        writer.removeAll(keepingCapacity: true)
        for head in heads { writer.write(head) }
        // Mostly a flag changes, and the rest of the entry stays as it is.
        if place.count == writer.count {
            return entries.overwrite(slot, at: place.lowerBound, with: writer.bytes)
        }
        let body = WaitingEntry.body(of: slot, in: entries, replacing: place, by: writer.bytes)
        entries.replace(slot, body: body)
    }

    private func joined(
        _ entry: WaitingEntry.Fields, _ slot: PackedEntries.Slot, head: Int, _ outcome: Outcome,
        labelTime: Timestamp?, for use: PayloadUse
    ) -> Joined<Payload> {
        var reader = entries.reader(slot)
        return Joined(
            id: id(of: slot), sequence: entry.sequence, time: entry.time, head: head,
            payload: WaitingEntry.trusted { () throws in
                try reader.skip(entry.headPlace.upperBound)
                return try Payload(reading: &reader, for: use)
            }, outcome: outcome, labelTime: labelTime)
    }

    private func id(of slot: PackedEntries.Slot) -> EventID {
        guard let id = entries.withKey(slot, { EventID(printable: $0) }) else {
            preconditionFailure("a waiting entry's key is an id")
        }
        return id
    }

    // MARK: Rollback

    /// What heads have been taught of waiting events, in journal order; events of which nothing was are left out.
    func lessons() -> [TaughtEvent] {
        var taught: [TaughtEvent] = []
        for slot in entries.slots {
            let lessons = WaitingEntry.heads(of: slot, count: rules.count, in: entries).heads.map(\.taught)
            if lessons.contains(where: { $0 != nil }) {
                taught.append(TaughtEvent(sequence: WaitingEntry.sequence(of: slot, in: entries), lessons: lessons))
            }
        }
        return taught.sorted { $0.sequence < $1.sequence }
    }

    /// The model knows these lessons and no others: whatever else heads were taught is forgotten.
    ///
    /// - Parameter lessons: ascending by sequence number, one outcome or none for each head.
    mutating func forgetLessons(except lessons: [TaughtEvent]) {
        for slot in Array(entries.slots) {
            let sequence = WaitingEntry.sequence(of: slot, in: entries)
            let place = lessons.partitioningIndex { $0.sequence >= sequence }
            let kept = place < lessons.count && lessons[place].sequence == sequence ? lessons[place].lessons : nil
            let entry = WaitingEntry.fields(of: slot, count: rules.count, in: entries, heads: &heads)
            let before = heads
            for head in heads.indices where heads[head].isOpen && heads[head].taught != kept?[head] {
                heads[head].taught = kept?[head]
                heads[head].isForgotten = true
            }
            if heads != before { update(slot, at: entry.headPlace) }
        }
    }

    // MARK: Canonical bytes

    /// Writes what is known of learning and of the heads' label streams.
    func encodeGuards(into writer: inout ByteWriter) {
        writer.writeUInt8(isFrozen ? 1 : 0)
        for stream in streams { stream.encode(into: &writer) }
    }

    /// Reads what `encodeGuards` wrote.
    mutating func decodeGuards(_ reader: inout ByteReader) throws {
        isFrozen = try reader.readUInt8() == 1
        streams = []
        for _ in rules { streams.append(try LabelStream(decoding: &reader)) }
    }

    /// Writes the waiting events in journal order.
    func encodePending(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        let slots = entries.slots.map { (sequence: WaitingEntry.sequence(of: $0, in: entries), slot: $0) }
            .sorted { $0.sequence < $1.sequence }
        writer.writeVarint(UInt64(slots.count))
        for (sequence, slot) in slots {
            entries.withKey(slot) { key in
                writer.writeVarint(UInt64(key.count))
                writer.writeRaw(key)
            }
            writer.writeVarint(sequence)
            // Heads and payload stand in an entry as they do in a state.
            entries.withBody(slot) { WaitingEntry.writeTimeHeadsAndPayload(of: $0, to: &writer) }
            if writer.count >= 1 << 20 { flush(&writer) }
        }
    }

    /// Reads what `encodePending` wrote into an empty joiner.
    mutating func decodePending(_ reader: inout ByteReader) throws {
        for _ in 0..<(try reader.readCount(maximum: maximumPending)) {
            guard let id = EventID(try reader.readString(maximumByteCount: EventID.maximumBytes)) else {
                throw FoldStateError.outOfDomain
            }
            let sequence = try reader.readVarint()
            let time = Timestamp(microseconds: try reader.readInt64())
            var heads: [HeadState] = []
            for _ in rules { heads.append(try reader.readHead()) }
            let payload = try Payload(reading: &reader)
            insert(PackedEntries.Key(id), time: time, sequence: sequence, heads: heads) { payload.write(to: &$0) }
        }
    }
}

/// What a joiner asks of a head for every event: copied without counting a reference, as a whole specification is not.
private struct HeadRule: Sendable {
    let window: TimeSpan
    let silentOutcome: Outcome?
    let labelOutage: TimeSpan?
    let retracts: Bool

    init(_ head: HeadSpecification) {
        window = head.window
        silentOutcome = head.silentOutcome
        labelOutage = head.labelOutage
        if case .retract = head.policy { retracts = true } else { retracts = false }
    }
}
