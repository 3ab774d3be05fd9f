// What the learner and the monitor have in common: the journal's records, one after another, into counters and joins.

public import ByteCoding
public import OnlineLearning
public import ScoringRecords

/// Why bytes are not a fold's state.
public enum FoldStateError: Error, Hashable, Sendable {
    /// The state is of a format this version does not read.
    case unknownFormat(UInt8)
    /// A value is outside its domain.
    case outOfDomain
}

/// A record that had no effect, and why.
public struct Quarantined: Hashable, Sendable {
    /// Its place in the journal.
    public var sequence: UInt64
    /// The place of the record that decided it: a label may wait for its event before it is found to have none.
    public var decidedBy: UInt64
    /// The reason.
    public var reason: RejectionReason
    /// The record.
    public var record: JournalRecord

    /// A finding by its parts.
    public init(sequence: UInt64, decidedBy: UInt64, reason: RejectionReason, record: JournalRecord) {
        self.sequence = sequence
        self.decidedBy = decidedBy
        self.reason = reason
        self.record = record
    }
}

/// The deterministic state of one pass over the journal, up to what each fold makes of matured events.
public struct JoiningFold<Payload: JoinedPayload>: Sendable {
    /// How many records were folded: the sequence number of the next.
    public private(set) var sequence: UInt64 = 0
    /// Scored events folded, duplicates and late ones included.
    public private(set) var events: UInt64 = 0
    /// Labels folded, those without effect included.
    public private(set) var labels: UInt64 = 0
    /// Rejections by reason, from intake and from the joiner.
    public private(set) var rejections: [RejectionReason: UInt64] = [:]
    /// How far event time has come.
    public private(set) var clock = SourceClock()
    /// Events that wait for their labels.
    public private(set) var joiner: LabelJoiner<Payload>

    /// Whether the records at this point were made under this fold's specification.
    public private(set) var isOwnSpecification = false
    private let specification: Specification
    private let specificationDigest: [UInt8]
    private let looks: [TimeSpan?]

    /// An empty fold. Records count from the last specification mark with this digest.
    ///
    /// - Parameters:
    ///   - start: the journal's first kept record, where older ones were removed.
    ///   - looks: see `LabelJoiner`.
    public init(
        specification: Specification, specificationDigest: [UInt8], startingAt start: UInt64 = 0,
        looks: [TimeSpan?] = []
    ) {
        sequence = start
        self.looks = looks
        self.specification = specification
        self.specificationDigest = specificationDigest
        joiner = LabelJoiner(specification: specification, looks: looks)
    }

    /// What folding one record asks of the state around this one.
    public enum Effect {
        /// Nothing.
        case none
        /// A specification mark: every state starts afresh.
        case reset
        /// A new event waits for its labels.
        case waiting
    }

    /// Folds one record.
    ///
    /// - Parameters:
    ///   - payload: writes what to remember of a scored event until it matures, as the `Payload` would write itself.
    ///   - output: sees what the joiner makes of the record.
    ///   - quarantine: sees records that turn out to have no effect: this one, or labels that waited.
    public mutating func fold(
        _ record: JournalRecord, payload: (ScoredEvent, inout ByteWriter) -> Void,
        output: (JoinOutput<Payload>) -> Void, quarantine: (Quarantined) -> Void
    ) -> Effect {
        if case .scored(let event) = record {
            return fold(scored: event, payload: payload, output: output, quarantine: quarantine) ? .waiting : .none
        }
        defer { sequence += 1 }
        if case .specification(let digest) = record {
            let next = sequence
            self = JoiningFold(
                specification: specification, specificationDigest: specificationDigest, looks: looks)
            sequence = next
            isOwnSpecification = digest == specificationDigest
            return .reset
        }
        guard isOwnSpecification else { return .none }
        let place = sequence
        var expired: [RejectionReason] = []
        let refused = apply(record) { Self.tell($0, at: place, &expired, output, quarantine) }
        for reason in expired { count(reason) }
        if let refused {
            count(refused)
            quarantine(Quarantined(sequence: place, decidedBy: place, reason: refused, record: record))
        }
        return .none
    }

    /// Folds a scored event as `fold(_:payload:output:quarantine:)` does its record; whether it waits now.
    public mutating func fold(
        scored event: ScoredEvent, payload: (ScoredEvent, inout ByteWriter) -> Void,
        output: (JoinOutput<Payload>) -> Void, quarantine: (Quarantined) -> Void
    ) -> Bool {
        defer { sequence += 1 }
        guard isOwnSpecification else { return false }
        let place = sequence
        events += 1
        var expired: [RejectionReason] = []
        let refused = joiner.add(
            id: event.id, sequence: place, time: event.time, watermark: clock.watermark,
            payload: { payload(event, &$0) }
        ) { Self.tell($0, at: place, &expired, output, quarantine) }
        for reason in expired { count(reason) }
        guard let refused else { return true }
        count(refused)
        quarantine(Quarantined(sequence: place, decidedBy: place, reason: refused, record: .scored(event)))
        return false
    }

    // Labels that had no effect in the end go to the quarantine, everything else to whoever learns and judges.
    private static func tell(
        _ result: JoinOutput<Payload>, at place: UInt64, _ expired: inout [RejectionReason],
        _ output: (JoinOutput<Payload>) -> Void, _ quarantine: (Quarantined) -> Void
    ) {
        guard case .refused(let orphan, let reason) = result else { return output(result) }
        expired.append(reason)
        quarantine(
            Quarantined(sequence: orphan.sequence, decidedBy: place, reason: reason, record: .label(orphan.label)))
    }

    // A count that a worker gathered may be anything; the sum stays where it cannot grow.
    private mutating func count(_ reason: RejectionReason, times: UInt64 = 1) {
        let (sum, overflow) = rejections[reason, default: 0].addingReportingOverflow(times)
        rejections[reason] = overflow ? .max : sum
    }

    /// Notes a finding about the record folded last.
    mutating func refuse(_ reason: RejectionReason) { count(reason) }

    /// The model knows these lessons of waiting events and no others.
    mutating func forgetLessons(except lessons: [TaughtEvent]) { joiner.forgetLessons(except: lessons) }

    private mutating func apply(
        _ record: JournalRecord, output: (JoinOutput<Payload>) -> Void
    ) -> RejectionReason? {
        switch record {
        case .specification, .scored:
            break  // neither comes here
        case .label(let label):
            labels += 1
            return joiner.join(label, sequence: sequence, watermark: clock.watermark, output)
        case .rejection(let reason):
            count(reason)
        case .rejections(let reason, let times):
            count(reason, times: times)
        case .watermark(let mark):
            guard clock.hasRoom(for: mark.source) else { return .tooManySources }
            let ended = clock.advance(mark)
            joiner.advance(to: ended ? nil : clock.watermark, output)
        case .sourceLeft(let source):
            clock.remove(source)
        case .control(let control):
            switch control {
            case .freeze: joiner.isFrozen = true
            case .thaw: joiner.isFrozen = false
            case .resetTime:
                clock.reset()
                joiner.resetTime()
            }
        case .modelPart, .rollback:
            break  // a model's, and this fold has none
        }
        return nil
    }

    /// Whether a record fits the specification: outputs, lanes, ordinals, heads and classes are those it has. Others must
    /// not enter the journal. (Every feature index has a slot in every table.)
    public static func isValid(_ record: JournalRecord, for specification: Specification, numbers: Int) -> Bool {
        switch record {
        case .specification, .control, .modelPart, .rollback: false
        case .rejection, .rejections, .watermark, .sourceLeft: true
        case .label(let label):
            Int(label.head) < specification.heads.count && specification.heads[Int(label.head)].accepts(label.value)
                && Double(label.weight) <= Limits.labelWeight
        case .scored(let event): isValid(event, for: specification, numbers: numbers)
        }
    }

    /// Whether a scored event fits the specification.
    static func isValid(_ event: ScoredEvent, for specification: Specification, numbers: Int) -> Bool {
        guard event.outputs.count == specification.outputCount else { return false }
        let hasLanes = specification.optimizer.hasLanes
        return event.outputs.allSatisfy { ($0.lanes != nil) == hasLanes }
            && event.numbers.allSatisfy { Int($0.ordinal) < numbers }
    }

    // MARK: Canonical bytes

    // Grows with every change of the layout below.
    private static var formatVersion: UInt8 { 6 }

    /// Writes the state so that equal states give equal bytes.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        writer.writeUInt8(Self.formatVersion)
        writer.writeUInt8(isOwnSpecification ? 1 : 0)
        writer.writeVarint(sequence)
        writer.writeVarint(events)
        writer.writeVarint(labels)
        writer.writeVarint(joiner.counts.joined)
        writer.writeVarint(joiner.counts.reversed)
        writer.writeVarint(joiner.counts.early)
        let counted = RejectionReason.allCases.filter { rejections[$0] != nil }
        writer.writeVarint(UInt64(counted.count))
        for reason in counted {
            writer.writeUInt8(reason.rawValue)
            writer.writeVarint(rejections[reason] ?? 0)
        }
        clock.encode(into: &writer)
        joiner.encodeGuards(into: &writer)
        joiner.orphans.encode(into: &writer)
        joiner.encodePending(into: &writer, flush: flush)
    }

    /// Reads what `encode` wrote by a fold that looks at the same ages.
    public init(
        decoding reader: inout ByteReader, specification: Specification, specificationDigest: [UInt8],
        looks: [TimeSpan?] = []
    ) throws {
        self.init(specification: specification, specificationDigest: specificationDigest, looks: looks)
        let format = try reader.readUInt8()
        guard format == Self.formatVersion else { throw FoldStateError.unknownFormat(format) }
        isOwnSpecification = try reader.readUInt8() == 1
        sequence = try reader.readVarint()
        events = try reader.readVarint()
        labels = try reader.readVarint()
        joiner.counts.joined = try reader.readVarint()
        joiner.counts.reversed = try reader.readVarint()
        joiner.counts.early = try reader.readVarint()
        for _ in 0..<(try reader.readCount(maximum: RejectionReason.allCases.count)) {
            guard let reason = RejectionReason(rawValue: try reader.readUInt8()) else {
                throw FoldStateError.outOfDomain
            }
            rejections[reason] = try reader.readVarint()
        }
        clock = try SourceClock(decoding: &reader)
        try joiner.decodeGuards(&reader)
        joiner.orphans = try OrphanLabels(decoding: &reader, maximum: specification.maximumOrphans)
        try joiner.decodePending(&reader)
    }
}
