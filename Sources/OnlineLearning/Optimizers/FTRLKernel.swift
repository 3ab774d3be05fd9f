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
    /// Whether L1 or L2 is above 0.
    let hasPenalties: Bool

    /// Rounds each parameter, and 1/α, once to `Float`.
    init(_ parameters: FTRLParameters) {
        beta = Float(parameters.beta)
        inverseAlpha = Float(1 / parameters.alpha)
        l1 = Float(parameters.l1)
        l2 = Float(parameters.l2)
        hasPenalties = l1 != 0 || l2 != 0
    }

    /// Eight weights: 0 if |z| ≤ L1, else −(z − sgn(z) L1) / ((β + √n)/α + L2) (McMahan et al. 2013, Algorithm 1).
    ///
    /// Clamping z to ±L1 and subtracting z gives both cases without a branch.
    @inline(__always)
    func weights(z: SIMD8<Float>, rootOfN: SIMD8<Float>) -> SIMD8<Float> {
        let threshold = SIMD8(repeating: l1)
        return (weir_limit8(z, threshold) - z) / ((rootOfN + beta) * inverseAlpha + l2)
    }

    /// The same where there are no penalties, to the bit: −z / ((β + √n)/α).
    @inline(__always)
    func plainWeights(z: SIMD8<Float>, rootOfN: SIMD8<Float>) -> SIMD8<Float> {
        (SIMD8<Float>() - z) / ((rootOfN + beta) * inverseAlpha)
    }

    /// Gradients up to this one, times any feature value, are within the limit of a slot.
    static let safeGradient: Float = 0x1p20

    /// Eight gradients, each within the limit of a slot.
    @inline(__always)
    func limited(_ gradient: SIMD8<Float>) -> SIMD8<Float> {
        weir_limit8(gradient, SIMD8(repeating: FTRLSlot.gradientLimit))
    }

    /// √n after a step, eight times, with the sign that marks it as stepped: √(n + g²). A lane with gradient 0 keeps its
    /// root, marked or not.
    @inline(__always)
    func markedRoot(marked: SIMD8<Float>, gradient: SIMD8<Float>) -> SIMD8<Float> {
        weir_choose_marked8(gradient, weir_square_root8(marked * marked + gradient * gradient), marked)
    }

    /// Eight steps (Algorithm 1, update): n′ = n + g², σ = (√n′ − √n)/α, z′ = z + g − σ w.
    ///
    /// The difference of roots is that of the numbers that are kept, exact where they are close: β + √n then grows by what σ
    /// says and the weight moves by −g/((β + √n′)/α + L2) alone, also once n is so large that g² no longer moves it.
    @inline(__always)
    func step(
        z: SIMD8<Float>, rootOfN: SIMD8<Float>, newRoot: SIMD8<Float>, weight: SIMD8<Float>,
        gradient: SIMD8<Float>
    ) -> SIMD8<Float> {
        let sigma = (newRoot - rootOfN) * inverseAlpha
        let newZ = z + (gradient - sigma * weight)
        return weir_limit8(newZ, SIMD8(repeating: FTRLSlot.adjustedSumLimit))
    }
}
