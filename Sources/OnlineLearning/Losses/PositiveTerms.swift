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

    /// q^γ: by multiplication for the small whole γ in use, else as the exponential of γ ln q, whose logarithm keeps its
    /// digits where q has none left.
    @inline(__always)
    private var discount: Double {
        let q = q
        if gamma == 2 { return q * q }
        if gamma == 1 { return q }
        if gamma == 3 { return q * q * q }
        return gamma == 0 ? 1 : exp(-gamma * b)
    }

    /// F(z): the cost.
    var loss: Double { discount * a }

    /// `descent` of a positive at `logit`, for which cross-entropy needs neither logarithm nor second exponential: G = q.
    @inline(__always)
    static func descent(gamma: Double, logit: Double) -> Double {
        guard gamma == 0 else { return PositiveTerms(gamma: gamma, logit: logit).descent }
        let t = exp(-logit.magnitude)
        return (logit < 0 ? 1 : t) / (1 + t)
    }

    /// `descent` of cross-entropy at four logits within ±700, each with the very bits of the scalar one.
    @inline(__always)
    static func crossEntropyDescent(logits: SIMD4<Double>) -> SIMD4<Double> {
        let isNegative = logits .< 0
        // −|z| without a branch.
        let t = exp(logits.replacing(with: -logits, where: .!isNegative))
        return t.replacing(with: 1, where: isNegative) / (1 + t)
    }

    /// G(z) = −F′(z) > 0: how strongly descent lifts the logit. A sum of positive terms: nothing cancels. It is at most
    /// (1 + γ) q^(γ+1), so no factor underflows before the product does.
    @inline(__always)
    private var descent: Double {
        let discount = discount
        // The logarithm in `a` comes last: nothing else waits for it.
        return discount * q + (discount * (gamma * p)) * a
    }

    /// H(z) = F″(z).
    var curvature: Double {
        p * discount * ((2 * gamma + 1) * q + gamma * a * (gamma * p - q))
    }
}
