// The slices as bytes: equal monitors give equal bytes.

public import ByteCoding
import ScoringRecords

extension SliceMonitor {
    private static let layout: UInt8 = 1

    /// Writes settings and state, little-endian: layout `u8`; the number of fields `varint` and their names, values per
    /// field `varint`, α `f64`, epoch in µs `i64`; whether an epoch runs `u8` and its number `i64`. Then for every field
    /// admissions `varint`, the table (number of entries `varint`; value, count, error, admission) and the slices
    /// (unfollowed `varint`, number `varint`; value, n, S_y, S_p, rising and falling CUSUM with its start,
    /// flagged). `lastFindings` are not written: they are history, not state.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(SliceMonitor.layout)
        settings.encode(into: &writer)
        writer.writeUInt8(epochIndex == nil ? 0 : 1)
        writer.writeInt64(epochIndex ?? 0)
        for field in fields {
            writer.writeVarint(UInt64(field.hitters.admissions))
            writer.writeVarint(UInt64(field.hitters.entries.count))
            for entry in field.hitters.entries {
                writer.writeString(entry.value)
                for number in [entry.count, entry.error, entry.admission] { writer.writeVarint(UInt64(number)) }
            }
            writer.writeVarint(UInt64(field.unfollowed))
            writer.writeVarint(UInt64(field.slices.count))
            for slice in field.slices { slice.encode(into: &writer) }
        }
    }

    /// Reads what `encode` wrote; `lastFindings` are empty.
    ///
    /// - Parameter settings: what the monitor is wanted for; a state written under others is refused.
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no state under these settings.
    public init(_ reader: inout ByteReader, settings: SliceSettings) throws {
        let layout = try reader.readUInt8()
        guard layout == SliceMonitor.layout else { throw CalibrationStateError.unknownLayout(layout) }
        var expected = ByteWriter()
        settings.encode(into: &expected)
        guard try reader.readRaw(expected.count) == expected.bytes else { throw CalibrationStateError.otherSettings }
        self.init(settings)
        let (mark, index) = (try reader.readUInt8(), try reader.readInt64())
        guard mark == 1 || (mark == 0 && index == 0) else { throw CalibrationStateError.outOfDomain }
        epochIndex = mark == 1 ? index : nil
        for field in fields.indices { try fields[field].decode(&reader) }
    }
}

extension SliceSettings {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeVarint(UInt64(fields.count))
        for field in fields { writer.writeString(field) }
        writer.writeVarint(UInt64(valuesPerField))
        writer.writeDouble(alpha)
        writer.writeInt64(epoch.microseconds)
    }
}

extension SliceField {
    fileprivate mutating func decode(_ reader: inout ByteReader) throws {
        let most = LogitBin.maximumCount
        let admissions = try reader.readCount(maximum: most)
        var entries: [HeavyHitters.Entry] = []
        for _ in 0..<(try reader.readCount(maximum: hitters.capacity)) {
            let value = try reader.readString(maximumByteCount: SliceSettings.valueBytes)
            let (count, error) = (try reader.readCount(maximum: most), try reader.readCount(maximum: most))
            let admission = try reader.readCount(maximum: most)
            // Halving may bring an error up to its count.
            guard count >= max(1, error), admission < admissions else { throw CalibrationStateError.outOfDomain }
            entries.append(.init(value: value, count: count, error: error, admission: admission))
        }
        let unfollowed = try reader.readCount(maximum: most)
        var slices: [SliceStatistics] = []
        for _ in 0..<(try reader.readCount(maximum: hitters.capacity)) { slices.append(try SliceStatistics(&reader)) }
        guard Set(entries.map(\.value)).count == entries.count, Set(slices.map(\.value)).count == slices.count,
            Set(entries.map(\.admission)).count == entries.count
        else { throw CalibrationStateError.outOfDomain }
        restore(hitters: entries, admissions: admissions)
        restore(slices: slices, unfollowed: unfollowed)
    }
}

extension SliceStatistics {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeString(value)
        writer.writeVarint(UInt64(count))
        writer.writeDouble(sequence.observed)
        writer.writeDouble(sequence.predicted)
        for onset in [rising, falling] {
            writer.writeDouble(onset.evidence)
            writer.writeInt64(onset.start.microseconds)
        }
        writer.writeUInt8(isFlagged ? 1 : 0)
    }

    fileprivate init(_ reader: inout ByteReader) throws {
        self.init(value: try reader.readString(maximumByteCount: SliceSettings.valueBytes))
        count = try reader.readCount(maximum: LogitBin.maximumCount)
        let (observed, predicted) = (try reader.readDouble(), try reader.readDouble())
        rising = (try reader.readDouble(), Timestamp(microseconds: try reader.readInt64()))
        falling = (try reader.readDouble(), Timestamp(microseconds: try reader.readInt64()))
        let mark = try reader.readUInt8()
        guard let sequence = GammaPoissonSequence(observed: observed, predicted: predicted),
            rising.evidence.isFinite, falling.evidence.isFinite, mark <= 1
        else { throw CalibrationStateError.outOfDomain }
        self.sequence = sequence
        isFlagged = mark == 1
    }
}
