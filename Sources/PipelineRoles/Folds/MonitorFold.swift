// The monitor's state: joins waiting for labels, and per head the served probabilities held against what happened.

public import Calibration
import ByteCoding
public import OnlineLearning
public import ScoringRecords

/// `state(n) = fold(step, empty, journal[0..<n])` for calibration. Needs no model. Confined to one thread.
public final class MonitorFold {
    /// What the fold was built for.
    public let specification: Specification
    /// Served probability against mature outcome, per head.
    public private(set) var sketches: [CalibrationSketch]
    /// Joins and counters.
    public private(set) var joins: JoiningFold<[Logit]>
    /// The version that scored the newest event.
    public private(set) var newestVersion = ModelVersion.none

    /// An empty state.
    public init(specification: Specification, specificationDigest: [UInt8]) {
        self.specification = specification
        sketches = specification.heads.map { _ in CalibrationSketch() }
        joins = JoiningFold(specification: specification, specificationDigest: specificationDigest)
    }

    /// Folds one record. Only events whose window has closed are judged, each once, with the probability served.
    public func fold(_ record: JournalRecord) {
        let effect = joins.fold(record, payload: { $0.heads.map(\.served) }) { matured in
            guard case .observed(let value, let weight) = matured.outcome else { return }
            sketches[matured.head].add(
                logit: matured.payload[matured.head], outcome: Double(value), weight: Double(weight))
        }
        if case .reset = effect {
            sketches = specification.heads.map { _ in CalibrationSketch() }
            newestVersion = .none
        }
        if joins.isOwnSpecification, case .scored(let event) = record {
            newestVersion = max(newestVersion, event.modelVersion)
        }
    }
}
