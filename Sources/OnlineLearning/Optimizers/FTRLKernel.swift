// The arithmetic of FTRL-Proximal on eight coordinates at a time. No memory, no indices: those are FTRLTable's.

import CKernels

/// Weights from slots, and slots from gradients, lane by lane.
///
/// Every lane is computed by the same correctly rounded operations as a scalar would be, so a coordinate's result does
/// not depend on its lane or its neighbours, nor on the machine's vector width.
struct FTRLKernel {
    private let beta: Float
    private let inverseAlpha: Float
    private let l1: Float
    private let l2: Float

    /// Rounds each parameter, and 1/α, once to `Float`.
    init(_ parameters: FTRLParameters) {
        beta = Float(parameters.beta)
        inverseAlpha = Float(1 / parameters.alpha)
        l1 = Float(parameters.l1)
        l2 = Float(parameters.l2)
    }

    /// Eight weights: 0 if |z| ≤ L1, else −(z − sgn(z) L1) / ((β + √n)/α + L2) (McMahan et al. 2013, Algorithm 1).
    ///
    /// Clamping z to ±L1 and subtracting z gives both cases without a branch.
    @inline(__always)
    func weights(z: SIMD8<Float>, rootOfN: SIMD8<Float>) -> SIMD8<Float> {
        let threshold = SIMD8(repeating: l1)
        return (weir_limit8(z, threshold) - z) / ((rootOfN + beta) * inverseAlpha + l2)
    }

    /// Eight gradients, each within the limit of a slot.
    @inline(__always)
    func limited(_ gradient: SIMD8<Float>) -> SIMD8<Float> {
        weir_limit8(gradient, SIMD8(repeating: FTRLSlot.gradientLimit))
    }

    /// Eight steps (Algorithm 1, update): n′ = n + g², σ = (√n′ − √n)/α, z′ = z + g − σ w.
    ///
    /// The difference of roots is formed as g² / (√n′ + √n): subtracting would leave nothing once n is large beside g².
    /// Where g² is 0 or underflows to it in an untouched slot, the quotient is 0 by 0; the least normal number as a floor
    /// for the divisor makes it 0.
    @inline(__always)
    func step(
        z: SIMD8<Float>, rootOfN: SIMD8<Float>, newRoot: SIMD8<Float>, weight: SIMD8<Float>,
        gradient: SIMD8<Float>
    ) -> SIMD8<Float> {
        let roots = weir_at_least8(newRoot + rootOfN, SIMD8(repeating: .leastNormalMagnitude))
        let sigma = gradient * gradient * inverseAlpha / roots
        let newZ = z + (gradient - sigma * weight)
        return weir_limit8(newZ, SIMD8(repeating: FTRLSlot.adjustedSumLimit))
    }

    /// Eight square roots.
    @inline(__always)
    func roots(_ n: SIMD8<Float>) -> SIMD8<Float> { weir_square_root8(n) }
}
