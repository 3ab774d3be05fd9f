// From the raw logit of a learner trained with any BinaryLoss to the logit of a probability, in closed form.
// Corrects what the loss bends, not what the learner got wrong: that is the recalibrator's part.

import ElementaryMath
import ScoringRecords

/// The strictly increasing map from the logit that minimises a `BinaryLoss` to the logit of the true probability.
///
/// The risk of a score z, η c₁ F(z) + (1 − η) c₀ F(−z), has one stationary point in z, where logit η = Δ_γ(z) + ln(c₀/c₁):
///
///     s = Δ_γ(z) + b,    b = ln c₀ − ln c₁,    Δ_γ(z) = ln G(−z) − ln G(z)
///
/// Δ is odd, Δ_0(z) = z, and its slope lies between about [(2γ+1) + γ(γ−1) ln 2] / (1 + γ ln 2), at 0, and γ + 1, in the
/// tails. So ranking, AUC and precision–recall are those of the raw logit.
///
///     let map = CompositeMap(loss: try .focal(gamma: 2, alpha: 0.25))
///     let probability = Probability(clamping: sigmoid(map.calibratedLogit(ofRaw: -0.8)))
///
/// Sources: for the focal loss Charoenphakdee, Vongkulbhisal, Chairatanakul & Sugiyama, *On Focal Loss for
/// Class-Posterior Probability Estimation*, CVPR 2021, arXiv 2011.09172 (σ(Δ_γ) is their Ψ^γ for two classes);
/// for the composition with a link Reid & Williamson, *Composite Binary Losses*, JMLR 11, 2010.
public struct CompositeMap: Hashable, Sendable {
    /// The loss whose minimiser is mapped.
    public let loss: BinaryLoss
    /// b = ln c₀ − ln c₁, in nats: what the class weights shifted.
    public let shift: Double

    /// The map that undoes `loss`.
    public init(loss: BinaryLoss) {
        self.loss = loss
        shift = log(loss.negativeWeight) - log(loss.positiveWeight)
    }

    /// The calibrated logit s = Δ_γ(z) + b of the raw logit z, in nats.
    ///
    /// `z` is clamped to ±`Logit.bound`, so |s| ≤ 11 · 10⁴ + 42; NaN traps. Relative error of Δ below 1e−12, or absolute
    /// error below 1e−14 next to 0, where two logarithms cancel.
    public func calibratedLogit(ofRaw z: Double) -> Double {
        delta(CompositeMap.clamped(z)) + shift
    }

    /// The slope ds/dz = H(z)/G(z) + H(−z)/G(−z) at the raw logit z, in [1, γ + 1]; 1 for cross-entropy. Even in z.
    ///
    /// `z` is clamped to ±`Logit.bound`; NaN traps. In the tails, where G underflows, it is exactly γ + 1 up to rounding.
    public func slope(atRaw z: Double) -> Double {
        MappedPoint(gamma: loss.gamma, magnitude: CompositeMap.clamped(z).magnitude).slope
    }

    /// Δ_γ(z) for |z| ≤ `Logit.bound`. Odd by construction, bit for bit.
    func delta(_ z: Double) -> Double {
        let magnitude = MappedPoint(gamma: loss.gamma, magnitude: z.magnitude).delta
        return z < 0 ? -magnitude : magnitude
    }

    /// `z` within the domain of every loss. NaN traps, because only a broken program computes one.
    static func clamped(_ z: Double) -> Double {
        precondition(!z.isNaN, "a logit computed from finite weights and values cannot be NaN")
        return min(max(z, -Double(Logit.bound)), Double(Logit.bound))
    }
}
