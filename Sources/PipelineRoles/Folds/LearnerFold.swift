// The learner's state: joins waiting for labels, and the model that learns from those that matured.

public import ByteCoding
public import OnlineLearning
public import ScoringRecords
import WireFormat

/// What the learner remembers of an event until its window closes.
public struct WaitingEvent: Hashable, JoinedPayload {
    /// The features exactly as scored: what is learned from.
    public var features: FeatureVector
    /// The scores as served: what mixture and recalibrator are judged by.
    public var scores: [OutputScore]

    /// Pairs features and scores.
    public init(features: FeatureVector, scores: [OutputScore]) {
        self.features = features
        self.scores = scores
    }

    /// Writes both as the journal does.
    public func write(to writer: inout ByteWriter) {
        writer.write(features)
        writer.write(scores)
    }

    /// Reads what `write` wrote.
    public init(reading reader: inout ByteReader) throws {
        features = try reader.readFeatures()
        scores = try reader.readScores()
    }
}

/// `state(n) = fold(step, empty, journal[0..<n])` for the model. Confined to one thread.
public final class LearnerFold {
    /// What the fold was built for.
    public let specification: Specification
    /// The SHA-256 of the specification's canonical bytes.
    public let specificationDigest: [UInt8]
    /// The model at `sequence`.
    public private(set) var model: OnlineModel
    /// Joins and counters at `sequence`.
    public private(set) var joins: JoiningFold<WaitingEvent>

    /// An empty state, before the journal's first kept record.
    public init(specification: Specification, specificationDigest: [UInt8], startingAt start: UInt64 = 0) {
        self.specification = specification
        self.specificationDigest = specificationDigest
        model = OnlineModel(specification: specification)
        joins = JoiningFold(
            specification: specification, specificationDigest: specificationDigest, startingAt: start)
    }

    /// Records folded: the sequence number of the next, and what a model version counts.
    public var sequence: UInt64 { joins.sequence }

    /// Folds one record; returns what turned out to have no effect: the record itself, or labels that waited.
    ///
    /// A scored event moves the moments at once and waits for its labels; each head learns as its policy says.
    public func fold(_ record: JournalRecord) -> [Quarantined] {
        var quarantined: [Quarantined] = []
        let effect = joins.fold(
            record, payload: { WaitingEvent(features: $0.features, scores: $0.outputs) }, output: learn,
            quarantine: { quarantined.append($0) })
        switch effect {
        case .none:
            if joins.isOwnSpecification, case .watermark = record { model.passTime(joins.clock.watermark) }
        case .reset: model = OnlineModel(specification: specification)
        case .waiting:
            if case .scored(let event) = record {
                model.observe(event.numbers)
                model.meet(event.features)
            }
        }
        return quarantined
    }

    private func learn(_ output: JoinOutput<WaitingEvent>) {
        switch output {
        case .provisional(let joined):
            model.learn(
                TrainingExample(
                    head: joined.head, id: joined.id, features: joined.payload.features, outcome: joined.outcome))
        case .correction(let joined, let old):
            model.learn(
                TrainingExample(
                    head: joined.head, id: joined.id, features: joined.payload.features, outcome: joined.outcome,
                    corrected: old))
        case .matured(let joined):
            model.judge(head: joined.head, scores: joined.payload.scores, outcome: joined.outcome)
        case .refused, .aged:
            break  // quarantined; nothing looks early here
        }
    }

    // MARK: Canonical bytes

    /// Writes joins, then model, in pieces: equal states give equal bytes.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        joins.encode(into: &writer, flush: flush)
        model.encode(into: &writer, flush: flush)
    }

    /// Reads what `encode` wrote.
    public init(
        decoding reader: inout ByteReader, specification: Specification, specificationDigest: [UInt8]
    ) throws {
        self.specification = specification
        self.specificationDigest = specificationDigest
        joins = try JoiningFold(
            decoding: &reader, specification: specification, specificationDigest: specificationDigest)
        model = OnlineModel(specification: specification)
        try model.decode(&reader)
        try reader.expectEnd()
    }
}
