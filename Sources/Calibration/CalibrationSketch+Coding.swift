// The sketch as bytes. Equal sketches give equal bytes, so that a checkpoint can be compared with a refold.

public import ByteCoding

extension CalibrationSketch {
    private static let layout: UInt8 = 1

    /// Writes the sketch, little-endian: layout `u8`; n `varint` and the nine sums of ``CalibrationSums`` in the order of
    /// their declaration, `f64` each; the number of bins with labels `varint`, and for each of them, low logits first,
    /// its position `varint`, n `varint` and the eight sums of ``LogitBin`` in the order of their declaration.
    public func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(CalibrationSketch.layout)
        writer.writeVarint(UInt64(sums.count))
        for sum in [
            sums.weight, sums.observed, sums.predicted, sums.squaredPrediction, sums.variance, sums.totalLogLoss,
            sums.totalSquaredError, sums.squaredErrorExcess, sums.squaredErrorVariance,
        ] { writer.writeDouble(sum) }
        writer.writeVarint(UInt64(histogram.bins.count { $0.count > 0 }))
        for (position, bin) in histogram.bins.enumerated() where bin.count > 0 {
            writer.writeVarint(UInt64(position))
            writer.writeVarint(UInt64(bin.count))
            for sum in [
                bin.weight, bin.squaredWeight, bin.observed, bin.predicted, bin.variance, bin.weightedLogit,
                bin.squaredPrediction, bin.observedPrediction,
            ] { writer.writeDouble(sum) }
        }
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `ByteCodingError` or `CalibrationStateError` for bytes that are no sketch.
    public init(_ reader: inout ByteReader) throws {
        let layout = try reader.readUInt8()
        guard layout == CalibrationSketch.layout else { throw CalibrationStateError.unknownLayout(layout) }
        let sums = try CalibrationSums(&reader)
        var bins = Array(repeating: LogitBin.empty, count: LogitHistogram.binCount)
        var next = 0
        for _ in 0..<(try reader.readCount(maximum: LogitHistogram.binCount)) {
            let position = try reader.readCount(maximum: LogitHistogram.binCount - 1)
            let bin = try LogitBin(&reader)
            // Ascending positions and no empty bins: one sketch has one encoding.
            guard position >= next, bin.count > 0 else { throw CalibrationStateError.outOfDomain }
            bins[position] = bin
            next = position + 1
        }
        guard let histogram = LogitHistogram(bins: bins),
            let sketch = CalibrationSketch(sums: sums, histogram: histogram)
        else { throw CalibrationStateError.outOfDomain }
        self = sketch
    }
}

extension CalibrationSums {
    fileprivate init(_ reader: inout ByteReader) throws {
        let count = try reader.readCount(maximum: LogitBin.maximumCount)
        guard
            let sums = CalibrationSums(
                count: count, weight: try reader.readDouble(), observed: try reader.readDouble(),
                predicted: try reader.readDouble(), squaredPrediction: try reader.readDouble(),
                variance: try reader.readDouble(), totalLogLoss: try reader.readDouble(),
                totalSquaredError: try reader.readDouble(), squaredErrorExcess: try reader.readDouble(),
                squaredErrorVariance: try reader.readDouble())
        else { throw CalibrationStateError.outOfDomain }
        self = sums
    }
}

extension LogitBin {
    fileprivate init(_ reader: inout ByteReader) throws {
        let count = try reader.readCount(maximum: LogitBin.maximumCount)
        guard
            let bin = LogitBin(
                count: count, weight: try reader.readDouble(), squaredWeight: try reader.readDouble(),
                observed: try reader.readDouble(), predicted: try reader.readDouble(),
                variance: try reader.readDouble(), weightedLogit: try reader.readDouble(),
                squaredPrediction: try reader.readDouble(), observedPrediction: try reader.readDouble())
        else { throw CalibrationStateError.outOfDomain }
        self = bin
    }
}
