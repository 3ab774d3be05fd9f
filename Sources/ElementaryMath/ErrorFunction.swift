// The error function and its complement, in Double, the same bits on every machine: tails of the normal distribution.

/// erf x = 2/√π ∫₀ˣ e^(−t²) dt, in [−1, 1].
///
/// Error: at most 10 ulp on every reference point (8.23 ulp is the worst of 10,000).
///
/// Edge cases: `erf(±0)` = ±0; `erf(±∞)` = ±1; NaN gives NaN.
///
/// Method: below 2 in magnitude the series of positive terms 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!! (Abramowitz & Stegun
/// 7.1.6), above 1 − erfc x.
public func erf(_ x: Double) -> Double {
    guard x.magnitude < 2 else { return x.isNaN ? x : (x < 0 ? erfc(-x) - 1 : 1 - erfc(x)) }
    let square = x * x
    var (term, sum, odd) = (1.0, 1.0, 1.0)
    // Below 2 the terms fall from the eighth on at the latest, and the loop ends within fifty steps.
    while term > sum * 0x1p-54 {
        odd += 2
        term *= 2 * square / odd
        sum += term
    }
    return 0x1.20dd750429b6dp+0 * x * sum * expOfMinusSquare(x)
}

/// erfc x = 1 − erf x, in [0, 2], without the cancellation for large x.
///
/// Error: at most 30 ulp on every reference point, up to where the result underflows, x ≈ 26.5 (24.2 ulp is the worst
/// of 12,500, just below 1).
///
/// Edge cases: `erfc(+∞)` = +0; `erfc(−∞)` = 2; NaN gives NaN.
///
/// Method: from 1 on the continued fraction e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))) (Abramowitz & Stegun
/// 7.1.14), below it 1 − erf x.
public func erfc(_ x: Double) -> Double {
    guard x >= 1 else { return x.isNaN ? x : 1 - erf(x) }
    // From 28 on the exponential is 0 in Double.
    guard x < 28 else { return 0 }
    // The error after n steps falls as exp(−2x√(2n)).
    let depth = 12 + Int(240 / (x * x))
    var denominator = x
    for step in stride(from: depth, through: 1, by: -1) { denominator = x + Double(step) / 2 / denominator }
    return 0x1.20dd750429b6dp-1 / denominator * expOfMinusSquare(x)
}

/// e^(−x²) without the rounding of x², which the exponential would magnify by x².
private func expOfMinusSquare(_ x: Double) -> Double {
    // The upper 26 bits of x: their square is exact.
    let upper = Double(bitPattern: x.bitPattern & 0xFFFF_FFFF_F800_0000)
    return exp(-(upper * upper)) * exp(-((x - upper) * (x + upper)))
}
