// Pipeline messages as bytes: protocol:u8  kind:u8  body.

import ByteCoding
import ScoringRecords

extension PipelineMessage {
    /// The protocol spoken; a message of any other is refused by name.
    public static let protocolVersion: UInt8 = 3

    private static let maximumFrameBytes = Limits.socketMessageBytes * 8
    private static let maximumNumbers = 1 << 32

    private var kind: UInt8 {
        switch self {
        case .hello: 1
        case .welcome: 2
        case .refused: 3
        case .append: 4
        case .ack: 5
        case .folded: 6
        case .snapshotRequest: 7
        case .delta: 8
        case .fetch: 9
        case .frames: 10
        case .control: 11
        case .controlled: 12
        case .rollback: 13
        case .rolledBack: 14
        }
    }

    /// The message as bytes.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.writeUInt8(PipelineMessage.protocolVersion)
        writer.writeUInt8(kind)
        switch self {
        case .hello(let hello):
            writer.writeUInt64(hello.writer)
            writer.writeByteString(hello.specification)
            writer.writeVarint(hello.durable)
            writer.writeVarint(hello.recorded)
        case .welcome(let epoch, let accepted, let durable, let version):
            writer.writeUInt32(epoch)
            writer.writeVarint(accepted)
            writer.writeVarint(durable)
            writer.write(version)
        case .refused(let refusal, let reason):
            writer.writeUInt8(refusal.rawValue)
            writer.writeString(reason)
        case .append(let frame):
            writer.writeUInt64(frame.writer)
            writer.writeVarint(frame.writerSequence)
            writer.writeUInt8(frame.batch == nil ? 0 : 1)
            if let batch = frame.batch {
                writer.writeVarint(batch.number)
                writer.writeVarint(UInt64(batch.part))
                writer.writeVarint(UInt64(batch.parts))
            }
            writer.writeUInt32(frame.recordCount)
            writer.writeByteString(frame.payload)
        case .ack(let durable):
            writer.writeVarint(durable)
        case .folded(let batch, let version):
            writer.writeVarint(batch)
            writer.write(version)
        case .snapshotRequest:
            break
        case .delta(let delta):
            writer.write(delta)
        case .control(let control):
            writer.writeUInt8(control.rawValue)
        case .controlled(let control, let sequence):
            writer.writeUInt8(control.rawValue)
            writer.writeVarint(sequence)
        case .rollback(let records):
            writer.writeVarint(records)
        case .rolledBack(let records, let sequence):
            writer.writeVarint(records)
            writer.writeVarint(sequence)
        case .fetch(let from, let maximumBytes):
            writer.writeVarint(from)
            writer.writeUInt32(maximumBytes)
        case .frames(let end, let frames):
            writer.writeVarint(end)
            writer.writeVarint(UInt64(frames.count))
            for frame in frames {
                writer.writeVarint(frame.firstSequence)
                writer.writeUInt32(frame.recordCount)
                writer.writeByteString(frame.payload)
            }
        }
        return writer.bytes
    }

    /// Reads a message.
    public init(decoding bytes: [UInt8]) throws(RecordCodingError) {
        var reader = ByteReader(bytes)
        do {
            let version = try reader.readUInt8()
            guard version == PipelineMessage.protocolVersion else { throw RecordCodingError.unknownFormat(version) }
            let kind = try reader.readUInt8()
            self = try PipelineMessage.body(kind: kind, &reader)
            try reader.expectEnd()
        } catch let error as ByteCodingError {
            throw RecordCodingError(error)
        } catch let error as RecordCodingError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }

    private static func body(kind: UInt8, _ reader: inout ByteReader) throws -> PipelineMessage {
        switch kind {
        case 1:
            return .hello(
                WorkerHello(
                    writer: try reader.readUInt64(), specification: try reader.readByteString(maximumByteCount: 64),
                    durable: try reader.readVarint(), recorded: try reader.readVarint()))
        case 2:
            return .welcome(
                epoch: try reader.readUInt32(), accepted: try reader.readVarint(), durable: try reader.readVarint(),
                version: try reader.readVersion())
        case 3:
            guard let refusal = PipelineRefusal(rawValue: try reader.readUInt8()) else {
                throw RecordCodingError.outOfDomain("a refusal's code")
            }
            return .refused(refusal, reason: try reader.readString(maximumByteCount: 4_096))
        case 4:
            let writer = try reader.readUInt64()
            let sequence = try reader.readVarint()
            var batch: BatchDirective?
            if try reader.readUInt8() == 1 {
                let number = try reader.readVarint()
                let part = try reader.readVarint()
                let parts = try reader.readVarint()
                guard part < parts, parts <= UInt64(UInt32.max) else {
                    throw RecordCodingError.outOfDomain("a batch share")
                }
                batch = BatchDirective(number: number, part: UInt32(part), parts: UInt32(parts))
            }
            return .append(
                AppendFrame(
                    writer: writer, writerSequence: sequence, batch: batch, recordCount: try reader.readUInt32(),
                    payload: try reader.readByteString(maximumByteCount: maximumFrameBytes)))
        case 5:
            return .ack(durable: try reader.readVarint())
        case 6:
            return .folded(batch: try reader.readVarint(), version: try reader.readVersion())
        case 7:
            return .snapshotRequest
        case 8:
            return .delta(try reader.readDelta(maximumNumbers: maximumNumbers))
        case 9:
            return .fetch(from: try reader.readVarint(), maximumBytes: try reader.readUInt32())
        case 10:
            let end = try reader.readVarint()
            let count = try reader.readCount(maximum: 1 << 20)
            var frames: [TailFrame] = []
            for _ in 0..<count {
                frames.append(
                    TailFrame(
                        firstSequence: try reader.readVarint(), recordCount: try reader.readUInt32(),
                        payload: try reader.readByteString(maximumByteCount: maximumFrameBytes)))
            }
            return .frames(end: end, frames: frames)
        case 11:
            return .control(try control(&reader))
        case 12:
            return .controlled(try control(&reader), sequence: try reader.readVarint())
        case 13:
            return .rollback(to: try reader.readVarint())
        case 14:
            return .rolledBack(to: try reader.readVarint(), sequence: try reader.readVarint())
        default:
            throw RecordCodingError.unknownKind(kind)
        }
    }
}

extension PipelineMessage {
    private static func control(_ reader: inout ByteReader) throws -> LearningControl {
        guard let control = LearningControl(rawValue: try reader.readUInt8()) else {
            throw RecordCodingError.outOfDomain("a control")
        }
        return control
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ version: ModelVersion) {
        writeVarint(UInt64(version.epoch))
        writeVarint(version.records)
    }

    fileprivate mutating func write(_ delta: ModelDelta) {
        write(delta.base)
        write(delta.version)
        writeVarint(UInt64(delta.weights.count))
        var previous: UInt32 = 0
        for change in delta.weights {
            // Ascending indices: the differences are small, and a descending index would trap here, not there.
            writeVarint(UInt64(change.index - previous))
            writeFloat(change.weight)
            previous = change.index
        }
        writeVarint(UInt64(delta.heads.count))
        for head in delta.heads {
            writeVarint(UInt64(head.mixture.count))
            for number in head.mixture { writeDouble(number) }
            writeVarint(UInt64(head.recalibration.count))
            for line in head.recalibration {
                writeDouble(line.intercept)
                writeDouble(line.slope)
            }
        }
        writeVarint(UInt64(delta.moments.count))
        for moments in delta.moments {
            writeVarint(moments.count)
            writeDouble(moments.mean)
            writeDouble(moments.squaredDeviations)
        }
        writeUInt64(delta.checksum)
    }
}

extension ByteReader {
    fileprivate mutating func readVersion() throws -> ModelVersion {
        guard let epoch = UInt32(exactly: try readVarint()) else {
            throw RecordCodingError.outOfDomain("a model epoch")
        }
        return ModelVersion(epoch: epoch, records: try readVarint())
    }

    fileprivate mutating func readDelta(maximumNumbers: Int) throws -> ModelDelta {
        let base = try readVersion()
        let version = try readVersion()
        let count = try readCount(maximum: maximumNumbers)
        var weights: [WeightChange] = []
        // A hostile count must not reserve memory that the message cannot fill: a change takes 5 bytes at least.
        weights.reserveCapacity(min(count, remaining / 5))
        var previous: UInt64 = 0
        for _ in 0..<count {
            let (index, overflow) = previous.addingReportingOverflow(try readVarint())
            let weight = try readFloat()
            guard !overflow, let number = UInt32(exactly: index), weight.isFinite else {
                throw RecordCodingError.outOfDomain("a weight change")
            }
            weights.append(WeightChange(index: number, weight: weight))
            previous = index
        }
        let servingCount = try readCount(maximum: Limits.heads)
        var heads: [HeadServing] = []
        for _ in 0..<servingCount { heads.append(try readServing()) }
        let momentCount = try readCount(maximum: Limits.fields)
        var moments: [NumberMoments] = []
        for _ in 0..<momentCount {
            let count = try readVarint()
            let mean = try readDouble()
            let deviations = try readDouble()
            guard mean.isFinite, deviations.isFinite, deviations >= 0 else {
                throw RecordCodingError.outOfDomain("moments")
            }
            moments.append(NumberMoments(count: count, mean: mean, squaredDeviations: deviations))
        }
        return ModelDelta(
            base: base, version: version, weights: weights, heads: heads, moments: moments, checksum: try readUInt64())
    }

    private mutating func readServing() throws -> HeadServing {
        var mixture: [Double] = []
        for _ in 0..<(try readCount(maximum: 8)) { mixture.append(try readDouble()) }
        guard mixture.isEmpty || mixture.count == 8, mixture.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw RecordCodingError.outOfDomain("a mixture")
        }
        var lines: [HeadServing.Line] = []
        for _ in 0..<(try readCount(maximum: Limits.outputs)) {
            let line = HeadServing.Line(intercept: try readDouble(), slope: try readDouble())
            guard line.intercept.isFinite, line.slope.isFinite, line.slope > 0 else {
                throw RecordCodingError.outOfDomain("a recalibration")
            }
            lines.append(line)
        }
        return HeadServing(mixture: mixture, recalibration: lines)
    }
}
