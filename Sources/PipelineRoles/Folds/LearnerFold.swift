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

    /// Writes what one made of `event` would.
    static func write(_ event: ScoredEvent, to writer: inout ByteWriter) {
        writer.write(event.features)
        writer.write(event.outputs)
    }

    /// Reads what `write` wrote.
    public init(reading reader: inout ByteReader) throws {
        features = try reader.readFeatures()
        scores = try reader.readScores()
    }

    /// Reads the features alone for a lesson, else the scores alone.
    public init(reading reader: inout ByteReader, for use: PayloadUse) throws {
        if use == .lesson {
            features = try reader.readFeatures()
            scores = []
        } else {
            features = FeatureVector()
            try reader.skipFeatures()
            scores = try reader.readScores()
        }
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
    // Pieces of an earlier state, until the rollback to it.
    private var parts: [UInt8] = []

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
        if case .scored(let event) = record { return fold(scored: event) }
        var quarantined: [Quarantined] = []
        let effect = joins.fold(
            record, payload: WaitingEvent.write, output: learn, quarantine: { quarantined.append($0) })
        switch effect {
        case .none, .waiting:
            guard joins.isOwnSpecification else { break }
            switch record {
            case .watermark: model.passTime(joins.clock.watermark)
            case .modelPart(let part): if parts.count + part.count <= Limits.modelBytes { parts += part }
            case .rollback(let rollback):
                if !goBack(rollback) {
                    joins.refuse(.modelUnusable)
                    quarantined.append(
                        Quarantined(
                            sequence: sequence - 1, decidedBy: sequence - 1, reason: .modelUnusable, record: record))
                }
            default: break
            }
        case .reset:
            model = OnlineModel(specification: specification)
            parts = []
        }
        return quarantined
    }

    /// Folds a scored event as `fold(_:)` does its record.
    public func fold(scored event: ScoredEvent) -> [Quarantined] {
        var quarantined: [Quarantined] = []
        let waits = joins.fold(
            scored: event, payload: WaitingEvent.write, output: learn, quarantine: { quarantined.append($0) })
        if waits {
            model.observe(event.numbers)
            model.meet(event.features)
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

    // MARK: Rollback

    /// What a later state needs to take this one's model back: what heads were taught of waiting events, and the model.
    public func rollbackState() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(joins.joiner.lessons())
        model.encode(into: &writer) { _ in }
        return writer.bytes
    }

    // The pieces are used up, whether they make a model or not.
    private func goBack(_ rollback: Rollback) -> Bool {
        defer { parts = [] }
        guard rollback.byteCount == UInt64(parts.count) else { return false }
        do {
            var reader = ByteReader(parts)
            let lessons = try reader.readTaughtEvents(
                heads: specification.heads.count, maximum: specification.maximumPending)
            let earlier = OnlineModel(specification: specification)
            try earlier.decode(&reader)
            try reader.expectEnd()
            model = earlier
            joins.forgetLessons(except: lessons)
            return true
        } catch { return false }
    }

    // MARK: Canonical bytes

    /// Writes joins, then model, in pieces, and pieces of an earlier state if there are any: equal states give equal
    /// bytes.
    public func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        joins.encode(into: &writer, flush: flush)
        model.encode(into: &writer, flush: flush)
        if !parts.isEmpty { writer.writeByteString(parts) }
    }

    /// The bytes of `encode`, and where among them the model's lie.
    public func encoded() -> (bytes: [UInt8], model: Range<Int>) {
        // What waits takes about as much in memory. Without room for it, it would be moved each time the bytes double.
        var writer = ByteWriter(capacity: joins.joiner.memoryBytes)
        joins.encode(into: &writer) { _ in }
        let start = writer.count
        model.encode(into: &writer) { _ in }
        let end = writer.count
        if !parts.isEmpty { writer.writeByteString(parts) }
        return (writer.bytes, start..<end)
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
        if !reader.isAtEnd {
            parts = try reader.readByteString(maximumByteCount: Limits.modelBytes)
            guard !parts.isEmpty else { throw FoldStateError.outOfDomain }
        }
        try reader.expectEnd()
    }
}
