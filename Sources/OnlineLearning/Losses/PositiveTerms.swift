// The primitive of every binary loss: what a positive example costs at a logit, and its first two derivatives,
// in forms that neither overflow nor cancel. Weights, labels and negatives are mixed in by BinaryLoss.

import ElementaryMath

/// F, G = −F′ and H = F″ of a positive example at the logit z, for F(z) = q^γ (−ln p), p = σ(z), q = σ(−z).
///
/// Everything is built from t = e^{−|z|} in [0, 1] and ℓ = ln(1 + t): the textbook σ(z) − 1 and softplus(z) − z cancel to
/// nothing once p rounds to 1. The derivatives are those of Lin et al. 2017 (arXiv 1708.02002, appendix B), once more differentiated for H:
///
///     a = −ln p,   G = q^γ (q + γ p a),   H = p q^γ [ (2γ + 1) q + γ a (γ p − q) ]
struct PositiveTerms {
    private let gamma: Double
    private let z: Double
    /// e^{−|z|}; 0 once it underflows.
    private let t: Double
    /// ln(1 + t).
    private let l: Double

    /// Prepares the terms; `logit` is finite and within ±`Logit.bound`, γ within `BinaryLoss.gammaRange`.
    @inline(__always)
    init(gamma: Double, logit: Double) {
        self.gamma = gamma
        z = logit
        t = exp(-logit.magnitude)
        l = log1p(t)
    }

    /// σ(z).
    private var p: Double { (z < 0 ? t : 1) / (1 + t) }

    /// σ(−z).
    private var q: Double { (z < 0 ? 1 : t) / (1 + t) }

    /// −ln σ(z).
    private var a: Double { z < 0 ? l - z : l }

    /// −ln σ(−z).
    private var b: Double { z < 0 ? l : z + l }

    /// q^γ, as the exponential of γ ln q, whose logarithm keeps its digits where q has none left.
    private var discount: Double { gamma == 0 ? 1 : exp(-gamma * b) }

    /// F(z): the cost.
    var loss: Double { discount * a }

    /// `descent` of a positive at `logit`, for which cross-entropy needs neither logarithm nor second exponential: G = q.
    @inline(__always)
    static func descent(gamma: Double, logit: Double) -> Double {
        guard gamma == 0 else { return PositiveTerms(gamma: gamma, logit: logit).descent }
        let t = exp(-logit.magnitude)
        return (logit < 0 ? 1 : t) / (1 + t)
    }

    /// G(z) = −F′(z) > 0: how strongly descent lifts the logit.
    ///
    /// Formed in the logarithm: the factors alone underflow long before their product matters.
    ///
    ///     z ≥ 0: ln G = −(γ + 1)(z + ℓ) + ln(1 + γ ℓ/t)      z < 0: ln G = −(γ + 1) ℓ + ln(1 + γ t (|z| + ℓ))
    private var descent: Double {
        let focus = z < 0 ? gamma * t * a : gamma * PositiveTerms.logarithmQuotient(t, l)
        return exp(log1p(focus) - (gamma + 1) * b)
    }

    /// H(z) = F″(z).
    var curvature: Double {
        p * discount * ((2 * gamma + 1) * q + gamma * a * (gamma * p - q))
    }

    /// κ = ln(1 + t) / t for t in [0, 1], given ℓ = ln(1 + t): in [ln 2, 1], and 1 at t = 0, its limit.
    @inline(__always)
    static func logarithmQuotient(_ t: Double, _ l: Double) -> Double { t == 0 ? 1 : l / t }
}
