// The learner's model: its heads and the moments of the standardised numbers. It is changed by the learner's fold and by
// nothing else.

public import ByteCoding
public import ScoringRecords

/// The weights that learn. Confined to one thread.
public final class OnlineModel {
    /// What the model was built for.
    public let specification: Specification
    /// Moments of every standardised number, in the extractor's order.
    public private(set) var moments: [NumberMoments]

    let heads: [HeadLearner]

    /// An untrained model: every head serves its base rate.
    public init(specification: Specification) {
        self.specification = specification
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        moments = Array(repeating: NumberMoments(), count: extractor.standardizedCount)
        heads = specification.heads.map {
            HeadLearner(head: $0, optimizer: specification.optimizer, bits: specification.bits)
        }
    }

    /// Takes the numbers of a scored event into the moments.
    ///
    /// - Precondition: ordinals lie below the specification's count; the fold has checked them.
    public func observe(_ numbers: [NumberObservation]) {
        for number in numbers { moments[Int(number.ordinal)].observe(Double(number.value)) }
    }

    /// Predicts, then takes one step.
    ///
    /// A correction steps along L′(z, new) − L′(z, old), both at the current logit z: the old lesson is taken back as far
    /// as the model of today would learn it. A late positive after an early negative of a cross-entropy head thus steps
    /// by −1, whatever z is. A negative that the head's sampling leaves out teaches nothing, and there is nothing of it
    /// to take back.
    public func learn(_ example: TrainingExample) {
        let head = heads[example.head]
        func lesson(_ outcome: Outcome?) -> Lesson? {
            guard case .observed(let value, let weight)? = outcome else { return nil }
            if value == 0, !NegativeSampling.keeps(example.id, share: head.head.treatment.keptNegatives) { return nil }
            return Lesson(value: Double(value), weight: Double(weight))
        }
        head.learn(example.features, from: lesson(example.corrected), to: lesson(example.outcome))
    }

    /// Takes a settled outcome into what decides how the head's score is served, with the score as it was served.
    public func judge(head: Int, score: HeadScore, outcome: Outcome) {
        guard case .observed(let value, let weight) = outcome else { return }
        heads[head].judge(score, outcome: Double(value), weight: Double(weight))
    }

    /// Writes the state so that equal states give equal bytes: moments, then each head.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        writer.writeVarint(UInt64(moments.count))
        for moment in moments {
            writer.writeVarint(moment.count)
            writer.writeDouble(moment.mean)
            writer.writeDouble(moment.squaredDeviations)
        }
        for head in heads { head.encode(into: &writer, flush: flush) }
    }

    /// Reads what `encode` wrote into an untrained model.
    ///
    /// - Throws: `ModelStateError` or `ByteCodingError` for bytes that are no state of this specification.
    public func decode(_ reader: inout ByteReader) throws {
        guard try reader.readVarint() == UInt64(moments.count) else { throw ModelStateError.shape }
        for index in moments.indices {
            let count = try reader.readVarint()
            let mean = try reader.readDouble()
            let squaredDeviations = try reader.readDouble()
            guard mean.isFinite, squaredDeviations >= 0, squaredDeviations.isFinite else {
                throw ModelStateError.outOfDomain
            }
            moments[index] = NumberMoments(count: count, mean: mean, squaredDeviations: squaredDeviations)
        }
        for head in heads { try head.decode(&reader, slotCount: UInt32(1) << specification.bits) }
    }
}

/// Why bytes are not a model's state.
public enum ModelStateError: Error, Hashable, Sendable {
    /// The shape does not fit the specification.
    case shape
    /// A slot holds what no learning leaves behind.
    case outOfDomain
}
