// The detector as bytes: equal detectors give equal bytes, so a checkpoint can be compared with a refold.

public import ByteCoding

extension DriftDetector {
    private static let layout: UInt8 = 1

    /// Writes the settings and the state, little-endian:
    ///
    /// layout `u8`, settings, events `varint`, centre 2 × `f64`; then for every component in order M `f64`, C `f64`,
    /// start event `i64`, start time `i64`, block product `f64`; then the block's count `varint`, first event `i64`,
    /// first time `i64`.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(DriftDetector.layout)
        settings.encode(into: &writer)
        writer.writeVarint(UInt64(eventCount))
        writer.writeDouble(centre.information)
        writer.writeDouble(centre.weightedLogit)
        for component in settings.hypotheses.indices {
            let lane = lane(ofComponent: component)
            writer.writeDouble(evidence[lane])
            writer.writeDouble(cusum[lane])
            writer.writeInt64(startEvent[lane])
            writer.writeInt64(startTime[lane])
            writer.writeDouble(block.product[lane])
        }
        writer.writeVarint(UInt64(block.count))
        writer.writeInt64(block.firstEvent)
        writer.writeInt64(block.firstTime)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Parameter settings: what the detector is wanted for; a state written under others is refused.
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no state under these settings.
    public init(_ reader: inout ByteReader, settings: DriftDetectorSettings) throws {
        let layout = try reader.readUInt8()
        guard layout == DriftDetector.layout else { throw CalibrationStateError.unknownLayout(layout) }
        guard try settings.matches(&reader) else { throw CalibrationStateError.otherSettings }
        self.init(settings)
        eventCount = try reader.readCount(maximum: LogitBin.maximumCount)
        let (information, weightedLogit) = (try reader.readDouble(), try reader.readDouble())
        guard let centre = InformationCentre(information: information, weightedLogit: weightedLogit)
        else { throw CalibrationStateError.outOfDomain }
        self.centre = centre
        for component in settings.hypotheses.indices {
            try readComponent(lane: lane(ofComponent: component), from: &reader)
        }
        block.count = try reader.readCount(maximum: settings.blockLength - 1)
        // Unused lanes are not written: the first factor of a block makes them 0.
        if block.count > 0 { block.product *= bets.isUsed }
        block.firstEvent = try reader.readInt64()
        block.firstTime = try reader.readInt64()
        guard statistic < settings.threshold, (0...Int64(eventCount)).contains(block.firstEvent)
        else { throw CalibrationStateError.outOfDomain }
    }

    private mutating func readComponent(lane: Int, from reader: inout ByteReader) throws {
        evidence[lane] = try reader.readDouble()
        cusum[lane] = try reader.readDouble()
        startEvent[lane] = try reader.readInt64()
        startTime[lane] = try reader.readInt64()
        block.product[lane] = try reader.readDouble()
        // Between calls the evidence is below the threshold, so it and the smaller e-CUSUM are finite.
        guard evidence[lane] >= 0, evidence[lane].isFinite, cusum[lane] >= 0, cusum[lane].isFinite,
            block.product[lane] >= 0, (0...Int64(eventCount)).contains(startEvent[lane])
        else { throw CalibrationStateError.outOfDomain }
    }
}

extension DriftDetectorSettings {
    fileprivate func encode(into writer: inout ByteWriter) {
        for list in [shiftOdds, slopes, [tolerance, threshold, baseRate, Double(blockLength)]] {
            writer.writeVarint(UInt64(list.count))
            for number in list { writer.writeDouble(number) }
        }
    }

    /// Whether the bytes that follow are these settings; moves past them if so.
    fileprivate func matches(_ reader: inout ByteReader) throws(ByteCodingError) -> Bool {
        var expected = ByteWriter()
        encode(into: &expected)
        return try reader.readRaw(expected.count) == expected.bytes
    }
}
