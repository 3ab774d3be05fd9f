// Journal records as bytes. The layout is part of the journal format and stands, byte by byte, in Docs/PROTOCOL.md;
// golden bytes in the tests hold it still.
//
//   payload   = format:u8  record*            the frame says how many records
//   record    = kind:u8  body
//   integers are varints unless a width is given; floats are IEEE 754 little-endian

public import ByteCoding
public import ScoringRecords

/// Encodes and decodes the payload of a journal frame.
public enum RecordCoding {
    /// The format written; a payload of any other is refused by name.
    public static let formatVersion: UInt8 = 3

    private enum Kind: UInt8 {
        case specification = 1
        case scored = 2
        case label = 3
        case rejection = 4
        case watermark = 5
        case sourceLeft = 6
        case rejections = 7
        case control = 8
        case modelPart = 9
        case rollback = 10
    }

    /// Starts a payload.
    public static func begin(_ writer: inout ByteWriter) { writer.writeUInt8(formatVersion) }

    /// Appends one record to a payload.
    public static func append(_ record: JournalRecord, to writer: inout ByteWriter) {
        switch record {
        case .specification(let digest):
            writer.writeUInt8(Kind.specification.rawValue)
            writer.writeByteString(digest)
        case .scored(let event):
            append(event, to: &writer)
        case .label(let label):
            writer.writeUInt8(Kind.label.rawValue)
            writer.writeString(label.id.text)
            writer.writeUInt8(label.head)
            switch label.value {
            case .share(let value):
                writer.writeUInt8(0)
                writer.writeFloat(value)
            case .category(let category):
                writer.writeUInt8(1)
                writer.writeUInt16(category)
            }
            writer.writeZigzag(label.time.microseconds)
            writer.writeFloat(label.weight)
        case .rejection(let reason):
            writer.writeUInt8(Kind.rejection.rawValue)
            writer.writeUInt8(reason.rawValue)
        case .watermark(let watermark):
            writer.writeUInt8(Kind.watermark.rawValue)
            writer.writeUInt64(watermark.source)
            writer.writeZigzag(watermark.time.microseconds)
            writer.writeVarint(watermark.position)
        case .sourceLeft(let source):
            writer.writeUInt8(Kind.sourceLeft.rawValue)
            writer.writeUInt64(source)
        case .rejections(let reason, let count):
            writer.writeUInt8(Kind.rejections.rawValue)
            writer.writeUInt8(reason.rawValue)
            writer.writeVarint(count)
        case .control(let control):
            writer.writeUInt8(Kind.control.rawValue)
            writer.writeUInt8(control.rawValue)
        case .modelPart(let bytes):
            writer.writeUInt8(Kind.modelPart.rawValue)
            writer.writeByteString(bytes)
        case .rollback(let rollback):
            writer.writeUInt8(Kind.rollback.rawValue)
            writer.writeVarint(rollback.records)
            writer.writeVarint(rollback.byteCount)
        }
    }

    private static func append(_ event: ScoredEvent, to writer: inout ByteWriter) {
        appendScoredEvent(
            id: event.id, time: event.time, modelVersion: event.modelVersion, features: event.features,
            numbers: event.numbers, outputs: event.outputs, slices: event.slices, to: &writer)
    }

    /// Appends the record of a scored event that nobody has put together.
    public static func appendScoredEvent(
        id: EventID, time: Timestamp, modelVersion: ModelVersion, features: borrowing FeatureVector,
        numbers: borrowing [NumberObservation], outputs: borrowing [OutputScore], slices: borrowing [SliceValue],
        to writer: inout ByteWriter
    ) {
        writer.writeUInt8(Kind.scored.rawValue)
        writer.writeString(id.text)
        writer.writeZigzag(time.microseconds)
        writer.writeVarint(UInt64(modelVersion.epoch))
        writer.writeVarint(modelVersion.records)
        writer.write(features)
        writer.writeVarint(UInt64(numbers.count))
        for index in numbers.indices {
            writer.writeUInt16(numbers[index].ordinal)
            writer.writeFloat(numbers[index].value)
        }
        writer.write(outputs)
        writer.write(slices)
    }

    /// Encodes a whole payload.
    public static func payload(_ records: [JournalRecord]) -> [UInt8] {
        var writer = ByteWriter()
        begin(&writer)
        for record in records { append(record, to: &writer) }
        return writer.bytes
    }

    /// Decodes a payload, calling `body` for each of its `count` records in order.
    ///
    /// Lists of scored events are filled again from event to event: a `body` that keeps none of them makes the whole
    /// payload cost a few allocations.
    ///
    /// - Throws: `RecordCodingError` where the bytes are not exactly `count` well-formed records; `body` may then have
    ///   seen a prefix of them.
    public static func decode(
        _ payload: [UInt8], count: Int, _ body: (JournalRecord) -> Void
    ) throws(RecordCodingError) {
        try decode(payload, count: count, scored: { body(.scored($0)) }, other: body)
    }

    /// Decodes a payload as `decode(_:count:_:)` does, and hands scored events over by themselves: an event within a record
    /// is copied by whoever looks at it, six references at a time.
    public static func decode(
        _ payload: [UInt8], count: Int, scored: (ScoredEvent) -> Void, other: (JournalRecord) -> Void
    ) throws(RecordCodingError) {
        var reader = ByteReader(payload)
        do {
            let format = try reader.readUInt8()
            guard format == formatVersion else { throw RecordCodingError.unknownFormat(format) }
            var event = emptyEvent
            for _ in 0..<count {
                if reader.unreadBytes.first == Kind.scored.rawValue {
                    try reader.skip(1)
                    try read(&event, &reader)
                    scored(event)
                } else {
                    other(try record(&reader))
                }
            }
            try reader.expectEnd()
        } catch let error as ByteCodingError {
            throw RecordCodingError(error)
        } catch let error as RecordCodingError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }

    /// Decodes one record and moves past it.
    ///
    /// - Throws: `RecordCodingError` or `ByteCodingError` where no well-formed record begins here.
    public static func record(_ reader: inout ByteReader) throws -> JournalRecord {
        let kindByte = try reader.readUInt8()
        guard let kind = Kind(rawValue: kindByte) else { throw RecordCodingError.unknownKind(kindByte) }
        switch kind {
        case .specification:
            return .specification(digest: try reader.readByteString(maximumByteCount: 64))
        case .scored:
            return .scored(try scoredEvent(&reader))
        case .label:
            let id = try eventID(&reader)
            let head = try reader.readUInt8()
            let value: LabelValue
            switch try reader.readUInt8() {
            case 0:
                let share = try reader.readFloat()
                guard (0...1).contains(share) else { throw RecordCodingError.outOfDomain("a label's value") }
                value = .share(share)
            case 1: value = .category(try reader.readUInt16())
            default: throw RecordCodingError.outOfDomain("a label's kind")
            }
            let time = Timestamp(microseconds: try reader.readZigzag())
            let weight = try reader.readFloat()
            guard weight >= 0, weight <= Float(Limits.labelWeight) else {
                throw RecordCodingError.outOfDomain("a label's weight")
            }
            return .label(Label(id: id, head: head, value: value, time: time, weight: weight))
        case .rejection:
            return .rejection(try reason(&reader))
        case .watermark:
            return .watermark(
                Watermark(
                    source: try reader.readUInt64(), time: Timestamp(microseconds: try reader.readZigzag()),
                    position: try reader.readVarint()))
        case .sourceLeft:
            return .sourceLeft(try reader.readUInt64())
        case .rejections:
            return .rejections(try reason(&reader), count: try reader.readVarint())
        case .control:
            guard let control = LearningControl(rawValue: try reader.readUInt8()) else {
                throw RecordCodingError.outOfDomain("a control")
            }
            return .control(control)
        case .modelPart:
            return .modelPart(try reader.readByteString(maximumByteCount: Limits.modelPartBytes))
        case .rollback:
            return .rollback(Rollback(records: try reader.readVarint(), byteCount: try reader.readVarint()))
        }
    }

    private static func reason(_ reader: inout ByteReader) throws -> RejectionReason {
        let code = try reader.readUInt8()
        guard let reason = RejectionReason(rawValue: code) else {
            throw RecordCodingError.outOfDomain("rejection code \(code)")
        }
        return reason
    }

    private static func eventID(_ reader: inout ByteReader) throws -> EventID {
        guard let id = EventID(try reader.readString(maximumByteCount: EventID.maximumBytes)) else {
            throw RecordCodingError.outOfDomain("an event id")
        }
        return id
    }

    private static func scoredEvent(_ reader: inout ByteReader) throws -> ScoredEvent {
        var event = emptyEvent
        try read(&event, &reader)
        return event
    }

    private static let placeholderID: EventID = {
        guard let id = EventID("-") else { preconditionFailure("a dash is an id") }
        return id
    }()

    private static var emptyEvent: ScoredEvent {
        ScoredEvent(
            id: placeholderID, time: Timestamp(microseconds: 0), modelVersion: .none, features: FeatureVector(),
            numbers: [], outputs: [])
    }

    /// Reads a scored event in place of `event`, whose lists are filled again.
    private static func read(_ event: inout ScoredEvent, _ reader: inout ByteReader) throws {
        event.id = try eventID(&reader)
        event.time = Timestamp(microseconds: try reader.readZigzag())
        guard let epoch = UInt32(exactly: try reader.readVarint()) else {
            throw RecordCodingError.outOfDomain("a model epoch")
        }
        event.modelVersion = ModelVersion(epoch: epoch, records: try reader.readVarint())
        try reader.readFeatures(into: &event.features)
        let numberCount = try reader.readCount(maximum: Limits.fields)
        event.numbers.empty(reserving: min(numberCount, reader.remaining / 6))
        for _ in 0..<numberCount {
            event.numbers.append(
                NumberObservation(ordinal: try reader.readUInt16(), value: try reader.readFeatureValue()))
        }
        try reader.readScores(into: &event.outputs)
        event.slices = try reader.readSlices()
    }
}
