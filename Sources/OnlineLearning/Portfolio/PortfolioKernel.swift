// The arithmetic of a portfolio on one coordinate: eight learners side by side. No memory, no indices: those are
// PortfolioTable's.

import CKernels
import ElementaryMath

/// Weights from lines, and lines from gradients, lane by lane.
///
/// Every lane is computed by the same correctly rounded operations as a scalar would be, so its result does not depend
/// on the machine's vector width.
struct PortfolioKernel {
    private let beta: Float
    private let minusAlpha: SIMD8<Float>
    /// What n is multiplied by per touch: 2^(−1/half-life), and 1 in lanes that do not forget.
    private let decay: SIMD8<Float>

    /// Rounds each parameter once to `Float`.
    init(_ parameters: PortfolioParameters) {
        var (minusAlpha, decay) = (SIMD8<Float>(), SIMD8<Float>(repeating: 1))
        for (lane, lanes) in parameters.lanes.enumerated() {
            minusAlpha[lane] = Float(-lanes.alpha)
            if let halfLife = lanes.halfLife { decay[lane] = Float(exp(-log(2) / halfLife)) }
        }
        beta = Float(parameters.beta)
        self.minusAlpha = minusAlpha
        self.decay = decay
    }

    /// β + √n, what eight weights are divided by.
    @inline(__always)
    func divisors(n: SIMD8<Float>) -> SIMD8<Float> { weir_square_root8(n) + beta }

    /// Eight weights: −z α / (β + √n), given 1/(β + √n).
    @inline(__always)
    func weights(z: SIMD8<Float>, inverse: SIMD8<Float>) -> SIMD8<Float> { z * minusAlpha * inverse }

    /// Eight learning rates: α / (β + √n).
    @inline(__always)
    func rates(n: SIMD8<Float>) -> SIMD8<Float> { -minusAlpha / divisors(n: n) }

    /// Eight steps, given β + √n as `divisor` and its inverse: n′ = λn + g², z′ = z (β + √n′)/(β + √n) + g.
    ///
    /// That is FTRL-Proximal without penalties (McMahan et al. 2013, Algorithm 1: z + g − σw, with σ = (√n′ − √n)/α and
    /// w = −zα/(β + √n)), written so that it holds for an n that shrinks as well, and so that what is rounded of √n and
    /// √n′ cancels: the weight moves by −α g/(β + √n′) and by nothing else. The quotient is formed as 1 and what it
    /// differs from 1 by, which is exactly 0 where n stays: however often z is multiplied by it, no rounding adds up. A
    /// lane with gradient 0 keeps its pair.
    @inline(__always)
    func step(
        z: SIMD8<Float>, n: SIMD8<Float>, divisor: SIMD8<Float>, inverse: SIMD8<Float>, gradient: SIMD8<Float>
    ) -> (z: SIMD8<Float>, n: SIMD8<Float>) {
        let g = weir_limit8(gradient, SIMD8(repeating: FTRLSlot.gradientLimit))
        let newN = n * weir_factor_or_one8(g, decay) + g * g
        let change = (divisors(n: newN) - divisor) * inverse
        return (weir_limit8(z + (z * change + g), SIMD8(repeating: FTRLSlot.adjustedSumLimit)), newN)
    }
}
