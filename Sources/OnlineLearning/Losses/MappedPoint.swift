// Δ and its slope at one point of the half line z ≥ 0, in forms that hold where G itself has underflowed.
// Signs, clamping and the shift are CompositeMap's.

import ElementaryMath

/// Δ_γ and Δ′_γ at |z|, from t = e^{−|z|}, ℓ = ln(1 + t) and κ = ℓ/t.
struct MappedPoint {
    private let gamma: Double
    private let z: Double
    private let t: Double
    private let l: Double

    /// Prepares the point; `magnitude` is ≥ 0 and at most `Logit.bound`.
    init(gamma: Double, magnitude: Double) {
        self.gamma = gamma
        z = magnitude
        t = exp(-magnitude)
        l = log1p(t)
    }

    /// Δ_γ(z) = ln G(−z) − ln G(z) = (γ + 1) z + ln(1 + γ t (z + ℓ)) − ln(1 + γ κ), from G as in `PositiveTerms`:
    ///
    ///     ln G(z) = −(γ + 1)(z + ℓ) + ln(1 + γ κ)      ln G(−z) = −(γ + 1) ℓ + ln(1 + γ t (z + ℓ))
    var delta: Double {
        if gamma == 0 { return z }
        let kappa = MappedPoint.logarithmQuotient(t, l)
        return (gamma + 1) * z + (log1p(gamma * t * (z + l)) - log1p(gamma * kappa))
    }

    /// Δ′_γ(z) = H(z)/G(z) + H(−z)/G(−z), with the factor q^γ, and for the first quotient also t, divided out:
    ///
    ///     H(z)/G(z)   = [ (2γ + 1) p + γ κ (γ p − q) ] / (1 + γ κ)
    ///     H(−z)/G(−z) = q [ (2γ + 1) p + γ (z + ℓ)(γ q − p) ] / (p + γ q (z + ℓ))
    var slope: Double {
        if gamma == 0 { return 1 }
        let kappa = MappedPoint.logarithmQuotient(t, l)
        let p = 1 / (1 + t)
        let q = t / (1 + t)
        let a = z + l
        let right = ((2 * gamma + 1) * p + gamma * kappa * (gamma * p - q)) / (1 + gamma * kappa)
        let wrong = q * ((2 * gamma + 1) * p + gamma * a * (gamma * q - p)) / (p + gamma * q * a)
        return right + wrong
    }

    /// κ = ln(1 + t) / t for t in [0, 1], given ℓ = ln(1 + t): in [ln 2, 1], and 1 at t = 0, its limit.
    @inline(__always)
    private static func logarithmQuotient(_ t: Double, _ l: Double) -> Double { t == 0 ? 1 : l / t }
}
