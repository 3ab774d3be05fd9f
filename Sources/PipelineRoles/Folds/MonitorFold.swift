// The monitor's state: joins waiting for labels, and per head the served probabilities held against what happened.

public import Calibration
import ByteCoding
public import OnlineLearning
public import ScoringRecords

/// One head's predictions against mature outcomes, at the three stages of a score.
public struct HeadStatistics: Hashable, Sendable {
    /// What the learner said, unmapped: for a weighted or focal loss no probability.
    public private(set) var raw = CalibrationSketch()
    /// After the closed-form map.
    public private(set) var mapped = CalibrationSketch()
    /// What the client was told.
    public private(set) var served = CalibrationSketch()

    mutating func add(_ score: HeadScore, outcome: Double, weight: Double) {
        raw.add(logit: score.raw, outcome: outcome, weight: weight)
        mapped.add(logit: score.mapped, outcome: outcome, weight: weight)
        served.add(logit: score.served, outcome: outcome, weight: weight)
    }
}

/// `state(n) = fold(step, empty, journal[0..<n])` for calibration. Needs no model. Confined to one thread.
public final class MonitorFold {
    /// What the fold was built for.
    public let specification: Specification
    /// What was predicted against mature outcomes, per head.
    public private(set) var heads: [HeadStatistics]
    /// Joins and counters.
    public private(set) var joins: JoiningFold<[HeadScore]>
    /// The version that scored the newest event.
    public private(set) var newestVersion = ModelVersion.none

    /// An empty state.
    public init(specification: Specification, specificationDigest: [UInt8]) {
        self.specification = specification
        heads = specification.heads.map { _ in HeadStatistics() }
        joins = JoiningFold(specification: specification, specificationDigest: specificationDigest)
    }

    /// Folds one record. Only events whose window has closed are judged, each once, with the probability served.
    public func fold(_ record: JournalRecord) {
        let effect = joins.fold(record, payload: \.heads) { output in
            guard case .matured(let matured) = output else { return }
            guard case .observed(let value, let weight) = matured.outcome else { return }
            heads[matured.head].add(
                matured.payload[matured.head], outcome: Double(value), weight: Double(weight))
        }
        if case .reset = effect {
            heads = specification.heads.map { _ in HeadStatistics() }
            newestVersion = .none
        }
        if joins.isOwnSpecification, case .scored(let event) = record {
            newestVersion = max(newestVersion, event.modelVersion)
        }
    }
}
