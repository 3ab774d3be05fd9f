// The fading sketch as bytes: equal sketches give equal bytes.

public import ByteCoding
public import ScoringRecords

extension DecayingSketch {
    private static let layout: UInt8 = 1

    /// Writes the sketch, little-endian: layout `u8`, half-life in µs `i64`; whether there is an origin `u8`, and if so
    /// the origin in µs `i64` and the labels as they weigh there.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(DecayingSketch.layout)
        writer.writeInt64(halfLife.microseconds)
        writer.writeUInt8(origin == nil ? 0 : 1)
        guard let origin else { return }
        writer.writeInt64(origin.microseconds)
        scaled.encode(into: &writer)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Parameter halfLife: the one that is wanted; a sketch of another one is refused.
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no such sketch.
    /// - Precondition: as `init(halfLife:)`.
    public init(_ reader: inout ByteReader, halfLife: TimeSpan) throws {
        self.init(halfLife: halfLife)
        let layout = try reader.readUInt8()
        guard layout == DecayingSketch.layout else { throw CalibrationStateError.unknownLayout(layout) }
        guard try reader.readInt64() == halfLife.microseconds else { throw CalibrationStateError.otherSettings }
        let mark = try reader.readUInt8()
        guard mark <= 1 else { throw CalibrationStateError.outOfDomain }
        guard mark == 1 else { return }
        origin = Timestamp(microseconds: try reader.readInt64())
        scaled = try CalibrationSketch(&reader)
    }
}
