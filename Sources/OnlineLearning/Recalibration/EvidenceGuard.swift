// Whether a correction has earned to be served: a running comparison of what was predicted with it and without.

import ElementaryMath

/// By how many nats a correction has lately predicted better than what it corrects, and whether it is served for that.
///
///     A ← 2^(−ℓ/H) A + ℓ − ℓ′,    |A| ≤ 20 nats
///
/// with ℓ the loss without the correction, ℓ′ with it, and H = 300 nats, as in `PortfolioMixture`. It is served from
/// A > 3 nats (odds of 20 to 1 in its favour) until A < 0.
public struct EvidenceGuard: Hashable, Sendable {
    /// A: by how many nats the correction has lately been better.
    public private(set) var advantage = 0.0
    /// Whether it is served.
    public private(set) var isServing = false

    /// The advantage that earns serving.
    public static let earnedAdvantage = 3.0
    // So that neither side's past keeps the other waiting for longer than the half-life.
    static let advantageLimit = 20.0
    private static let halfLife = 300.0
    private static let ln2 = 0.693_147_180_559_945_3

    /// Silent.
    public init() {}

    /// What was kept; `nil` for numbers that no comparison leaves behind.
    public init?(advantage: Double, isServing: Bool) {
        guard advantage.magnitude <= EvidenceGuard.advantageLimit, !isServing || advantage >= 0 else { return nil }
        self.advantage = advantage
        self.isServing = isServing
    }

    /// Takes the losses of one label without and with the correction, both ≥ 0 and in nats; it may be served only where
    /// it `isReady`.
    public mutating func compare(without loss: Double, with corrected: Double, isReady: Bool) {
        let faded = advantage * exp(-EvidenceGuard.ln2 * min(loss, 1e4) / EvidenceGuard.halfLife)
        let limit = EvidenceGuard.advantageLimit
        advantage = min(max(faded + loss - corrected, -limit), limit)
        if !isReady || advantage < 0 {
            isServing = false
        } else if advantage > EvidenceGuard.earnedAdvantage {
            isServing = true
        }
    }
}
