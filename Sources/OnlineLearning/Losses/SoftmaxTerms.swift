// Probabilities of one vector of logits, their logarithms and their complements, none of them by a difference that
// cancels. Labels, weights and focusing are CategoricalLoss's.

import ElementaryMath
import ScoringRecords

/// p_k, ln p_k, q_k = 1 − p_k and ln q_k of a softmax, from the greatest logit and the sum of the others relative to
/// it.
///
/// The sums run over the logits in order, with the first greatest one left out: ln p of that class is −ln(1 + rest),
/// exact however certain it is. Every other class has p ≤ ½, so its q is a harmless difference.
struct SoftmaxTerms {
    /// The position of the first greatest logit.
    let top: Int
    private let greatest: Double
    /// Σ over all classes but `top` of e^(z_k − greatest).
    private let rest: Double
    /// ln(1 + rest).
    private let logTotal: Double
    /// ln rest, finite even where rest underflows.
    private let logRest: Double

    /// `logits` has at least two entries; each is clamped to ±`Logit.bound`, and NaN traps.
    init(_ logits: Span<Double>) {
        var top = 0
        for k in logits.indices where logits[k] > logits[top] { top = k }
        let greatest = CompositeMap.clamped(logits[top])
        var second = -Double.infinity
        for k in logits.indices where k != top { second = max(second, CompositeMap.clamped(logits[k])) }
        var relative = 0.0
        for k in logits.indices where k != top { relative += exp(CompositeMap.clamped(logits[k]) - second) }
        self.top = top
        self.greatest = greatest
        rest = relative * exp(second - greatest)
        logTotal = log1p(rest)
        logRest = log(relative) + (second - greatest)
    }

    /// ln p_k of the class at `k` with logit z.
    @inline(__always)
    func logProbability(_ k: Int, _ z: Double) -> Double {
        k == top ? -logTotal : (CompositeMap.clamped(z) - greatest) - logTotal
    }

    /// p_k.
    @inline(__always)
    func probability(_ k: Int, _ z: Double) -> Double {
        (k == top ? 1 : exp(CompositeMap.clamped(z) - greatest)) / (1 + rest)
    }

    /// q_k.
    @inline(__always)
    func complement(_ k: Int, _ p: Double) -> Double { k == top ? rest / (1 + rest) : 1 - p }

    /// ln q_k.
    @inline(__always)
    func logComplement(_ k: Int, _ p: Double) -> Double { k == top ? logRest - logTotal : log1p(-p) }

    /// p_k/q_top of a class other than `top`, in [0, 1]; 0 where both underflow.
    @inline(__always)
    func shareOfRest(_ z: Double) -> Double { rest == 0 ? 0 : exp(CompositeMap.clamped(z) - greatest) / rest }

    /// p_k (−ln p_k) / q_k, in [0, 1]: its limit 1 at q = 0 is taken where rest underflows.
    @inline(__always)
    func entropyQuotient(_ k: Int, _ z: Double, _ p: Double) -> Double {
        if k == top { return rest == 0 ? 1 : logTotal / rest }
        return p == 0 ? 0 : p * -logProbability(k, z) / (1 - p)
    }
}
