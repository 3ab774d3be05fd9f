// The learner's model: one table of weights, its heads, and the moments of the standardised numbers. It is changed by
// the learner's fold and by nothing else.

public import ByteCoding
public import ScoringRecords

/// The weights that learn. Confined to one thread.
///
/// The last few examples wait in a queue while the memory of their slots is fetched. Nobody can tell: whatever reads or
/// changes the weights goes through `table` or `settle()`, which let every example step first, in the order they came.
public final class OnlineModel {
    /// What the model was built for.
    public let specification: Specification
    /// Moments of every standardised number, in the extractor's order.
    public private(set) var moments: [NumberMoments]

    /// The weights after every example so far.
    var table: WeightTable {
        settle()
        return unsettledTable
    }
    let heads: [HeadLearner]
    private let unsettledTable: WeightTable
    private let lessons: LessonQueue
    private let lentHeads: LentObjects<HeadLearner>
    // `nil` where no rule asks for it.
    private let keeper: SlotKeeper?

    /// An untrained model: every head serves its base rate.
    public init(specification: Specification) {
        self.specification = specification
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        moments = Array(repeating: NumberMoments(), count: extractor.standardizedCount)
        let table = WeightTable(
            optimizer: specification.optimizer, bits: specification.bits,
            offsets: specification.heads.flatMap { $0.task.initialOffsets })
        unsettledTable = table
        lessons = LessonQueue(outputs: specification.outputRanges)
        keeper =
            specification.slots.isEmpty
            ? nil : SlotKeeper(rules: specification.slots, table: table, bits: specification.bits)
        let mixture: PortfolioMixture? =
            if case .portfolio(_, let halfLife) = specification.optimizer { PortfolioMixture(halfLife: halfLife) } else
            {
                nil
            }
        let heads = zip(specification.heads, specification.outputRanges).map {
            HeadLearner(
                head: $0, outputs: $1, table: table, mixture: mixture,
                guards: specification.guards, bits: specification.bits)
        }
        self.heads = heads
        lentHeads = LentObjects(heads)
    }

    /// Takes the numbers of a scored event into the moments.
    ///
    /// - Precondition: ordinals lie below the specification's count; the fold has checked them.
    public func observe(_ numbers: [NumberObservation]) {
        for number in numbers { moments[Int(number.ordinal)].observe(Double(number.value)) }
    }

    /// Takes the features of a scored event into what decides which slots learn, fade and are given up.
    public func meet(_ features: FeatureVector) {
        guard let keeper else { return }
        settle()
        keeper.meet(features)
    }

    /// Event time has come to `time`.
    public func passTime(_ time: Timestamp) {
        let watchesBias = specification.guards.watchesBias
        guard keeper != nil || watchesBias else { return }
        settle()
        keeper?.passTime(time)
        if watchesBias { for head in heads { head.passTime(time) } }
    }

    /// Slots that were given up because no event had one of their features for long.
    public var expiredSlots: UInt64 { keeper?.expired ?? 0 }

    /// Predicts, then takes one step.
    ///
    /// A correction steps along L′(z, new) − L′(z, old), both at the current logit z: the old lesson is taken back as far
    /// as the model of today would learn it. A late positive after an early negative of a cross-entropy head thus steps
    /// by −1, whatever z is. An outcome that the head's sampling leaves out teaches nothing, and there is nothing of it
    /// to take back.
    public func learn(_ example: consuming TrainingExample) {
        if let keeper { example.features = keeper.admitted(example.features) }
        lessons.append(example)
        if lessons.count > LessonQueue.depth { step() } else { lessons.listNewest(for: unsettledTable) }
    }

    /// Lets every example that waits step.
    func settle() { while lessons.count > 0 { step() } }

    private func step() {
        let listed = lessons.oldestPlace
        let example = lessons.take()
        lentHeads.lend(example.head) {
            $0.learn(example, listed: listed, before: lessons, importanceAware: specification.importanceAware)
        }
    }

    /// Takes a settled outcome into what decides how the head's score is served, with the scores as they were served.
    ///
    /// - Parameter scores: those of all outputs of the event.
    public func judge(head: Int, scores: [OutputScore], outcome: Outcome) {
        heads[head].judge(scores[heads[head].outputs], outcome: outcome)
    }

    /// Writes the state so that equal states give equal bytes: moments, each head, what is known of slots.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        settle()
        writer.writeVarint(UInt64(moments.count))
        for moment in moments {
            writer.writeVarint(moment.count)
            writer.writeDouble(moment.mean)
            writer.writeDouble(moment.squaredDeviations)
        }
        for head in heads { head.encode(into: &writer, flush: flush) }
        keeper?.encode(into: &writer)
    }

    /// Reads what `encode` wrote into an untrained model.
    ///
    /// - Throws: `ModelStateError` or `ByteCodingError` for bytes that are no state of this specification.
    public func decode(_ reader: inout ByteReader) throws {
        settle()
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
        for head in heads { try head.decode(&reader, bits: specification.bits) }
        try keeper?.decode(&reader)
    }
}

/// Why bytes are not a model's state.
public enum ModelStateError: Error, Hashable, Sendable {
    /// The shape does not fit the specification.
    case shape
    /// A slot holds what no learning leaves behind.
    case outOfDomain
}

extension HeadTask {
    /// The raw logits of each output where nothing was learned: those that stand for the base rates.
    var initialOffsets: [Logit] {
        switch self {
        case .binary(let task):
            [CompositeMap(loss: task.loss, treatment: task.treatment).initialOffset(baseRate: task.baseRate)]
        case .classes(let task): ClassMap(task: task).initialOffsets(baseRates: task.baseRates)
        }
    }
}
