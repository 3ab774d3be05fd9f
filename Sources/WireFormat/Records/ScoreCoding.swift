// The parts of records that states keep as well, in the journal's own layout: features, scores, slices.

public import ByteCoding
public import ScoringRecords

extension ByteWriter {
    /// Writes a feature vector: both lists with their counts.
    public mutating func write(_ features: borrowing FeatureVector) {
        writeVarint(UInt64(features.indicators.count))
        if !writeElements(features.indicators) {
            for index in features.indicators { writeUInt32(index) }
        }
        writeVarint(UInt64(features.valued.count))
        if !writeElements(features.valued) {
            for feature in features.valued {
                writeUInt32(feature.index)
                writeFloat(feature.value)
            }
        }
    }

    /// Writes the scores of all outputs, with their count.
    public mutating func write(_ scores: [OutputScore]) {
        writeVarint(UInt64(scores.count))
        for score in scores {
            writeUInt8(score.lanes == nil ? 0 : UInt8(laneCount))
            writeFloat(score.raw.value)
            writeFloat(score.mapped.value)
            writeFloat(score.served.value)
            if let lanes = score.lanes { for lane in 0..<laneCount { writeFloat(lanes[lane]) } }
        }
    }

    /// Writes the values of slices, with their count.
    public mutating func write(_ slices: [SliceValue]) {
        writeVarint(UInt64(slices.count))
        for slice in slices {
            writeUInt32(slice.field)
            writeString(slice.text)
        }
    }
}

extension ByteReader {
    /// Reads a feature vector; every value is finite and within `Limits.numberMagnitude`.
    public mutating func readFeatures() throws -> FeatureVector {
        var features = FeatureVector()
        try readFeatures(into: &features)
        return features
    }

    /// Moves past a feature vector without looking at its values.
    public mutating func skipFeatures() throws {
        try skip(readCount(maximum: Limits.featuresPerEvent) * 4)
        try skip(readCount(maximum: Limits.featuresPerEvent) * 8)
    }

    /// Reads a feature vector as `readFeatures()` does, into the lists of another.
    mutating func readFeatures(into features: inout FeatureVector) throws {
        let indicators = try readCount(maximum: Limits.featuresPerEvent)
        features.indicators.empty(reserving: min(indicators, remaining / 4))
        if !readRaw(indicators, appendingTo: &features.indicators) {
            for _ in 0..<indicators { features.indicators.append(try readUInt32()) }
        }
        let valued = try readCount(maximum: Limits.featuresPerEvent)
        features.valued.empty(reserving: min(valued, remaining / 8))
        if readRaw(valued, appendingTo: &features.valued) {
            for feature in features.valued { try checkFeatureValue(feature.value) }
        } else {
            for _ in 0..<valued {
                features.valued.append(ValuedFeature(index: try readUInt32(), value: try readFeatureValue()))
            }
        }
    }

    /// Reads the scores of all outputs; every logit is finite and clamped to its domain.
    public mutating func readScores() throws -> [OutputScore] {
        var scores: [OutputScore] = []
        try readScores(into: &scores)
        return scores
    }

    /// Reads scores as `readScores()` does, into another list.
    mutating func readScores(into scores: inout [OutputScore]) throws {
        let count = try readCount(maximum: Limits.outputs)
        scores.empty(reserving: count)
        for _ in 0..<count {
            let lanes = Int(try readUInt8())
            guard lanes == 0 || lanes == laneCount else { throw RecordCodingError.outOfDomain("a count of lanes") }
            var score = OutputScore(raw: try readLogit(), mapped: try readLogit(), served: try readLogit())
            if lanes > 0 {
                var logits = SIMD8<Float>()
                for lane in 0..<laneCount { logits[lane] = try readLogit().value }
                score.lanes = logits
            }
            scores.append(score)
        }
    }

    /// Reads the values of slices.
    public mutating func readSlices() throws -> [SliceValue] {
        let count = try readCount(maximum: Limits.sliceFields)
        guard count > 0 else { return [] }
        var slices: [SliceValue] = []
        slices.reserveCapacity(count)
        for _ in 0..<count {
            let field = try readUInt32()
            slices.append(
                SliceValue(field: field, text: try readString(maximumByteCount: Limits.sliceValueBytes)))
        }
        return slices
    }

    private mutating func readLogit() throws -> Logit {
        let value = try readFloat()
        guard value.isFinite else { throw RecordCodingError.outOfDomain("a number that is not finite") }
        return Logit(clamping: value)
    }

    // The bound is what keeps every sum of weights times values finite: a fold must be able to trust it.
    mutating func readFeatureValue() throws -> Float {
        let value = try readFloat()
        try checkFeatureValue(value)
        return value
    }

    private func checkFeatureValue(_ value: Float) throws {
        guard value.magnitude <= Float(Limits.numberMagnitude) else {
            throw RecordCodingError.outOfDomain("a feature's value beyond ±\(Limits.numberMagnitude)")
        }
    }
}

extension Array {
    /// Empties the list, and keeps its storage unless that has more than twice the room that `count` elements need.
    ///
    /// Storage that others hold on to is not kept but made anew, with all the room it had and a little more each time:
    /// hence the bound.
    mutating func empty(reserving count: Int) {
        if capacity > 2 * count + 16 { self = [] } else { removeAll(keepingCapacity: true) }
        reserveCapacity(count)
    }
}

// A portfolio has eight learners: one cache line of (z, n) pairs.
private let laneCount = 8
