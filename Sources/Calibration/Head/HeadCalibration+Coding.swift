// A head's state as bytes, for a checkpoint that can be compared with a refold.

public import ByteCoding

extension HeadCalibration {
    private static let layout: UInt8 = 1

    /// Writes layout `u8`, then total sketch, windows, fading sketch if there is one, detector, slices if there are.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(HeadCalibration.layout)
        total.encode(into: &writer)
        writer.writeVarint(UInt64(windows.count))
        for window in windows { window.encode(into: &writer) }
        writer.writeUInt8(fading == nil ? 0 : 1)
        fading?.encode(into: &writer)
        detector.encode(into: &writer)
        writer.writeUInt8(slices == nil ? 0 : 1)
        slices?.encode(into: &writer)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Parameter settings: what the state is wanted for; one written under others is refused.
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no state under these settings.
    public init(_ reader: inout ByteReader, settings: HeadCalibrationSettings) throws {
        self.init(settings)
        let layout = try reader.readUInt8()
        guard layout == HeadCalibration.layout else { throw CalibrationStateError.unknownLayout(layout) }
        total = try CalibrationSketch(&reader)
        guard try reader.readVarint() == UInt64(windows.count) else { throw CalibrationStateError.otherSettings }
        for (index, window) in settings.windows.enumerated() {
            windows[index] = try PaneRing(&reader, span: window.span, count: window.count)
        }
        guard try reader.readUInt8() == (settings.halfLife == nil ? 0 : 1) else {
            throw CalibrationStateError.otherSettings
        }
        fading = try settings.halfLife.map { try DecayingSketch(&reader, halfLife: $0) }
        detector = try DriftDetector(&reader, settings: settings.detector)
        guard try reader.readUInt8() == (settings.slices == nil ? 0 : 1) else {
            throw CalibrationStateError.otherSettings
        }
        slices = try settings.slices.map { try SliceMonitor(&reader, settings: $0) }
    }
}
