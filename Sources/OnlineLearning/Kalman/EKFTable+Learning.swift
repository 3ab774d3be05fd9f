// Scoring with a variance, and the step of the filter. Nothing here allocates.

import CKernels
public import ScoringRecords

extension EKFTable {
    /// The raw logit of `features` with its variance.
    ///
    /// The logit is summed as `FTRLTable` sums it, the variance in the order of the lists, indicators first, both in `Float`
    /// and every occurrence of a repeated slot counted. Tags are ignored; an output beyond the table traps; values obey
    /// `ValuedFeature`.
    public func score(of features: FeatureVector, output: Int = 0) -> EKFScore {
        precondition(output >= 0 && output < offsets.count, "an output has an offset")
        var (sums, variance) = (PartialSums(), Float(0))
        for index in features.indicators {
            // The slot lies below the slot count by its mask, the output below theirs.
            let slot = slots[place(index, output)]
            sums.add(slot.x)
            variance += slot.y
        }
        for feature in features.valued {
            // As above.
            let slot = slots[place(feature.index, output)]
            sums.add(slot.x * feature.value)
            variance += feature.value * feature.value * slot.y
        }
        return EKFScore(logit: Logit(clamping: sums.total(from: offsets[output].value)), variance: variance)
    }

    /// The raw logit alone.
    public func logit(of features: FeatureVector, output: Int = 0) -> Logit {
        score(of: features, output: output).logit
    }

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
    /// once per occurrence of a feature, in the order of the lists, indicators first; g, h and s² are those of the whole
    /// event. For losses over several outputs and for retractions, whose curvature is 0: what was learned twice is not
    /// known better. g is finite and h ≥ 0, or it traps; where both are 0 nothing changes.
    @discardableResult
    public func learn(
        _ features: FeatureVector, output: Int = 0, derivatives: (Logit) -> (gradient: Double, curvature: Double)
    ) -> EKFScore {
        let score = score(of: features, output: output)
        let (gradient, curvature) = derivatives(score.logit)
        precondition(gradient.isFinite, "the gradient of a finite logit is finite")
        precondition(curvature >= 0 && curvature < .infinity, "a filter divides by a curvature of at least 0")
        if gradient == 0, curvature == 0 { return score }
        let denominator = 1 + curvature * Double(score.variance)
        let (pull, shrink) = (gradient / denominator, curvature / denominator)
        for index in features.indicators { step(index, output, 1, pull, shrink) }
        for feature in features.valued where feature.value != 0 {
            step(feature.index, output, feature.value, pull, shrink)
        }
        return score
    }

    /// Asks for the memory that learning `features` will touch. A hint without effect on any result.
    public func prefetch(_ features: FeatureVector) {
        // Masked: every address lies inside the allocation.
        for index in features.indicators { weir_prefetch_for_writing(slots + place(index, 0)) }
        for feature in features.valued { weir_prefetch_for_writing(slots + place(feature.index, 0)) }
    }

    /// One coordinate, in `Double`: a large weight makes the subtraction of two nearly equal variances. The caller has
    /// checked `output`.
    @inline(__always)
    private func step(_ index: UInt32, _ output: Int, _ value: Float, _ pull: Double, _ shrink: Double) {
        let place = place(index, output)
        // The slot lies below the slot count by its mask, the output below theirs by score(of:output:).
        let slot = slots[place]
        let (x, v) = (Double(value), Double(slot.y))
        let limit = Double(EKFSlot.weightLimit)
        let weight = min(max(Double(slot.x) - v * x * pull, -limit), limit)
        let variance = (v - shrink * (v * x) * (v * x)) * (1 + parameters.forgetting)
        store(
            SIMD2(Float(weight), min(prior, max(Float(variance), EKFSlot.leastVariance))), at: place,
            of: index & UInt32(slotCount - 1))
    }

    /// Where the pair of a feature's slot lies, its tag taken off.
    @inline(__always)
    private func place(_ index: UInt32, _ output: Int) -> Int {
        Int(index & UInt32(slotCount - 1)) * offsets.count + output
    }
}
