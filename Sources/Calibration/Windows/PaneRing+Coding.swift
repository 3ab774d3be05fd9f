// The ring as bytes: equal rings give equal bytes.

public import ByteCoding
public import ScoringRecords

extension PaneRing {
    private static let layout: UInt8 = 1

    /// Writes the ring, little-endian: layout `u8`, span in µs `i64`, count `varint`, labels too old `varint`; whether
    /// there is a newest pane `u8`, and if so its index `i64`, the number of panes with labels `varint`, and for each of
    /// them, old to new, its age in panes `varint` and its sketch.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(PaneRing.layout)
        writer.writeInt64(span.microseconds)
        writer.writeVarint(UInt64(count))
        writer.writeVarint(UInt64(tooOld))
        writer.writeUInt8(newest == nil ? 0 : 1)
        guard let newest else { return }
        writer.writeInt64(newest)
        writer.writeVarint(UInt64(panes.count { $0 != nil }))
        for age in (0..<count).reversed() {
            guard let sketch = panes[position(of: newest &- Int64(age))] else { continue }
            writer.writeVarint(UInt64(age))
            sketch.encode(into: &writer)
        }
    }

    /// Reads what `encode` wrote.
    ///
    /// - Parameters:
    ///   - span: the length of a pane that is wanted; a ring of another one is refused.
    ///   - count: the number of panes that is wanted, likewise.
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no such ring.
    /// - Precondition: as `init(span:count:)`.
    public init(_ reader: inout ByteReader, span: TimeSpan, count: Int) throws {
        self.init(span: span, count: count)
        let layout = try reader.readUInt8()
        guard layout == PaneRing.layout else { throw CalibrationStateError.unknownLayout(layout) }
        guard try reader.readInt64() == span.microseconds, try reader.readVarint() == UInt64(count)
        else { throw CalibrationStateError.otherSettings }
        tooOld = try reader.readCount(maximum: LogitBin.maximumCount)
        let mark = try reader.readUInt8()
        guard mark <= 1 else { throw CalibrationStateError.outOfDomain }
        guard mark == 1 else { return }
        let newest = try reader.readInt64()
        self.newest = newest
        var youngest = count
        for _ in 0..<(try reader.readCount(maximum: count)) {
            let age = try reader.readCount(maximum: count - 1)
            guard age < youngest else { throw CalibrationStateError.outOfDomain }
            panes[position(of: newest &- Int64(age))] = try CalibrationSketch(&reader)
            youngest = age
        }
    }
}
