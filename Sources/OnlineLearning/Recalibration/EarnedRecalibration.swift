// Whether the recalibrator may speak: only while it has predicted better than silence would have.

import ElementaryMath

/// `OnlinePlatt` under a guard of evidence.
///
/// A recalibrator costs variance, and on a stream whose rate comes in bursts it learns one burst and serves it to the
/// next calm: on flight cancellations it raised normalised entropy by .027 behind one FTRL learner and by .013 behind
/// the portfolio. So both are scored on every mature label before it is learned from, the fitted line and the mapped
/// logit as it is,
///
///     A ← 2^(−ℓ/H) A + w (loss(mapped) − loss(fitted)),    |A| ≤ 20 nats
///
/// with ℓ the loss of what was mapped and H = 300 nats, as in `PortfolioMixture`. The line is served from A > 3 nats (odds
/// of 20 to 1 in its favour) until A < 0; never before `OnlinePlatt.leastPositives`.
public struct EarnedRecalibration: Hashable, Sendable {
    /// The line.
    public private(set) var platt = OnlinePlatt()
    /// A: by how many nats the line has lately been better than the mapped logit.
    public private(set) var advantage = 0.0
    /// Whether the line is served.
    public private(set) var isServing = false

    /// The advantage that earns serving.
    public static let earnedAdvantage = 3.0
    // So that neither side's past keeps the other waiting for longer than the half-life.
    private static let advantageLimit = 20.0
    private static let halfLife = 300.0
    private static let ln2 = 0.693_147_180_559_945_3

    /// Silent.
    public init() {}

    /// Takes one mature label, as `OnlinePlatt.learn`.
    public mutating func learn(mappedLogit: Double, outcome: Double, weight: Double) {
        func loss(_ logit: Double) -> Double {
            weight * (outcome * softplus(-logit) + (1 - outcome) * softplus(logit))
        }
        let mapped = loss(mappedLogit)
        let faded = advantage * exp(-EarnedRecalibration.ln2 * min(mapped, 1e4) / EarnedRecalibration.halfLife)
        let limit = EarnedRecalibration.advantageLimit
        advantage = min(max(faded + mapped - loss(platt.fitted(mappedLogit)), -limit), limit)
        platt.learn(mappedLogit: mappedLogit, outcome: outcome, weight: weight)
        if !platt.isServing || advantage < 0 {
            isServing = false
        } else if advantage > EarnedRecalibration.earnedAdvantage {
            isServing = true
        }
    }

    /// Everything that has to be kept.
    public var state: [Double] { platt.state + [advantage, isServing ? 1 : 0] }

    /// What `state` was; `nil` for numbers that no learning leaves behind.
    public init?(state: [Double]) {
        guard state.count >= 2, let platt = OnlinePlatt(state: Array(state.dropLast(2))) else { return nil }
        let (advantage, serving) = (state[state.count - 2], state[state.count - 1])
        guard advantage.magnitude <= EarnedRecalibration.advantageLimit, serving == 0 || serving == 1 else {
            return nil
        }
        guard serving == 0 || (platt.isServing && advantage >= 0) else { return nil }
        self.platt = platt
        self.advantage = advantage
        isServing = serving == 1
    }
}
