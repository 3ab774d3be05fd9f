// How many times as many positives as promised, with an interval that one may look at as often as one likes.

import ElementaryMath

/// Evidence about ρ = Σ E[y | past] / Σp that is valid at any time, from a fixed start.
///
///     ln e(ρ) = ρS_p + a₀ ln a₀ − ln Γ(a₀) + ln Γ(a₀ + S_y) − (a₀ + S_y) ln(a₀ + ρS_p),   a₀ = 1
///
/// For each ρ, e(ρ) is a mixture over θ of exp(θS_y − (e^θ − 1)ρS_p) with a gamma prior on e^θ. Each of these is a
/// supermartingale starting at 1 if E[y | past] averages ρp, for outcomes in [0, 1]. So P(e(ρ) ever reaches 1/α) ≤ α
/// (Ville), and {ρ: e(ρ) < 1/α} holds the true ratio *at all times at once* with probability 1 − α (Robbins 1970,
/// *Annals of Math. Statistics* 41:1397; Howard et al. 2021, *Annals of Statistics* 49:1055). The ratio need not be
/// constant: the interval is about its average so far. e(1) is the evidence against calibration.
///
/// Valid from a fixed start only, so one per hour or day; not for a sliding window. It assumes what
/// ``DriftDetector`` does of labels within one attribution window.
///
/// A label of weight w counts min(w, 1) times: a bet may be reduced, never raised.
public struct GammaPoissonSequence: Hashable, Sendable {
    /// S_y = Σ min(w, 1)·y ≥ 0.
    public private(set) var observed = 0.0
    /// S_p = Σ min(w, 1)·p ≥ 0.
    public private(set) var predicted = 0.0

    /// a₀: the prior is spread as one expected positive would spread it.
    private static let priorShape = 1.0

    /// A sequence that has seen nothing.
    public init() {}

    /// A sequence read back from its sums; `nil` unless both are finite and not negative.
    public init?(observed: Double, predicted: Double) {
        guard observed >= 0, observed.isFinite, predicted >= 0, predicted.isFinite else { return nil }
        self.observed = observed
        self.predicted = predicted
    }

    /// Takes one label into account.
    @inline(__always)
    public mutating func add(_ score: JudgedScore) {
        let weight = min(score.weight, 1)
        observed += weight * score.outcome
        predicted += weight * score.probability
    }

    /// S_y/S_p; `nil` before any label, and where the p are so small that the quotient overflows.
    public var ratio: Double? {
        let ratio = observed / predicted
        return ratio.isFinite ? ratio : nil
    }

    /// ln e(ρ) in nats, for ρ ≥ 0: the evidence against the ratio being ρ.
    public func logEvidence(againstRatio ratio: Double) -> Double {
        precondition(ratio >= 0 && ratio.isFinite, "a ratio is a finite number, 0 or more")
        let prior = GammaPoissonSequence.priorShape
        let expected = ratio * predicted
        // With a₀ = 1 the terms a₀ ln a₀ and ln Γ(a₀) are 0.
        return expected + logGamma(prior + observed) - (prior + observed) * log(prior + expected)
    }

    /// e(1): the evidence against calibration, in [0, +∞]; 1 before any label, +∞ where it overflows.
    public var evidence: Double { exp(logEvidence(againstRatio: 1)) }

    /// The ratios that are not refuted at level α; `nil` before any p > 0.
    ///
    /// The evidence is convex in ρ with its minimum at S_y/S_p: the two ends are found by bisection, to the last bit.
    /// Without positives the lower end is 0.
    ///
    /// - Parameter alpha: in (0, 1); anything else traps. 0.05 gives 95 %.
    public func interval(alpha: Double = 0.05) -> ConfidenceInterval? {
        precondition(alpha > 0 && alpha < 1, "a level lies between 0 and 1")
        guard let ratio, predicted > 0 else { return nil }
        let limit = -log(alpha)
        var upper = max(2 * ratio, 1 / predicted)
        while logEvidence(againstRatio: min(upper, .greatestFiniteMagnitude)) < limit {
            upper *= 2
            guard upper.isFinite else { return nil }
        }
        let hasLower = logEvidence(againstRatio: 0) > limit
        return ConfidenceInterval(
            lower: hasLower ? end(refuted: 0, kept: ratio, limit: limit) : 0,
            upper: end(refuted: upper, kept: ratio, limit: limit))
    }

    /// Where the evidence crosses `limit` between a refuted and a kept ratio.
    private func end(refuted: Double, kept: Double, limit: Double) -> Double {
        var (outside, inside) = (refuted, kept)
        while true {
            let middle = inside + (outside - inside) / 2
            guard middle != inside, middle != outside else { return inside }
            if logEvidence(againstRatio: middle) < limit { inside = middle } else { outside = middle }
        }
    }
}
