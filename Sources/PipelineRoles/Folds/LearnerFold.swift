// The learner's state: joins waiting for labels, and the model that learns from those that matured.

public import ByteCoding
public import OnlineLearning
public import ScoringRecords

/// `state(n) = fold(step, empty, journal[0..<n])` for the model. Confined to one thread.
public final class LearnerFold {
    /// What the fold was built for.
    public let specification: Specification
    /// The SHA-256 of the specification's canonical bytes.
    public let specificationDigest: [UInt8]
    /// The model at `sequence`.
    public private(set) var model: OnlineModel
    /// Joins and counters at `sequence`.
    public private(set) var joins: JoiningFold<FeatureVector>

    /// An empty state.
    public init(specification: Specification, specificationDigest: [UInt8]) {
        self.specification = specification
        self.specificationDigest = specificationDigest
        model = OnlineModel(specification: specification)
        joins = JoiningFold(specification: specification, specificationDigest: specificationDigest)
    }

    /// Records folded: the sequence number of the next, and what a model version counts.
    public var sequence: UInt64 { joins.sequence }

    /// Folds one record; returns it where it had no effect.
    ///
    /// A scored event moves the moments at once and waits for its labels; each head learns when its window closes.
    public func fold(_ record: JournalRecord) -> Quarantined? {
        let effect = joins.fold(record, payload: { $0.features }) { matured in
            guard case .observed(let value, let weight) = matured.outcome else { return }
            model.learn(
                TrainingExample(head: matured.head, features: matured.payload, value: value, weight: weight))
        }
        switch effect {
        case .none:
            return nil
        case .reset:
            model = OnlineModel(specification: specification)
            return nil
        case .waiting:
            if case .scored(let event) = record { model.observe(event.numbers) }
            return nil
        case .quarantined(let quarantined):
            return quarantined
        }
    }

    // MARK: Canonical bytes

    /// Writes joins, then model, in pieces: equal states give equal bytes.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        joins.encode(into: &writer, flush: flush) { features, writer in
            writer.writeVarint(UInt64(features.indicators.count))
            for index in features.indicators { writer.writeUInt32(index) }
            writer.writeVarint(UInt64(features.valued.count))
            for feature in features.valued {
                writer.writeUInt32(feature.index)
                writer.writeFloat(feature.value)
            }
        }
        model.encode(into: &writer, flush: flush)
    }

    /// Reads what `encode` wrote.
    public init(
        decoding reader: inout ByteReader, specification: Specification, specificationDigest: [UInt8]
    ) throws {
        self.specification = specification
        self.specificationDigest = specificationDigest
        joins = try JoiningFold(
            decoding: &reader, specification: specification, specificationDigest: specificationDigest
        ) { reader in
            var features = FeatureVector()
            for _ in 0..<(try reader.readCount(maximum: Limits.featuresPerEvent)) {
                features.indicators.append(try reader.readUInt32())
            }
            for _ in 0..<(try reader.readCount(maximum: Limits.featuresPerEvent)) {
                features.valued.append(
                    ValuedFeature(index: try reader.readUInt32(), value: try reader.readFloat()))
            }
            return features
        }
        model = OnlineModel(specification: specification)
        try model.decode(&reader)
        try reader.expectEnd()
    }
}
