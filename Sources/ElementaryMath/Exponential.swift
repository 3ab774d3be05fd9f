// The exponential, in Double, the same bits on every machine.
// Not a general maths library: what the losses and the calibration tests need, and no call into libm, whose last bits
// differ between versions.

/// The exponential function eˣ.
///
/// Error: at most 1 ulp on every reference point, subnormal results included (0.84 ulp is the worst of 72,000).
///
/// Edge cases: `exp(±0)` = 1; `exp(+∞)` = +∞; `exp(−∞)` = +0; NaN gives NaN. Above 709.7827… the result overflows to +∞,
/// below −745.1332… it underflows to +0.
///
/// Method: x = k ln 2 + r with |r| ≤ ½ ln 2, then eʳ by a polynomial, then 2ᵏ (Cody & Waite, *Software Manual for the
/// Elementary Functions*, 1980, ch. 6). Swift never contracts a product and a sum into one rounding, so every operation
/// below rounds exactly where it stands.
@inlinable
public func exp(_ x: Double) -> Double {
    // Beyond this magnitude the result is 0 or ∞ whatever the digits; the comparison also fails for NaN.
    let decided = 746.0
    guard x.magnitude <= decided else { return x.isNaN ? x : (x > 0 ? .infinity : 0) }

    // Adding 1.5·2⁵² pushes the fraction out of the significand, leaving k in the low bits, rounded to nearest.
    let rounder = 0x1.8p52
    let reciprocalOfLn2 = 0x1.71547652b82fep+0
    let shifted = x * reciprocalOfLn2 + rounder
    let k = Int(Int32(truncatingIfNeeded: shifted.bitPattern))
    let kAsDouble = shifted - rounder

    // ln 2 in two parts; the high one has 41 bits, so its product with an 11-bit k is exact, and so is the difference.
    let high = x - kAsDouble * 0x1.62e42fefa3000p-1
    let low = kAsDouble * 0x1.3de6af278ece6p-42
    let r = high - low
    let lostInR = (high - r) - low
    return scale(1 + (r + (lostInR + r * r * exponentialTail(r))), byPowerOfTwo: k)
}

/// (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2: minimax, relative error of eʳ below 2⁻⁶⁰.
///
/// Coefficients by the Remez exchange in 60 digits. Even and odd powers are summed apart: two short chains run side by
/// side where one long one would wait for itself.
@inlinable
@inline(__always)
func exponentialTail(_ r: Double) -> Double {
    let u = r * r
    var even = 0x1.1e3d35fb3a786p-29
    even = even * u + 0x1.27e5b433843bep-22
    even = even * u + 0x1.a01a01369f8f2p-16
    even = even * u + 0x1.6c16c16c30439p-10
    even = even * u + 0x1.5555555555503p-5
    even = even * u + 0x1.0000000000000p-1
    var odd = 0x1.af6bda8f26dbcp-26
    odd = odd * u + 0x1.71ddf0284e7bap-19
    odd = odd * u + 0x1.a01a01b37b47ap-13
    odd = odd * u + 0x1.111111110ec65p-7
    odd = odd * u + 0x1.555555555555bp-3
    return even + r * odd
}

/// y · 2ᵏ rounded once, for y in [½, 2) and |k| ≤ 1,100: overflow gives +∞, and a subnormal is rounded only here.
@inlinable
@inline(__always)
func scale(_ y: Double, byPowerOfTwo k: Int) -> Double {
    // y·2ᵏ is normal for −1021 ≤ k ≤ 1022 whatever y in [½, 2): adding to the exponent field is exact.
    if k >= -1021, k <= 1022 { return addToExponent(of: y, k) }
    if k > 1022 { return addToExponent(of: y, 1022) * addToExponent(of: 1, k - 1022) }
    // 128 is any shift that brings the least k (−1,100) back among normal numbers.
    return addToExponent(of: y, k + 128) * 0x1p-128
}

/// `y` with `k` added to its exponent field; the caller knows that the sum stays among normal exponents.
@inlinable
@inline(__always)
func addToExponent(of y: Double, _ k: Int) -> Double {
    Double(bitPattern: y.bitPattern &+ UInt64(bitPattern: Int64(k)) &<< UInt64(Double.significandBitCount))
}

/// The exponential function of four numbers at once, each with the very bits of the scalar `exp`.
///
/// - Precondition: every lane lies in [−700, 700], where no result is subnormal or overflows; outside it, and for NaN,
///   the result is unspecified.
@inlinable
public func exp(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let rounder = SIMD4<Double>(repeating: 0x1.8p52)
    let shifted = x * 0x1.71547652b82fep+0 + rounder
    let k = shifted - rounder
    let high = x - k * 0x1.62e42fefa3000p-1
    let low = k * 0x1.3de6af278ece6p-42
    let r = high - low
    let lostInR = (high - r) - low
    let result = 1 + (r + (lostInR + r * r * exponentialTail(r)))
    // The low twelve bits of `shifted` are those of k; moved into the exponent field they are added to it.
    // Both casts are between vectors of four 64-bit lanes.
    let exponent = unsafeBitCast(shifted, to: SIMD4<UInt64>.self) &<< UInt64(Double.significandBitCount)
    return unsafeBitCast(unsafeBitCast(result, to: SIMD4<UInt64>.self) &+ exponent, to: SIMD4<Double>.self)
}

/// As the scalar `exponentialTail`, operation by operation.
@inlinable
func exponentialTail(_ r: SIMD4<Double>) -> SIMD4<Double> {
    let u = r * r
    var even = SIMD4<Double>(repeating: 0x1.1e3d35fb3a786p-29)
    even = even * u + 0x1.27e5b433843bep-22
    even = even * u + 0x1.a01a01369f8f2p-16
    even = even * u + 0x1.6c16c16c30439p-10
    even = even * u + 0x1.5555555555503p-5
    even = even * u + 0x1.0000000000000p-1
    var odd = SIMD4<Double>(repeating: 0x1.af6bda8f26dbcp-26)
    odd = odd * u + 0x1.71ddf0284e7bap-19
    odd = odd * u + 0x1.a01a01b37b47ap-13
    odd = odd * u + 0x1.111111110ec65p-7
    odd = odd * u + 0x1.555555555555bp-3
    return even + r * odd
}
