// The upper tail of the gamma distribution, and with it of the χ² distribution, in Double.

/// Q(a, x) = Γ(a, x)/Γ(a), the regularised upper incomplete gamma function, in [0, 1].
///
/// Error: at most 5·10⁻¹³ relative on every reference point with ½ ≤ a ≤ 256, down to Q = 10⁻²⁸⁰.
///
/// Edge cases: `upperGammaFraction(a, 0)` = 1; `upperGammaFraction(a, +∞)` = 0; x < 0, a ≤ 0, a > 10⁶ and NaN give NaN.
///
/// Method: below x = a + 1 one minus the series of P (Abramowitz & Stegun 6.5.29), above it Lentz's evaluation of the
/// continued fraction of Q (A&S 6.5.31; Press et al., *Numerical Recipes*, §6.2).
public func upperGammaFraction(_ a: Double, _ x: Double) -> Double {
    guard a > 0, a <= 1e6, x >= 0 else { return .nan }
    guard x > 0 else { return 1 }
    guard x < .infinity else { return 0 }
    let prefactor = exp(a * log(x) - x - logGamma(a))
    return x < a + 1 ? 1 - prefactor * lowerSeries(a, x) : prefactor * upperFraction(a, x)
}

/// The probability that a χ² variable with `degreesOfFreedom` (≥ 1) is at least `value` (≥ 0).
///
/// Error and edge cases: as `upperGammaFraction`.
public func chiSquareUpperTail(_ value: Double, degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom >= 1, "a χ² distribution has at least one degree of freedom")
    return upperGammaFraction(Double(degreesOfFreedom) / 2, value / 2)
}

/// Σ xⁿ / (a (a+1) … (a+n)).
private func lowerSeries(_ a: Double, _ x: Double) -> Double {
    var (term, sum, n) = (1 / a, 1 / a, a)
    // x < a + 1 makes every ratio x/(a+n) less than one, and the terms fall faster than geometrically.
    while term > sum * 0x1p-54 {
        n += 1
        term *= x / n
        sum += term
    }
    return sum
}

/// Q divided by xᵃ e⁻ˣ/Γ(a).
private func upperFraction(_ a: Double, _ x: Double) -> Double {
    let least = 1e-300
    var b = x + 1 - a
    var c = 1 / least
    var d = 1 / b
    var fraction = d
    // Convergence takes some √a steps; the bound only says that the loop ends.
    for step in 1...10_000 {
        let numerator = -Double(step) * (Double(step) - a)
        b += 2
        let denominator = numerator * d + b
        d = 1 / (denominator.magnitude < least ? least : denominator)
        c = b + numerator / c
        if c.magnitude < least { c = least }
        let change = c * d
        fraction *= change
        if (change - 1).magnitude < 0x1p-52 { break }
    }
    return fraction
}
