// Scoring with a variance, and the step of the filter. Nothing here allocates.

import CKernels
public import ScoringRecords

extension EKFTable {
    /// The raw logit of `features` with its variance.
    ///
    /// Summed in `Float` from the offset on, indicators first and valued features after them, each list in its order,
    /// every occurrence of a repeated index counted. A slot number beyond the table traps; values obey `ValuedFeature`.
    public func score(of features: FeatureVector) -> EKFScore {
        check(features)
        var (sum, variance) = (offset.value, Float(0))
        for index in features.indicators {
            // index < slotCount, checked above.
            let slot = slots[Int(index)]
            sum += slot.x
            variance += slot.y
        }
        for feature in features.valued {
            // As above.
            let slot = slots[Int(feature.index)]
            sum += slot.x * feature.value
            variance += feature.value * feature.value * slot.y
        }
        return EKFScore(logit: Logit(clamping: sum), variance: variance)
    }

    /// The raw logit alone.
    public func logit(of features: FeatureVector) -> Logit { score(of: features).logit }

    /// Predicts, then takes one step under `loss`; returns the score before the step.
    ///
    /// Domain: `label` in [0, 1] and `weight` in [0, `Float.greatestFiniteMagnitude`], or it traps. Any weight in that
    /// range leaves the state finite. Weight 0 changes nothing.
    @discardableResult
    public func learn(_ features: FeatureVector, loss: BinaryLoss, label: Double, weight: Double) -> EKFScore {
        learn(features) { logit in
            let z = Double(logit.value)
            return (
                loss.gradient(logit: z, label: label, weight: weight),
                loss.safeCurvature(logit: z, label: label, weight: weight)
            )
        }
    }

    /// Predicts, then takes one step with the gradient g = dL/dz and the curvature h that `derivatives` gives at that
    /// logit:
    ///
    ///     w ← w − V x g / (1 + h s²)    V ← min(v₀, (1 + f)(V − h V² x² / (1 + h s²))),    s² = Σ x²V
    ///
    /// once per occurrence of a feature, in the order in which scores are summed; g, h and s² are those of the whole
    /// event. For losses over several outputs and for retractions, whose curvature is 0: what was learned twice is not
    /// known better. g is finite and h ≥ 0, or it traps; where both are 0 nothing changes.
    @discardableResult
    public func learn(
        _ features: FeatureVector, derivatives: (Logit) -> (gradient: Double, curvature: Double)
    ) -> EKFScore {
        let score = score(of: features)
        let (gradient, curvature) = derivatives(score.logit)
        precondition(gradient.isFinite, "the gradient of a finite logit is finite")
        precondition(curvature >= 0 && curvature < .infinity, "a filter divides by a curvature of at least 0")
        if gradient == 0, curvature == 0 { return score }
        let denominator = 1 + curvature * Double(score.variance)
        let (pull, shrink) = (gradient / denominator, curvature / denominator)
        for index in features.indicators { step(index, 1, pull, shrink) }
        for feature in features.valued where feature.value != 0 { step(feature.index, feature.value, pull, shrink) }
        return score
    }

    /// Asks for the memory that learning `features` will touch. A hint without effect on any result.
    public func prefetch(_ features: FeatureVector) {
        let lastSlot = UInt32(slotCount - 1)
        // Masked: every address lies inside the allocation.
        for index in features.indicators { weir_prefetch_for_writing(slots + Int(index & lastSlot)) }
        for feature in features.valued { weir_prefetch_for_writing(slots + Int(feature.index & lastSlot)) }
    }

    /// One coordinate, in `Double`: a large weight makes the subtraction of two nearly equal variances. The caller has
    /// checked `index`.
    @inline(__always)
    private func step(_ index: UInt32, _ value: Float, _ pull: Double, _ shrink: Double) {
        // index < slotCount, checked by score(of:).
        let slot = slots[Int(index)]
        let (x, v) = (Double(value), Double(slot.y))
        let limit = Double(EKFSlot.weightLimit)
        let weight = min(max(Double(slot.x) - v * x * pull, -limit), limit)
        let variance = (v - shrink * (v * x) * (v * x)) * (1 + parameters.forgetting)
        store(SIMD2(Float(weight), min(prior, max(Float(variance), EKFSlot.leastVariance))), at: index)
    }

    /// Checks all slot numbers at once.
    @inline(__always)
    private func check(_ features: FeatureVector) {
        var union: UInt32 = 0
        for index in features.indicators { union |= index }
        for feature in features.valued { union |= feature.index }
        // The slot count is a power of two: all indices lie below it exactly when their union of bits does.
        precondition(union < slotCount, "a feature's index lies below the slot count")
    }
}
