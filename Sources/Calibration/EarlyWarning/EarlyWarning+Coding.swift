// The early warning as bytes: equal ones give equal bytes.

public import ByteCoding
public import ScoringRecords

extension EarlyWarning {
    private static let layout: UInt8 = 1

    /// Writes the state, little-endian: layout `u8`, age in µs `i64`, window in µs `i64`, one `varint` per step of
    /// `LabelDelays`, events not judged `varint`, S_y and S_p `f64`, and the detector.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(EarlyWarning.layout)
        writer.writeInt64(age.microseconds)
        writer.writeInt64(delays.window.microseconds)
        for count in delays.counts { writer.writeVarint(UInt64(count)) }
        writer.writeVarint(UInt64(unjudged))
        writer.writeDouble(sums.observed)
        writer.writeDouble(sums.predicted)
        detector.encode(into: &writer)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Parameters:
    ///   - age: the age that is wanted; a state for another one is refused.
    ///   - window: the window of the delays, likewise.
    ///   - settings: those of the detector, likewise.
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no such state.
    public init(
        _ reader: inout ByteReader, age: TimeSpan, window: TimeSpan, settings: DriftDetectorSettings
    ) throws {
        let layout = try reader.readUInt8()
        guard layout == EarlyWarning.layout else { throw CalibrationStateError.unknownLayout(layout) }
        guard try reader.readInt64() == age.microseconds, try reader.readInt64() == window.microseconds,
            let empty = LabelDelays(window: window)
        else { throw CalibrationStateError.otherSettings }
        var counts: [Int] = []
        for _ in empty.counts { counts.append(try reader.readCount(maximum: 1 << 44)) }
        let unjudged = try reader.readCount(maximum: LogitBin.maximumCount)
        let (observed, predicted) = (try reader.readDouble(), try reader.readDouble())
        guard let delays = LabelDelays(window: window, counts: counts),
            let sums = GammaPoissonSequence(observed: observed, predicted: predicted),
            var state = EarlyWarning(age: age, delays: delays, settings: settings)
        else { throw CalibrationStateError.outOfDomain }
        state.restore(unjudged: unjudged, sums: sums, detector: try DriftDetector(&reader, settings: settings))
        self = state
    }
}
