// An alarm as it is kept: what was known at the moment it was raised.

import ByteCoding
public import Calibration
public import ScoringRecords

/// A drift alarm of one output, with the slices that e-BH flags at that moment.
public struct RaisedAlarm: Hashable, Sendable {
    /// A flagged slice.
    public struct Slice: Hashable, Sendable {
        /// The slice as `field=value`.
        public let name: String
        /// Which way it is wrong.
        public let direction: DriftDirection
        /// Since when, estimated; event time.
        public let since: Timestamp
        /// Observed over predicted positives in its epoch.
        public let ratio: Double
        /// Its interval, widened for having been selected; see `SliceFinding.interval`.
        public let interval: ConfidenceInterval?
    }

    /// Which alarm it is, counted from 0 over all of the journal.
    public let number: UInt64
    /// The head, by position.
    public let head: Int
    /// The output among the head's: 0, or the class.
    public let output: Int
    /// Which way probabilities are wrong.
    public let direction: DriftDirection
    /// The event time at which it was raised.
    public let time: Timestamp
    /// The event time since which it is wrong, estimated.
    public let onset: Timestamp
    /// Observed over predicted positives from onset to alarm, by the panes that cover it; `nil` without any.
    public let ratio: Double?
    /// Its 95 % interval, for one look.
    public let interval: ConfidenceInterval?
    /// The strongest flagged slices, most evidence first, at most ``sliceLimit``.
    public let slices: [Slice]
    /// The journal record that completed the evidence: the watermark that closed the window.
    public let sequence: UInt64

    /// The most slices an alarm names.
    public static let sliceLimit = 20
}

extension RaisedAlarm.Slice {
    init(_ finding: SliceFinding) {
        name = "\(finding.field)=\(finding.value)"
        direction = finding.direction
        since = finding.since
        ratio = finding.ratio
        interval = finding.interval
    }
}

extension RaisedAlarm {
    private static let nameBytes = 2 * SliceSettings.valueBytes

    /// Writes the fields in the order of their declaration.
    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(number)
        writer.writeVarint(UInt64(head))
        writer.writeVarint(UInt64(output))
        writer.write(direction)
        writer.writeInt64(time.microseconds)
        writer.writeInt64(onset.microseconds)
        writer.write(ratio, interval)
        writer.writeVarint(UInt64(slices.count))
        for slice in slices {
            writer.writeString(slice.name)
            writer.write(slice.direction)
            writer.writeInt64(slice.since.microseconds)
            writer.write(slice.ratio, slice.interval)
        }
        writer.writeVarint(sequence)
    }

    /// Reads what `encode` wrote.
    init(_ reader: inout ByteReader) throws {
        number = try reader.readVarint()
        head = try reader.readCount(maximum: Limits.heads - 1)
        output = try reader.readCount(maximum: Limits.outputs - 1)
        direction = try reader.readDirection()
        time = Timestamp(microseconds: try reader.readInt64())
        onset = Timestamp(microseconds: try reader.readInt64())
        (ratio, interval) = try reader.readRatio()
        slices = try (0..<(try reader.readCount(maximum: RaisedAlarm.sliceLimit))).map { _ in
            let name = try reader.readString(maximumByteCount: RaisedAlarm.nameBytes)
            let direction = try reader.readDirection()
            let since = Timestamp(microseconds: try reader.readInt64())
            let (ratio, interval) = try reader.readRatio()
            guard let ratio else { throw FoldStateError.outOfDomain }
            return Slice(name: name, direction: direction, since: since, ratio: ratio, interval: interval)
        }
        sequence = try reader.readVarint()
    }
}

extension ByteWriter {
    mutating func write(_ direction: DriftDirection) {
        writeUInt8(UInt8(DriftDirection.allCases.firstIndex(of: direction) ?? 0))
    }

    fileprivate mutating func write(_ ratio: Double?, _ interval: ConfidenceInterval?) {
        writeUInt8((ratio == nil ? 0 : 1) | (interval == nil ? 0 : 2))
        if let ratio { writeDouble(ratio) }
        if let interval {
            writeDouble(interval.lower)
            writeDouble(interval.upper)
        }
    }
}

extension ByteReader {
    mutating func readDirection() throws -> DriftDirection {
        DriftDirection.allCases[try readCount(maximum: DriftDirection.allCases.count - 1)]
    }

    fileprivate mutating func readRatio() throws -> (Double?, ConfidenceInterval?) {
        let marks = try readUInt8()
        guard marks <= 3 else { throw FoldStateError.outOfDomain }
        let ratio = marks & 1 == 0 ? nil : try readDouble()
        guard marks & 2 != 0 else { return (ratio, nil) }
        guard let interval = ConfidenceInterval(lower: try readDouble(), upper: try readDouble()) else {
            throw FoldStateError.outOfDomain
        }
        return (ratio, interval)
    }
}
