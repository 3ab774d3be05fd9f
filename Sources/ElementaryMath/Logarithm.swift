// Natural logarithms, in Double, the same bits on every machine: log, and log1p for arguments next to one.
// Not for bases other than e, nor for complex arguments.

/// The natural logarithm ln x.
///
/// Error: at most 1 ulp on every reference point, also next to 1 (0.79 ulp is the worst of 60,000).
///
/// Edge cases: `log(1)` = +0; `log(±0)` = −∞; `log(+∞)` = +∞; x < 0 and NaN give NaN. Subnormal arguments are exact inputs
/// like any other.
///
/// Method: x = 2ᵏ m with m in [√½, √2), f = m − 1, and ln(1 + f) = 2 artanh(f / (2 + f)) as in `logarithmTail`
/// (Tang, *Table-driven implementation of the logarithm function*, ACM TOMS 16(4), 1990, without the table).
@inlinable
public func log(_ x: Double) -> Double {
    // The comparison also fails for NaN.
    guard x > 0, x < .infinity else {
        if x == 0 { return -.infinity }
        return x == .infinity ? x : .nan
    }
    // 2⁵⁴ makes every subnormal normal, exactly.
    let isSubnormal = x < Double.leastNormalMagnitude
    let (k, m) = splitAtRootOfHalf(isSubnormal ? x * 0x1p54 : x)
    return logarithm(ofOnePlus: m - 1, twosExponent: isSubnormal ? k - 54 : k, correction: 0)
}

/// ln(1 + x), without the loss of digits that forming 1 + x would bring for small x.
///
/// Error: at most 1 ulp on every reference point, down to subnormal x (0.76 ulp is the worst of 72,000).
///
/// Edge cases: `log1p(±0)` = ±0; `log1p(−1)` = −∞; `log1p(+∞)` = +∞; x < −1 and NaN give NaN.
///
/// Method: u = 1 + x rounded, ln(1 + x) = ln u + (1 + x − u) / u to first order, the rest being below 2⁻¹⁰⁶
/// (Goldberg, *What Every Computer Scientist Should Know About Floating-Point Arithmetic*, ACM Computing Surveys 23(1),
/// 1991, Theorem 4, which rescales where this adds).
@inlinable
public func log1p(_ x: Double) -> Double {
    guard x > -1, x < .infinity else {
        if x == -1 { return -.infinity }
        return x == .infinity ? x : .nan
    }
    // Below 2⁻⁵⁴ the next term x²/2 is under half an ulp; returning x also keeps the sign of zero.
    if x.magnitude < 0x1p-54 { return x }
    let u = 1 + x
    let (k, m) = splitAtRootOfHalf(u)
    // With k = 0 the argument is its own f, all digits kept.
    if k == 0 { return logarithm(ofOnePlus: x, twosExponent: 0, correction: 0) }
    // What the rounding of u dropped, exactly (Dekker's Fast2Sum: the greater summand first).
    let dropped = x >= 1 ? 1 - (u - x) : x - (u - 1)
    return logarithm(ofOnePlus: m - 1, twosExponent: k, correction: dropped / u)
}

/// k and m with x = 2ᵏ m and m in [√½, √2), for a positive normal x. Exact.
@inlinable
func splitAtRootOfHalf(_ x: Double) -> (k: Int, m: Double) {
    // Counting binades from √½ instead of from 1 makes the exponent field of the difference k itself.
    let rootOfHalf: UInt64 = 0x3FE6_A09E_667F_3BCD
    let width = UInt64(Double.significandBitCount)
    let k = Int64(bitPattern: x.bitPattern &- rootOfHalf) &>> Int64(width)
    return (Int(k), Double(bitPattern: x.bitPattern &- UInt64(bitPattern: k) &<< width))
}

/// k ln 2 + ln(1 + f) + correction, for f in [√½ − 1, √2 − 1], summed from the least term to the greatest.
@inlinable
func logarithm(ofOnePlus f: Double, twosExponent k: Int, correction: Double) -> Double {
    // With s = f/(2+f): ln(1+f) = 2s + s·T = f − f²/2 + s (f²/2 + T), since f − f²/2 + s f²/2 = 2s. The leading term f is
    // then exact, and all rounding sits in terms at least six times smaller.
    let s = f / (2 + f)
    let halfSquare = 0.5 * f * f
    let kAsDouble = Double(k)
    let small = s * (halfSquare + logarithmTail(s * s)) + (kAsDouble * 0x1.3de6af278ece6p-42 + correction)
    // The high part of ln 2 has 41 bits: its product with an 11-bit k is exact.
    return kAsDouble * 0x1.62e42fefa3000p-1 - ((halfSquare - small) - f)
}

/// T = (2 artanh s − 2s) / s as a function of u = s², for u ≤ 0.0295: minimax, relative error of the logarithm below 2⁻⁵⁸.
///
/// Coefficients by the Remez exchange in 60 digits (2/3, 2/5, 2/7 … bent to the interval), even and odd powers apart.
@inlinable
func logarithmTail(_ u: Double) -> Double {
    let v = u * u
    var even = 0x1.2f056584bc23fp-3
    even = even * v + 0x1.74663eea343f9p-3
    even = even * v + 0x1.24924941f12e5p-2
    even = even * v + 0x1.5555555555592p-1
    var odd = 0x1.39a1ba87001e7p-3
    odd = odd * v + 0x1.c71c520954f27p-3
    odd = odd * v + 0x1.999999997fdb7p-2
    return u * (even + u * odd)
}
