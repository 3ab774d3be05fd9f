// The monitor's state: joins waiting for labels, and per head the served probabilities held against what happened.

public import Calibration
public import ByteCoding
import ElementaryMath
public import OnlineLearning
public import ScoringRecords
import WireFormat

/// One output's predictions against mature outcomes, at the three stages of a score.
public struct OutputStatistics: Hashable, Sendable {
    /// What the learner said, unmapped: for a weighted or focal loss no probability.
    public private(set) var raw = CalibrationSketch()
    /// After the closed-form map.
    public private(set) var mapped = CalibrationSketch()
    /// What the client was told.
    public private(set) var served = CalibrationSketch()

    mutating func add(_ score: OutputScore, outcome: Double, weight: Double) {
        raw.add(logit: score.raw, outcome: outcome, weight: weight)
        mapped.add(logit: score.mapped, outcome: outcome, weight: weight)
        served.add(logit: score.served, outcome: outcome, weight: weight)
    }
}

/// One head's predictions against mature outcomes.
public struct HeadStatistics: Hashable, Sendable {
    /// Per output: the one of a binary head, or every class against the rest.
    public private(set) var outputs: [OutputStatistics]
    /// The classes as one prediction; `nil` for a binary head.
    public private(set) var classes: ClassSums?
    /// Σ of the head's own loss at the raw logits, and of the weights: what it is trained on, by progressive validation.
    public private(set) var trainingLoss = TrainingLossSums()

    init(task: HeadTask) {
        outputs = Array(repeating: OutputStatistics(), count: task.outputCount)
        if case .classes(let task) = task { classes = ClassSums(classCount: task.classes.count) }
    }

    /// Takes a mature outcome; `scores` are those of the head's outputs.
    mutating func add(_ scores: ArraySlice<OutputScore>, outcome: Outcome, task: HeadTask) {
        switch (outcome, task) {
        case (.observed(let value, let weight), .binary(let task)):
            let (score, value, weight) = (scores[scores.startIndex], Double(value), Double(weight))
            outputs[0].add(score, outcome: value, weight: weight)
            trainingLoss.add(
                task.loss.value(
                    logit: Double(score.raw.value), label: task.treatment.smoothed(value), weight: weight),
                weight: weight)
        case (.category(let category, let weight), .classes(let task)):
            let (category, weight) = (Int(category), Double(weight))
            for (k, score) in scores.enumerated() {
                outputs[k].add(score, outcome: k == category ? 1 : 0, weight: weight)
            }
            classes?.add(servedLogits: scores.map { Double($0.served.value) }, category: category, weight: weight)
            // The logarithms of the raw probabilities are logits of the same softmax.
            let raw = scores.map { -softplus(-Double($0.raw.value)) }
            trainingLoss.add(task.loss.value(logits: raw.span, label: category, weight: weight), weight: weight)
        default:
            break  // unlabelled
        }
    }
}

/// `state(n) = fold(step, empty, journal[0..<n])` for calibration. Needs no model. Confined to one thread.
public final class MonitorFold {
    /// What the fold was built for.
    public let specification: Specification
    /// What was predicted against mature outcomes, per head.
    public private(set) var heads: [HeadStatistics]
    /// Joins and counters.
    public private(set) var joins: JoiningFold<[OutputScore]>
    /// How full the table is, by the features of scored events.
    public private(set) var census: SlotCensus
    /// The version that scored the newest event.
    public private(set) var newestVersion = ModelVersion.none

    private let outputRanges: [Range<Int>]

    /// An empty state.
    public init(specification: Specification, specificationDigest: [UInt8]) {
        self.specification = specification
        heads = specification.heads.map { HeadStatistics(task: $0.task) }
        outputRanges = specification.outputRanges
        census = SlotCensus(bits: specification.bits)
        joins = JoiningFold(specification: specification, specificationDigest: specificationDigest)
    }

    /// Folds one record. Only events whose window has closed are judged, each once, with the probability served.
    ///
    /// - Parameter counts: asked once for every event and head whose window has closed; `false` leaves it out of `heads`.
    public func fold(_ record: JournalRecord, where counts: (Joined<[OutputScore]>) -> Bool = { _ in true }) {
        let effect = joins.fold(
            record, payload: \.outputs,
            output: { output in
                guard case .matured(let matured) = output, counts(matured) else { return }
                heads[matured.head].add(
                    matured.payload[outputRanges[matured.head]], outcome: matured.outcome,
                    task: specification.heads[matured.head].task)
            }, quarantine: { _ in })
        if case .reset = effect {
            heads = specification.heads.map { HeadStatistics(task: $0.task) }
            newestVersion = .none
            census = SlotCensus(bits: specification.bits)
        }
        if joins.isOwnSpecification, case .scored(let event) = record {
            census.meet(event.features)
            newestVersion = max(newestVersion, event.modelVersion)
        }
    }
}

// What the monitor remembers of an event: the scores that were served.
extension [OutputScore]: JoinedPayload {
    /// Writes the scores as the journal does.
    public func write(to writer: inout ByteWriter) { writer.write(self) }

    /// Reads what `write` wrote.
    public init(reading reader: inout ByteReader) throws { self = try reader.readScores() }
}
