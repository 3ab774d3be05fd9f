// From the raw logit of a learner trained with any BinaryLoss to the logit of a probability, in closed form.
// Corrects what the loss bends, not what the learner got wrong: that is the recalibrator's part.

import ElementaryMath
import ScoringRecords

/// The increasing map from the logit that minimises a `BinaryLoss` to the logit of the true probability.
///
/// The risk of a score z, η c₁ F(z) + (1 − η) c₀ F(−z), has one stationary point in z, where logit η = Δ_γ(z) +
/// ln(c₀/c₁):
///
///     s = Δ_γ(z) + b,    b = ln(c₀ r₀) − ln(c₁ r₁),    Δ_γ(z) = ln G(−z) − ln G(z)
///
/// with r₁, r₀ the shares of positives and negatives kept for training. Δ is odd, Δ_0(z) = z, and its slope lies
/// between about [(2γ+1) + γ(γ−1) ln 2] / (1 + γ ln 2), at 0, and γ + 1, in the tails. So ranking, AUC and
/// precision–recall are those of the raw logit.
///
/// Labels smoothed by ε bend the middle of the map. What was done last is undone first: the loss, then the smoothing,
/// then the sampling:
///
///     u = Δ_γ(z) + ln(c₀/c₁)    η = (σ(u) − ε/2) / (1 − ε), within [10⁻¹², 1 − 10⁻¹²]    s = logit η + ln(r₀/r₁)
///
///     let map = CompositeMap(loss: try .focal(gamma: 2, alpha: 0.25))
///     let probability = Probability(clamping: sigmoid(map.calibratedLogit(ofRaw: -0.8)))
///
/// Sources: for the focal loss Charoenphakdee, Vongkulbhisal, Chairatanakul & Sugiyama, *On Focal Loss for
/// Class-Posterior Probability Estimation*, CVPR 2021, arXiv 2011.09172 (σ(Δ_γ) is their Ψ^γ for two classes);
/// for the composition with a link Reid & Williamson, *Composite Binary Losses*, JMLR 11, 2010; for sampling
/// `LabelTreatment`.
public struct CompositeMap: Hashable, Sendable {
    /// The loss whose minimiser is mapped.
    public let loss: BinaryLoss
    /// What was done to the labels that the minimiser was trained with.
    public let treatment: LabelTreatment
    /// b = ln(c₀ r₀) − ln(c₁ r₁), in nats: what class weights and sampling shifted.
    public var shift: Double { classShift + samplingShift }

    /// Whether every logit maps to itself: cross-entropy on labels as they are.
    var isIdentity: Bool { loss.gamma == 0 && shift == 0 && treatment.labelSmoothing == 0 }

    /// ln c₀ − ln c₁.
    let classShift: Double
    /// ln r₀ − ln r₁.
    let samplingShift: Double

    /// The map that undoes `loss` and `treatment`.
    public init(loss: BinaryLoss, treatment: LabelTreatment = .none) {
        self.loss = loss
        self.treatment = treatment
        classShift = log(loss.negativeWeight) - log(loss.positiveWeight)
        samplingShift = log(treatment.keptNegatives) - log(treatment.keptPositives)
    }

    /// The calibrated logit s of the raw logit z, in nats; Δ_γ(z) + b without smoothing.
    ///
    /// `z` is clamped to ±`Logit.bound`, so |s| ≤ 11 · 10⁴ + 63; NaN traps. Relative error of Δ below 1e−12, or
    /// absolute error below 1e−14 next to 0, where two logarithms cancel. With smoothing |s| ≤ 28 + |ln(r₀/r₁)|, and
    /// next to the ends of that range the error grows, since ε/2 is subtracted there from almost itself.
    public func calibratedLogit(ofRaw z: Double) -> Double {
        let mapped = delta(CompositeMap.clamped(z))
        if treatment.labelSmoothing == 0 { return mapped + shift }
        return SmoothedLogit(mapped + classShift, smoothing: treatment.labelSmoothing).unsmoothed + samplingShift
    }

    /// The slope ds/dz = H(z)/G(z) + H(−z)/G(−z) at the raw logit z, in [1, γ + 1]; 1 for cross-entropy. Even in z.
    ///
    /// `z` is clamped to ±`Logit.bound`; NaN traps. In the tails, where G underflows, it is exactly γ + 1 up to
    /// rounding. Smoothing multiplies it by the slope of its own inverse, at least 1 and 0 where η is held at 10⁻¹²
    /// from its end.
    public func slope(atRaw z: Double) -> Double {
        let z = CompositeMap.clamped(z)
        let slope = MappedPoint(gamma: loss.gamma, magnitude: z.magnitude).slope
        if treatment.labelSmoothing == 0 { return slope }
        return slope * SmoothedLogit(delta(z) + classShift, smoothing: treatment.labelSmoothing).slope
    }

    /// Δ_γ(z) for |z| ≤ `Logit.bound`. Odd by construction, bit for bit.
    func delta(_ z: Double) -> Double {
        // Δ₀ is the identity, of which −0 comes out as +0.
        if loss.gamma == 0 { return z + 0 }
        let magnitude = MappedPoint(gamma: loss.gamma, magnitude: z.magnitude).delta
        return z < 0 ? -magnitude : magnitude
    }

    /// `z` within the domain of every loss. NaN traps, because only a broken program computes one.
    static func clamped(_ z: Double) -> Double {
        precondition(!z.isNaN, "a logit computed from finite weights and values cannot be NaN")
        return min(max(z, -Double(Logit.bound)), Double(Logit.bound))
    }
}
