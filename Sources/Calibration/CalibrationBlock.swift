// The labels of one block of time, as sums: what a block bootstrap draws.

import ElementaryMath
public import ScoringRecords

/// Sums over the labels of one block of event time, at the three stages of a score.
public struct CalibrationBlock: Hashable, Sendable {
    /// The sums of the served probabilities.
    public private(set) var served = CalibrationSums()
    /// Σwσ(raw) ≥ 0: the positives predicted before any correction.
    public private(set) var rawPredicted = 0.0
    /// Σwσ(mapped) ≥ 0: the positives predicted after the closed-form map.
    public private(set) var mappedPredicted = 0.0

    /// A block without labels.
    public init() {}

    /// Adds a label to a score at its three stages.
    ///
    /// - Precondition: as `CalibrationSketch.add(logit:outcome:weight:)`.
    public mutating func add(raw: Logit, mapped: Logit, served logit: Logit, outcome: Double, weight: Double) {
        guard let score = JudgedScore(servedLogit: Double(logit.value), outcome: outcome, weight: weight) else {
            return
        }
        served.add(score)
        rawPredicted += weight * sigmoid(Double(raw.value))
        mappedPredicted += weight * sigmoid(Double(mapped.value))
    }

    /// Adds the sums of `other` to these.
    public mutating func merge(_ other: CalibrationBlock) {
        served.merge(other.served)
        rawPredicted += other.rawPredicted
        mappedPredicted += other.mappedPredicted
    }

    /// Σwσ(raw)/Σwy; `nil` without observed positives.
    public var rawCalibrationRatio: Double? { served.observed > 0 ? rawPredicted / served.observed : nil }

    /// Σwσ(mapped)/Σwy; `nil` without observed positives.
    public var mappedCalibrationRatio: Double? { served.observed > 0 ? mappedPredicted / served.observed : nil }
}
