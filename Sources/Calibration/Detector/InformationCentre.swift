// Where on the logit scale the labels tell something: the pivot around which a slope is tried.

import ElementaryMath

/// The running mean of the served logit, each score weighed by its information p(1 − p) and slowly forgotten.
///
/// A slope around this pivot moves the level as little as possible, so that slope and level are told apart.
struct InformationCentre: Hashable {
    /// Σ λᵃ p(1 − p), with a the age in events.
    private(set) var information: Double
    /// Σ λᵃ p(1 − p) s.
    private(set) var weightedLogit: Double

    /// λ: a memory of 10⁵ events.
    static let decay = 0.99999
    /// The information that the base rate stands for at first: that of a thousandth of an event or so.
    static let initialInformation = 1e-3
    /// Logits are limited to ± this: beyond, a score carries no information and would only add rounding.
    static let logitLimit = 20.0

    init(baseRate: Double) {
        information = InformationCentre.initialInformation
        weightedLogit = InformationCentre.initialInformation * logit(baseRate)
    }

    init?(information: Double, weightedLogit: Double) {
        guard information > 0, information.isFinite, weightedLogit.isFinite else { return nil }
        self.information = information
        self.weightedLogit = weightedLogit
    }

    /// In nats. Depends on scores alone, never on outcomes.
    @inline(__always)
    var value: Double { weightedLogit / information }

    @inline(__always)
    mutating func add(limitedLogit: Double, variance: Double) {
        information = InformationCentre.decay * information + variance
        weightedLogit = InformationCentre.decay * weightedLogit + variance * limitedLogit
    }
}
