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
    /// The reason.
    public var reason: RejectionReason
    /// The record.
    public var record: JournalRecord
}

/// The deterministic state of one pass over the journal, up to what each fold makes of matured events.
public struct JoiningFold<Payload: Sendable>: Sendable {
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

    /// An empty fold. Records count from the last specification mark with this digest.
    public init(specification: Specification, specificationDigest: [UInt8]) {
        self.specification = specification
        self.specificationDigest = specificationDigest
        joiner = LabelJoiner(specification: specification)
    }

    /// What folding one record asks of the state around this one.
    public enum Effect {
        /// Nothing.
        case none
        /// A specification mark: every state starts afresh.
        case reset
        /// A new event waits for its labels.
        case waiting
        /// The record had no effect.
        case quarantined(Quarantined)
    }

    /// Folds one record; `output` sees what the joiner makes of it.
    ///
    /// - Parameter payload: what to remember of a scored event until it matures.
    public mutating func fold(
        _ record: JournalRecord, payload: (ScoredEvent) -> Payload, output: (JoinOutput<Payload>) -> Void
    ) -> Effect {
        defer { sequence += 1 }
        if case .specification(let digest) = record {
            let next = sequence
            self = JoiningFold(specification: specification, specificationDigest: specificationDigest)
            sequence = next
            isOwnSpecification = digest == specificationDigest
            return .reset
        }
        guard isOwnSpecification else { return .none }
        var refused: RejectionReason?
        switch record {
        case .specification:
            break
        case .scored(let event):
            events += 1
            refused = joiner.add(
                id: event.id, sequence: sequence, time: event.time, payload: payload(event),
                watermark: clock.watermark)
        case .label(let label):
            labels += 1
            refused = joiner.join(label, output)
        case .rejection(let reason):
            rejections[reason, default: 0] += 1
        case .watermark(let mark):
            guard clock.hasRoom(for: mark.source) else {
                refused = .tooManySources
                break
            }
            let ended = clock.advance(mark)
            joiner.advance(to: ended ? nil : clock.watermark, output)
        case .sourceLeft(let source):
            clock.remove(source)
        }
        if let refused {
            rejections[refused, default: 0] += 1
            return .quarantined(Quarantined(sequence: sequence, reason: refused, record: record))
        }
        if case .scored = record { return .waiting }
        return .none
    }

    /// Whether a record fits the specification: outputs, lanes, ordinals, heads and classes are those it has. Others must
    /// not enter the journal. (Every feature index has a slot in every table.)
    public static func isValid(_ record: JournalRecord, for specification: Specification, numbers: Int) -> Bool {
        switch record {
        case .specification: false
        case .rejection, .watermark, .sourceLeft: true
        case .label(let label):
            Int(label.head) < specification.heads.count && specification.heads[Int(label.head)].accepts(label.value)
        case .scored(let event):
            event.outputs.count == specification.outputCount
                && event.outputs.allSatisfy { ($0.lanes != nil) == specification.optimizer.hasLanes }
                && event.numbers.allSatisfy { Int($0.ordinal) < numbers }
        }
    }

    // MARK: Canonical bytes

    // Grows with every change of the layout below.
    private static var formatVersion: UInt8 { 3 }

    /// Writes the state so that equal states give equal bytes.
    public func encode(
        into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void,
        payload encodePayload: (Payload, inout ByteWriter) -> Void
    ) {
        writer.writeUInt8(Self.formatVersion)
        writer.writeUInt8(isOwnSpecification ? 1 : 0)
        writer.writeVarint(sequence)
        writer.writeVarint(events)
        writer.writeVarint(labels)
        writer.writeVarint(joiner.reversals)
        let counted = RejectionReason.allCases.filter { rejections[$0] != nil }
        writer.writeVarint(UInt64(counted.count))
        for reason in counted {
            writer.writeUInt8(reason.rawValue)
            writer.writeVarint(rejections[reason] ?? 0)
        }
        clock.encode(into: &writer)
        let pending = joiner.pendingInOrder
        writer.writeVarint(UInt64(pending.count))
        for entry in pending {
            writer.writeString(entry.id.text)
            writer.writeVarint(entry.sequence)
            writer.writeInt64(entry.time.microseconds)
            for head in entry.heads {
                writer.writeUInt8((head.isOpen ? 1 : 0) | (head.taught == nil ? 0 : 2))
                writer.writeInt64(head.outcomeTime.microseconds)
                writer.write(head.outcome)
                if let taught = head.taught { writer.write(taught) }
            }
            encodePayload(entry.payload, &writer)
            if writer.count >= 1 << 20 { flush(&writer) }
        }
    }

    /// Reads what `encode` wrote.
    public init(
        decoding reader: inout ByteReader, specification: Specification, specificationDigest: [UInt8],
        payload decodePayload: (inout ByteReader) throws -> Payload
    ) throws {
        self.init(specification: specification, specificationDigest: specificationDigest)
        let format = try reader.readUInt8()
        guard format == Self.formatVersion else { throw FoldStateError.unknownFormat(format) }
        isOwnSpecification = try reader.readUInt8() == 1
        sequence = try reader.readVarint()
        events = try reader.readVarint()
        labels = try reader.readVarint()
        joiner.reversals = try reader.readVarint()
        for _ in 0..<(try reader.readCount(maximum: RejectionReason.allCases.count)) {
            guard let reason = RejectionReason(rawValue: try reader.readUInt8()) else {
                throw FoldStateError.outOfDomain
            }
            rejections[reason] = try reader.readVarint()
        }
        clock = try SourceClock(decoding: &reader)
        for _ in 0..<(try reader.readCount(maximum: specification.maximumPending)) {
            guard let id = EventID(try reader.readString(maximumByteCount: EventID.maximumBytes)) else {
                throw FoldStateError.outOfDomain
            }
            let sequence = try reader.readVarint()
            let time = Timestamp(microseconds: try reader.readInt64())
            var heads: [LabelJoiner<Payload>.HeadState] = []
            for _ in specification.heads {
                let flags = try reader.readUInt8()
                heads.append(
                    LabelJoiner<Payload>.HeadState(
                        isOpen: flags & 1 != 0,
                        outcomeTime: Timestamp(microseconds: try reader.readInt64()),
                        outcome: try reader.readOutcome(),
                        taught: flags & 2 != 0 ? try reader.readOutcome() : nil))
            }
            joiner.insert(
                LabelJoiner<Payload>.Entry(
                    id: id, sequence: sequence, time: time, payload: try decodePayload(&reader), heads: heads))
        }
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ outcome: Outcome) {
        switch outcome {
        case .unlabelled:
            writeUInt8(0)
        case .observed(let value, let weight):
            writeUInt8(1)
            writeFloat(value)
            writeFloat(weight)
        case .category(let category, let weight):
            writeUInt8(2)
            writeUInt16(category)
            writeFloat(weight)
        }
    }
}

extension ByteReader {
    fileprivate mutating func readOutcome() throws -> Outcome {
        switch try readUInt8() {
        case 0: return .unlabelled
        case 1: return .observed(value: try readFloat(), weight: try readFloat())
        case 2: return .category(try readUInt16(), weight: try readFloat())
        default: throw FoldStateError.outOfDomain
        }
    }
}
