// Steps that do not overshoot: where a score ends up if a large step is taken as many small ones, or implicitly.
// The ordinary gradient is in BinaryLoss+Derivatives.swift; which steps are large enough to ask is the table's
// question.

import ElementaryMath
import ScoringRecords

extension BinaryLoss {
    /// The gradient g for which a step of the score from z by −`rate` g ends where a careful step would.
    ///
    /// `rate` is Σ ηᵢ xᵢ², what a unit of gradient moves the score by, ≥ 0 and finite. An example of weight 1,000 under
    /// an ordinary gradient may throw the score far past the point where its own loss is flat; this one never does. It
    /// has the sign of `gradient(…)` and, where the loss is convex on the way, at most its size. At `rate` 0 it is the
    /// gradient.
    ///
    /// Cross-entropy with a label of 0 or 1 follows the flow dz/dh = −`rate` L′(z) from h = 0 to 1 in closed form
    /// (Karampatziakis & Langford, *Online Importance Weight Aware Updates*, UAI 2011, §3.1). Everything else steps
    /// implicitly, z₁ = z − `rate` L′(z₁) (Kulis & Bartlett, *Implicit Online Learning*, ICML 2010): the flow has no
    /// closed form.
    ///
    /// Domain as for `gradient`. Relative error below 1e−10.
    public func importanceAwareGradient(logit: Double, label: Double, weight: Double, rate: Double) -> Double {
        if gamma == 0, label == 0 || label == 1 {
            let pull = weight * (label == 1 ? positiveWeight : negativeWeight)
            let z = CompositeMap.clamped(logit)
            let travel = BinaryLoss.flow(from: label == 1 ? z : -z, push: rate * pull)
            guard travel > 0, rate > 0 else { return gradient(logit: logit, label: label, weight: weight) }
            return (label == 1 ? -travel : travel) / rate
        }
        return implicitGradient(logit: logit, label: label, weight: weight, rate: rate)
    }

    /// The gradient L′(z₁) at the end of the implicit step z₁ = z − `rate` L′(z₁).
    ///
    /// Domain and meaning as for `importanceAwareGradient`. For γ > 0 the loss is not convex and a very large rate may
    /// allow several ends; this is one of them, and always in the direction of descent.
    ///
    /// - Complexity: at most `implicitLimit` evaluations of gradient and curvature; about six in practice.
    public func implicitGradient(logit: Double, label: Double, weight: Double, rate: Double) -> Double {
        precondition(rate >= 0 && rate < .infinity, "learning rates and values are finite and not negative")
        let start = CompositeMap.clamped(logit)
        let first = gradient(logit: start, label: label, weight: weight)
        guard rate > 0, first != 0 else { return first }
        // Unknown: the distance d ≥ 0 travelled against the sign of the gradient, with d = rate · pull(d). The score is
        // clamped to its bound, so no travel is longer than twice that.
        let direction: Double = first > 0 ? -1 : 1
        let steepest = BinaryLoss.gradientBound * weight * max(positiveWeight, negativeWeight)
        var (low, high) = (0.0, min(rate * steepest, 2 * Double(Logit.bound)))
        var d = min(rate * first.magnitude, high)
        var lastMove = high
        for _ in 0..<BinaryLoss.implicitLimit {
            let z = start + direction * d
            let pull = -direction * gradient(logit: z, label: label, weight: weight)
            let excess = d - rate * pull
            if excess > 0 { high = d } else { low = d }
            let proposed = d - excess / (1 + rate * curvature(logit: z, label: label, weight: weight))
            // Newton's step counts if it stays inside and is at most half of the last one: elsewhere a loss that is not
            // convex could lead it around for ever. The comparisons also fail for NaN.
            let isGood = proposed > low && proposed < high && (proposed - d).magnitude <= lastMove / 2
            let next = isGood ? proposed : low + (high - low) / 2
            lastMove = (next - d).magnitude
            d = next
            if lastMove <= 2 * d.ulp { break }
        }
        return -direction * d / rate
    }

    /// Every second step at least halves the bracket or the move, and 75 halvings take 2 · 10⁴ to the last bit of 1.
    static let implicitLimit = 160

    /// An upper bound of G for every γ in `gammaRange`: 1.498 at γ = 10.
    static let gradientBound = 1.6

    /// How far a positive moves from z under the flow dz/dh = k q(z), h from 0 to 1: the root d of d + eᶻ(eᵈ − 1) = k.
    ///
    /// Multiplied by e⁻ᶻ where z > 0, so that nothing overflows. The left side is convex and rises, so Newton's method
    /// from above, here from min(k, ln(1 + k e⁻ᶻ)), descends to the root without overshooting.
    private static func flow(from z: Double, push k: Double) -> Double {
        let (linear, exponential) = z > 0 ? (exp(-z), 1) : (1, exp(z))
        var d = min(k, log1p(k * exp(-z)))
        for _ in 0..<CompositeMap.newtonLimit {
            let grown = exponentialMinusOne(d)
            let excess = linear * (d - k) + exponential * grown
            let next = d - excess / (linear + exponential * (grown + 1))
            if !(next < d) { break }
            d = next
        }
        return d
    }

    /// eᵈ − 1 for d ≥ 0, by Kahan's quotient (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, §1.14.1).
    private static func exponentialMinusOne(_ d: Double) -> Double {
        let u = exp(d)
        return u == 1 ? d : (u - 1) * d / log(u)
    }
}
