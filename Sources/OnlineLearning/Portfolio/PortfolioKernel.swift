// The arithmetic of a portfolio on one coordinate: eight learners side by side. No memory, no indices: those are
// PortfolioTable's.

import CKernels
import ElementaryMath

/// Steps of lines along gradients, lane by lane.
///
/// Every lane is computed by the same correctly rounded operations as a scalar would be, so its result does not depend
/// on the machine's vector width.
///
/// That is FTRL-Proximal without penalties (McMahan et al. 2013, Algorithm 1), n′ = λn + g² and z′ = z + g − σw with σ =
/// (√n′ − √n)/α and w = −zα/(β + √n), with z written as −w (β + √n)/α: the weight moves by −α g/(β + √n′) and by nothing
/// else. So it holds for an n that shrinks as well; and where w and √n are what is kept, a score needs neither root nor
/// quotient, and a step one of each.
struct PortfolioKernel {
    private let beta: Float
    private let alpha: SIMD8<Float>
    /// What n is multiplied by per touch: 2^(−1/half-life), and 1 in lanes that do not forget.
    private let decay: SIMD8<Float>

    /// Rounds each parameter once to `Float`.
    init(_ parameters: PortfolioParameters) {
        var (alpha, decay) = (SIMD8<Float>(), SIMD8<Float>(repeating: 1))
        for (lane, lanes) in parameters.lanes.enumerated() {
            alpha[lane] = Float(lanes.alpha)
            if let halfLife = lanes.halfLife { decay[lane] = Float(exp(-log(2) / halfLife)) }
        }
        beta = Float(parameters.beta)
        self.alpha = alpha
        self.decay = decay
    }

    /// Eight learning rates: α / (β + √n).
    @inline(__always)
    func rates(rootOfN: SIMD8<Float>) -> SIMD8<Float> { alpha / (rootOfN + beta) }

    /// Eight gradients, each within the limit of a slot.
    @inline(__always)
    func limited(_ gradient: SIMD8<Float>) -> SIMD8<Float> {
        weir_limit8(gradient, SIMD8(repeating: FTRLSlot.gradientLimit))
    }

    /// √n after a step: √(λn + g²). A lane with gradient 0 keeps its root.
    @inline(__always)
    func newRoot(rootOfN root: SIMD8<Float>, gradient: SIMD8<Float>) -> SIMD8<Float> {
        weir_choose8(gradient, weir_square_root8(root * root * decay + gradient * gradient), root)
    }

    /// By how much a step lessens eight weights: α g / (β + √n′).
    @inline(__always)
    func descent(gradient: SIMD8<Float>, newRoot: SIMD8<Float>) -> SIMD8<Float> {
        gradient * alpha / (newRoot + beta)
    }
}
