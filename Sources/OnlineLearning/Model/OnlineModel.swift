// The learner's model: one optimizer table per head and the moments of the standardised numbers. It is changed by the
// learner's fold and by nothing else.

public import ByteCoding
public import ScoringRecords

/// The weights that learn. Confined to one thread.
public final class OnlineModel {
    /// What the model was built for.
    public let specification: Specification
    /// Moments of every standardised number, in the extractor's order.
    public private(set) var moments: [NumberMoments]

    let tables: [FTRLTable]

    /// An untrained model: every head serves its base rate.
    public init(specification: Specification) {
        self.specification = specification
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        moments = Array(repeating: NumberMoments(), count: extractor.standardizedCount)
        tables = specification.heads.map { head in
            FTRLTable(
                bits: specification.bits, parameters: specification.optimizer,
                offset: CompositeMap(loss: head.loss).initialOffset(baseRate: head.baseRate))
        }
    }

    /// Takes the numbers of a scored event into the moments.
    ///
    /// - Precondition: ordinals lie below the specification's count; the fold has checked them.
    public func observe(_ numbers: [NumberObservation]) {
        for number in numbers { moments[Int(number.ordinal)].observe(Double(number.value)) }
    }

    /// Predicts, then takes one step; returns the raw logit before it.
    @discardableResult
    public func learn(_ example: TrainingExample) -> Logit {
        tables[example.head].learn(
            example.features, loss: specification.heads[example.head].loss, label: Double(example.value),
            weight: Double(example.weight))
    }

    // MARK: Canonical bytes

    // A checkpoint of a large table is written in pieces of this size, so that it never needs a second table's memory.
    private static let pieceBytes = 1 << 20

    /// Writes the state so that equal states give equal bytes: moments, then each table's touched slots in order.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        writer.writeVarint(UInt64(moments.count))
        for moment in moments {
            writer.writeVarint(moment.count)
            writer.writeDouble(moment.mean)
            writer.writeDouble(moment.squaredDeviations)
        }
        for table in tables {
            table.forEachTouchedSlot { index, slot in
                writer.writeUInt32(index)
                writer.writeFloat(slot.z)
                writer.writeFloat(slot.n)
                if writer.count >= OnlineModel.pieceBytes { flush(&writer) }
            }
            writer.writeUInt32(.max)  // no slot has this index: it ends the table
        }
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
        for table in tables {
            var next: UInt32 = 0
            while true {
                let index = try reader.readUInt32()
                if index == .max { break }
                guard index >= next, index < UInt32(1) << specification.bits else { throw ModelStateError.shape }
                guard let slot = FTRLSlot(z: try reader.readFloat(), n: try reader.readFloat()) else {
                    throw ModelStateError.outOfDomain
                }
                table.setSlot(slot, at: index)
                next = index + 1
            }
        }
    }
}

/// Why bytes are not a model's state.
public enum ModelStateError: Error, Hashable, Sendable {
    /// The shape does not fit the specification.
    case shape
    /// A slot holds what no learning leaves behind.
    case outOfDomain
}
