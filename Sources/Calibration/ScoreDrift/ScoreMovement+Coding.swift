// The movement of scores as bytes: equal ones give equal bytes.

public import ByteCoding
import ScoringRecords

extension ScoreMovement {
    private static let layout: UInt8 = 1

    /// Writes layout `u8`, what is there `u8` (1 reference, 2 newest, 4 last move), moves `varint`, and then the monitor
    /// or the 512 counts gathered, and the verdicts.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(ScoreMovement.layout)
        writer.writeUInt8((monitor == nil ? 0 : 1) | (newest == nil ? 0 : 2) | (lastMove == nil ? 0 : 4))
        writer.writeVarint(UInt64(moves))
        if let monitor { monitor.encode(into: &writer) } else { gathering.encode(into: &writer) }
        newest?.encode(into: &writer)
        lastMove?.encode(into: &writer)
    }

    /// Reads what `encode` wrote for windows of this length.
    ///
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no such state.
    public init(_ reader: inout ByteReader, windowLength: Int) throws {
        guard let empty = ScoreMovement(windowLength: windowLength) else { throw CalibrationStateError.otherSettings }
        self = empty
        let layout = try reader.readUInt8()
        guard layout == ScoreMovement.layout else { throw CalibrationStateError.unknownLayout(layout) }
        let marks = try reader.readUInt8()
        guard marks < 8 else { throw CalibrationStateError.outOfDomain }
        moves = try reader.readCount(maximum: LogitBin.maximumCount)
        if marks & 1 != 0 {
            let monitor = try ScoreDriftMonitor(&reader)
            guard monitor.windowLength == windowLength, monitor.alpha == ScoreMovement.alpha else {
                throw CalibrationStateError.otherSettings
            }
            self.monitor = monitor
        } else {
            gathering = try ScoreCounts(&reader)
            guard gathering.total < windowLength else { throw CalibrationStateError.outOfDomain }
        }
        if marks & 2 != 0 { newest = try ScoreDriftVerdict(&reader) }
        if marks & 4 != 0 { lastMove = try ScoreDriftVerdict(&reader) }
    }
}

extension ScoreDriftVerdict {
    /// Writes window `varint`, start and end in µs `i64`, level `f64`, which tests there are `u8`, and their numbers.
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeVarint(UInt64(window))
        writer.writeInt64(start.microseconds)
        writer.writeInt64(end.microseconds)
        writer.writeDouble(level)
        writer.writeUInt8((stability == nil ? 0 : 1) | (distance == nil ? 0 : 2))
        if let stability {
            writer.writeDouble(stability.index)
            writer.writeDouble(stability.pValue)
            writer.writeVarint(UInt64(stability.bins))
        }
        if let distance {
            for number in [distance.lower, distance.upper, distance.referenceSize, distance.currentSize] {
                writer.writeDouble(number)
            }
        }
    }

    fileprivate init(_ reader: inout ByteReader) throws {
        let window = try reader.readCount(maximum: LogitBin.maximumCount)
        let (start, end) = (try reader.readInt64(), try reader.readInt64())
        let level = try reader.readDouble()
        let marks = try reader.readUInt8()
        guard marks < 4, level > 0, level < 1 else { throw CalibrationStateError.outOfDomain }
        var (stability, distance): (PopulationStability?, KolmogorovDistance?)
        if marks & 1 != 0 {
            let (index, pValue) = (try reader.readDouble(), try reader.readDouble())
            stability = PopulationStability(
                index: index, pValue: pValue, bins: try reader.readCount(maximum: LogitHistogram.binCount))
            guard stability != nil else { throw CalibrationStateError.outOfDomain }
        }
        if marks & 2 != 0 {
            let (lower, upper) = (try reader.readDouble(), try reader.readDouble())
            distance = KolmogorovDistance(
                lower: lower, upper: upper, referenceSize: try reader.readDouble(),
                currentSize: try reader.readDouble())
            guard distance != nil else { throw CalibrationStateError.outOfDomain }
        }
        self.init(
            window: window, start: Timestamp(microseconds: start), end: Timestamp(microseconds: end), level: level,
            stability: stability, distance: distance)
    }
}
