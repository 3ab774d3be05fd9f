// A loss, its gradient and its curvature with respect to the logit, side by side: what one is, the others derive from.
// One example each; sums, means and per-feature gradients are the caller's.

import CKernels
import ScoringRecords

extension BinaryLoss {
    /// The loss L(z) = w [c₁ y F(z) + c₀ (1 − y) F(−z)], in nats, ≥ 0.
    ///
    /// Domain: `logit` is clamped to ±`Logit.bound`; `label` in [0, 1]; `weight` in [0, `Float.greatestFiniteMagnitude`].
    /// Anything else is a broken caller and traps, NaN included. Relative error below 1e−12; underflow to 0 is regular.
    public func value(logit: Double, label: Double, weight: Double) -> Double {
        combine(logit, label, weight, positiveSign: 1) { PositiveTerms(gamma: gamma, logit: $0).loss }
    }

    /// The gradient dL/dz = w [−c₁ y G(z) + c₀ (1 − y) G(−z)], with G = −dF/dz > 0. Descent moves z against it.
    ///
    /// Domain and error as for `value`. Always finite: G ≤ 1.5 for every γ in `gammaRange` (1 for cross-entropy).
    public func gradient(logit: Double, label: Double, weight: Double) -> Double {
        combine(logit, label, weight, positiveSign: -1) { PositiveTerms.descent(gamma: gamma, logit: $0) }
    }

    /// `gradient` at eight logits: the same bits in less time than eight calls take, under cross-entropy.
    public func gradients(logits: SIMD8<Double>, label: Double, weight: Double) -> SIMD8<Double> {
        // Beyond these logits the exponential of several numbers at once is not specified. The comparison fails for NaN.
        guard gamma == 0, weir_are_within8(logits, 700) else {
            var gradients = SIMD8<Double>()
            for lane in 0..<8 { gradients[lane] = gradient(logit: logits[lane], label: label, weight: weight) }
            return gradients
        }
        BinaryLoss.check(label: label, weight: weight)
        func descent(_ logits: SIMD8<Double>) -> SIMD8<Double> {
            SIMD8(
                lowHalf: PositiveTerms.crossEntropyDescent(logits: logits.lowHalf),
                highHalf: PositiveTerms.crossEntropyDescent(logits: logits.highHalf))
        }
        // As in `combine`.
        var sum = SIMD8<Double>()
        if label > 0 { sum = descent(logits) * (-positiveWeight * label) }
        if label < 1 { sum += descent(-logits) * (negativeWeight * (1 - label)) }
        return sum * weight
    }

    private static func check(label: Double, weight: Double) {
        precondition(label >= 0 && label <= 1, "intake lets only labels in [0, 1] pass")
        precondition(
            weight >= 0 && weight <= Double(Float.greatestFiniteMagnitude), "intake lets only finite weights >= 0 pass")
    }

    /// The curvature d²L/dz² = w [c₁ y H(z) + c₀ (1 − y) H(−z)], with H = d²F/dz².
    ///
    /// Domain as for `value`. For γ > 0 the loss is not convex: the curvature is slightly negative for examples that are
    /// very wrong (γ = 2: −0.047 near z = −3.85 for a positive), and next to its zeros only the absolute error is small.
    public func curvature(logit: Double, label: Double, weight: Double) -> Double {
        combine(logit, label, weight, positiveSign: 1) { PositiveTerms(gamma: gamma, logit: $0).curvature }
    }

    /// The linear mix of both classes. A class with no share is skipped: labels are nearly always 0 or 1.
    @inline(__always)
    private func combine(
        _ logit: Double, _ label: Double, _ weight: Double, positiveSign: Double, _ part: (Double) -> Double
    ) -> Double {
        precondition(!logit.isNaN, "a logit computed from finite weights and values cannot be NaN")
        BinaryLoss.check(label: label, weight: weight)
        let z = min(max(logit, -Double(Logit.bound)), Double(Logit.bound))
        var sum = 0.0
        if label > 0 { sum = positiveSign * positiveWeight * label * part(z) }
        // A negative at z is a positive at −z.
        if label < 1 { sum += negativeWeight * (1 - label) * part(-z) }
        return weight * sum
    }
}
