// The score drift monitor as bytes: equal monitors give equal bytes.

public import ByteCoding
import ScoringRecords

extension ScoreDriftMonitor {
    private static let layout: UInt8 = 1

    /// Writes settings and state, little-endian: layout `u8`, window length `varint`, α `f64`, reference counts, windows
    /// `varint`, current counts, whether a window is open `u8`, its start in µs `i64`. Counts are 512 `varint`s.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(ScoreDriftMonitor.layout)
        writer.writeVarint(UInt64(windowLength))
        writer.writeDouble(alpha)
        reference.encode(into: &writer)
        writer.writeVarint(UInt64(windows))
        current.encode(into: &writer)
        writer.writeUInt8(start == nil ? 0 : 1)
        writer.writeInt64(start?.microseconds ?? 0)
    }

    /// Reads what `encode` wrote, reference included.
    ///
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no such state.
    public init(_ reader: inout ByteReader) throws {
        let layout = try reader.readUInt8()
        guard layout == ScoreDriftMonitor.layout else { throw CalibrationStateError.unknownLayout(layout) }
        let windowLength = try reader.readCount(maximum: LogitBin.maximumCount)
        let alpha = try reader.readDouble()
        guard
            let empty = ScoreDriftMonitor(
                reference: try ScoreCounts(&reader), windowLength: windowLength, alpha: alpha)
        else { throw CalibrationStateError.outOfDomain }
        self = empty
        windows = try reader.readCount(maximum: LogitBin.maximumCount)
        current = try ScoreCounts(&reader)
        let (mark, start) = (try reader.readUInt8(), try reader.readInt64())
        guard current.total < windowLength, mark == (current.total > 0 ? 1 : 0), mark == 1 || start == 0
        else { throw CalibrationStateError.outOfDomain }
        self.start = mark == 1 ? Timestamp(microseconds: start) : nil
    }
}

extension ScoreCounts {
    func encode(into writer: inout ByteWriter) {
        for count in counts { writer.writeVarint(UInt64(count)) }
    }

    init(_ reader: inout ByteReader) throws {
        var counts: [Int] = []
        // 512 counts of at most 2⁴⁴ cannot overflow their sum.
        for _ in 0..<LogitHistogram.binCount { counts.append(try reader.readCount(maximum: 1 << 44)) }
        guard let value = ScoreCounts(counts: counts) else { throw CalibrationStateError.outOfDomain }
        self = value
    }
}
