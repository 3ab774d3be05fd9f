// The monitor's state as bytes, for a checkpoint from which it goes on as if it had never stopped.

public import ByteCoding
import Calibration
public import OnlineLearning
import ScoringRecords

extension MonitorFold {
    private static let layout: UInt8 = 2

    /// Writes the state in pieces, so that equal states give equal bytes: layout `u8`, settings, joins, census, newest
    /// version, its times, alarms, then head by head.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void = { _ in }) {
        writer.writeUInt8(MonitorFold.layout)
        writer.writeByteString(settings.canonicalBytes)
        joins.encode(into: &writer, flush: flush)
        census.encode(into: &writer)
        writer.writeVarint(UInt64(newestVersion.epoch))
        writer.writeVarint(newestVersion.records)
        writer.writeInt64(versionTimes.first.microseconds)
        writer.writeInt64(versionTimes.newest.microseconds)
        writer.writeVarint(alarmCount)
        writer.writeVarint(UInt64(alarms.count))
        for alarm in alarms { alarm.encode(into: &writer) }
        for head in heads {
            head.encode(into: &writer)
            flush(&writer)
        }
    }

    /// Reads what `encode` wrote under the same specification and settings.
    ///
    /// - Throws: a state of another layout or other settings, bytes that are no state.
    public convenience init(
        decoding reader: inout ByteReader, specification: Specification, specificationDigest: [UInt8],
        settings: MonitorSettings
    ) throws {
        self.init(specification: specification, specificationDigest: specificationDigest, settings: settings)
        let layout = try reader.readUInt8()
        guard layout == MonitorFold.layout else { throw FoldStateError.unknownFormat(layout) }
        guard try reader.readByteString(maximumByteCount: 1 << 16) == settings.canonicalBytes else {
            throw CalibrationStateError.otherSettings
        }
        joins = try JoiningFold(
            decoding: &reader, specification: specification, specificationDigest: specificationDigest,
            looks: specification.heads.map(settings.earlyAge))
        census = try SlotCensus(&reader, bits: specification.bits)
        guard let epoch = UInt32(exactly: try reader.readVarint()) else { throw FoldStateError.outOfDomain }
        newestVersion = ModelVersion(epoch: epoch, records: try reader.readVarint())
        versionTimes.first = Timestamp(microseconds: try reader.readInt64())
        versionTimes.newest = Timestamp(microseconds: try reader.readInt64())
        alarmCount = try reader.readVarint()
        alarms = try (0..<(try reader.readCount(maximum: MonitorFold.alarmLimit))).map { _ in
            let alarm = try RaisedAlarm(&reader)
            guard alarm.head < heads.count, alarm.output < heads[alarm.head].outputs.count else {
                throw FoldStateError.outOfDomain
            }
            return alarm
        }
        for index in heads.indices { try heads[index].decode(&reader) }
        try reader.expectEnd()
    }
}

extension HeadStatistics {
    fileprivate func encode(into writer: inout ByteWriter) {
        for output in outputs { output.encode(into: &writer) }
        classes?.encode(into: &writer)
        trainingLoss.encode(into: &writer)
    }

    fileprivate mutating func decode(_ reader: inout ByteReader) throws {
        for index in outputs.indices { try outputs[index].decode(&reader) }
        if let count = classes?.weights.count { classes = try ClassSums(&reader, classCount: count) }
        trainingLoss = try TrainingLossSums(&reader)
    }
}

extension OutputStatistics {
    fileprivate func encode(into writer: inout ByteWriter) {
        raw.encode(into: &writer)
        mapped.encode(into: &writer)
        calibration.encode(into: &writer)
        writer.writeUInt8((isRecalibrated ? 1 : 0) | (standing == nil ? 0 : 2))
        standing?.encode(into: &writer)
        writer.writeDouble(expected.positives)
        writer.writeDouble(expected.negatives)
        early?.encode(into: &writer)
        movement.encode(into: &writer)
    }

    fileprivate mutating func decode(_ reader: inout ByteReader) throws {
        raw = try CalibrationSketch(&reader)
        mapped = try CalibrationSketch(&reader)
        calibration = try HeadCalibration(&reader, settings: calibration.settings)
        let marks = try reader.readUInt8()
        guard marks <= 3 else { throw FoldStateError.outOfDomain }
        isRecalibrated = marks & 1 == 1
        standing = marks & 2 == 0 ? nil : try StandingAlarm(&reader)
        expected = (try reader.readDouble(), try reader.readDouble())
        guard [expected.positives, expected.negatives].allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw FoldStateError.outOfDomain
        }
        try early?.decode(&reader)
        movement = try ScoreMovement(&reader, windowLength: movement.windowLength)
    }
}
