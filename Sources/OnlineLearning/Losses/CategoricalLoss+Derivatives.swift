// A softmax loss, its gradient and the diagonal of its Hessian, side by side. No allocation: results go where the
// caller says.

import ElementaryMath
import ScoringRecords

extension CategoricalLoss {
    /// The loss in nats, ≥ 0.
    ///
    /// Domain: `logits` has `classCount` entries, each clamped to ±`Logit.bound`; `label` is a class; `weight` in
    /// [0, `Float.greatestFiniteMagnitude`]. Anything else is a broken caller and traps, NaN included. Relative error
    /// below 1e−12; underflow to 0 is regular.
    ///
    /// - Complexity: O(C), for this and for the derivatives.
    public func value(logits: Span<Double>, label: Int, weight: Double) -> Double {
        check(logits.count, label, weight)
        let terms = SoftmaxTerms(logits)
        var sum = 0.0
        for k in 0..<classCount {
            let share = share(of: k, label: label)
            if share == 0 { continue }
            let discount = discount(terms, k, terms.probability(k, logits[k]))
            sum += share * discount * -terms.logProbability(k, logits[k])
        }
        return weight * sum
    }

    /// The gradient dL/dz_j = w [p_j Σ_{k≠j} s_k − s_j q_j], s_k = u_k q_k^γ (1 + γ p_k (−ln p_k) / q_k), into
    /// `gradient`.
    ///
    /// At γ = 0 that is w (p_j Σu − u_j). `gradient` has `classCount` entries; all are overwritten. Their sum is 0 up
    /// to rounding. Domain and error as for `value`; always finite.
    public func gradient(
        logits: Span<Double>, label: Int, weight: Double, into gradient: inout MutableSpan<Double>
    ) {
        check(logits.count, label, weight)
        precondition(gradient.count == classCount, "there is a gradient per class")
        let terms = SoftmaxTerms(logits)
        var total = 0.0
        for k in 0..<classCount { total += pull(terms, k, logits[k], share(of: k, label: label)) }
        for j in 0..<classCount {
            let p = terms.probability(j, logits[j])
            let own = pull(terms, j, logits[j], share(of: j, label: label))
            // Without smoothing one pull is not 0, and the difference is exact.
            gradient[j] = weight * (p * (total - own) - own * terms.complement(j, p))
        }
    }

    /// The diagonal of the Hessian, d²L/dz_j², into `curvature`: w p_j q_j Σu at γ = 0.
    ///
    /// For γ > 0 it may be negative at examples that are very wrong; a second-order learner takes the greater of it and
    /// 0. Next to its zeros only the absolute error is small. `curvature` has `classCount` entries; domain as for
    /// `value`.
    public func curvature(
        logits: Span<Double>, label: Int, weight: Double, into curvature: inout MutableSpan<Double>
    ) {
        check(logits.count, label, weight)
        precondition(curvature.count == classCount, "there is a curvature per class")
        let terms = SoftmaxTerms(logits)
        let top = terms.top
        let topChange = change(terms, top, logits[top], share(of: top, label: label))
        var (total, bend) = (0.0, 0.0)
        for k in 0..<classCount {
            let share = share(of: k, label: label)
            total += pull(terms, k, logits[k], share)
            if k != top { bend += change(terms, k, logits[k], share) / (1 - terms.probability(k, logits[k])) }
        }
        // With r_k = q_k p_k ds_k/dp_k: p_j q_j Σs − q_j r_j − p_j² Σ_{k≠j} r_k/q_k. The greatest class is taken apart:
        // its q may underflow, but p_j/q is at most 1.
        for j in 0..<classCount {
            let p = terms.probability(j, logits[j])
            let q = terms.complement(j, p)
            let own = j == top ? topChange : change(terms, j, logits[j], share(of: j, label: label))
            let others = j == top ? bend * p : (bend - own / q) * p + topChange * terms.shareOfRest(logits[j])
            curvature[j] = weight * (p * q * total - q * own - p * others)
        }
    }

    /// s_k: how strongly class k pulls at its own logit, per q_k.
    @inline(__always)
    private func pull(_ terms: SoftmaxTerms, _ k: Int, _ z: Double, _ share: Double) -> Double {
        if gamma == 0 || share == 0 { return share }
        let p = terms.probability(k, z)
        return share * discount(terms, k, p) * (1 + gamma * terms.entropyQuotient(k, z, p))
    }

    /// q_k p_k ds_k/dp_k = u_k γ q^γ p [−ln p − 2 − (γ − 1) e], with e = p(−ln p)/q; 0 at γ = 0.
    @inline(__always)
    private func change(_ terms: SoftmaxTerms, _ k: Int, _ z: Double, _ share: Double) -> Double {
        if gamma == 0 || share == 0 { return 0 }
        let p = terms.probability(k, z)
        let e = terms.entropyQuotient(k, z, p)
        return share * gamma * p * discount(terms, k, p) * (-terms.logProbability(k, z) - 2 - (gamma - 1) * e)
    }

    /// q_k^γ.
    @inline(__always)
    private func discount(_ terms: SoftmaxTerms, _ k: Int, _ p: Double) -> Double {
        gamma == 0 ? 1 : exp(gamma * terms.logComplement(k, p))
    }

    private func check(_ count: Int, _ label: Int, _ weight: Double) {
        precondition(count == classCount, "there is a logit per class")
        precondition(label >= 0 && label < classCount, "a label is the position of a class")
        precondition(
            weight >= 0 && weight <= Double(Float.greatestFiniteMagnitude), "intake lets only finite weights >= 0 pass")
    }
}
