// The hot loop: one line per feature, eight learners per line. Nothing here allocates.

import CKernels
public import ScoringRecords

extension PortfolioTable {
    /// The raw logits of `output` in all lanes: offset + Σ wᵢ xᵢ, clamped to ±`Logit.bound`.
    ///
    /// Summed in `Float` from the offset on, indicators first and valued features after them, each list in its order,
    /// every occurrence of a repeated slot counted. Tags are ignored; an output beyond the table traps; values obey
    /// `ValuedFeature`.
    public func logits(of features: FeatureVector, output: Int) -> SIMD8<Float> {
        let (first, stride) = start(of: output)
        let lastSlot = UInt32(slotCount - 1)
        var sum = SIMD8<Float>(repeating: offsets[output].value)
        features.indicators.withUnsafeBufferPointer { indicators in
            for index in indicators {
                // A slot below the slot count, by the mask.
                let line = first + Int(index & lastSlot) * stride
                sum += kernel.weights(z: line[0], n: line[1])
            }
        }
        features.valued.withUnsafeBufferPointer { valued in
            for feature in valued {
                // As above.
                let line = first + Int(feature.index & lastSlot) * stride
                sum += kernel.weights(z: line[0], n: line[1]) * feature.value
            }
        }
        let bound = SIMD8<Float>(repeating: Logit.bound)
        sum.replace(with: bound, where: sum .> bound)
        sum.replace(with: -bound, where: sum .< -bound)
        return sum
    }

    /// Steps every lane of `output` once per occurrence of a feature: coordinate i of lane j by `gradients[j]` · xᵢ.
    ///
    /// `gradients[j]` is dL/dz at the logit of lane j, importance weight included; steps are shortened at
    /// `FTRLSlot.gradientLimit`, so any but NaN, which traps, leaves the state finite. Occurrences step one after the
    /// other in the order in which scores are summed, the second of an index from where the first left it. A lane whose
    /// gradient is 0 keeps its state, and forgets nothing.
    public func learn(_ features: FeatureVector, output: Int, gradients: SIMD8<Float>) {
        for lane in 0..<PortfolioParameters.laneCount {
            precondition(!gradients[lane].isNaN, "the gradient of a finite logit cannot be NaN")
        }
        if gradients == .zero { return }
        let (first, stride) = start(of: output)
        let lastSlot = UInt32(slotCount - 1)
        features.indicators.withUnsafeBufferPointer { indicators in
            for index in indicators {
                // A slot below the slot count, by the mask.
                step(first + Int(index & lastSlot) * stride, gradients)
                changed.insert(index & lastSlot)
            }
        }
        features.valued.withUnsafeBufferPointer { valued in
            for feature in valued where feature.value != 0 {
                // As above.
                step(first + Int(feature.index & lastSlot) * stride, gradients * feature.value)
                changed.insert(feature.index & lastSlot)
            }
        }
    }

    /// Asks for the memory that scoring and learning `output` on `features` will touch. A hint without effect on any
    /// result.
    ///
    /// Worth a call for event i + 1 before `learn` of event i, once the table is larger than the cache.
    public func prefetch(_ features: FeatureVector, output: Int) {
        let (first, stride) = start(of: output)
        let lastSlot = UInt32(slotCount - 1)
        features.indicators.withUnsafeBufferPointer { indicators in
            for index in indicators { weir_prefetch_for_writing(first + Int(index & lastSlot) * stride) }
        }
        features.valued.withUnsafeBufferPointer { valued in
            for feature in valued { weir_prefetch_for_writing(first + Int(feature.index & lastSlot) * stride) }
        }
    }

    /// The line of slot 0, and the distance to the next slot's.
    @inline(__always)
    private func start(of output: Int) -> (UnsafeMutablePointer<SIMD8<Float>>, Int) {
        precondition(output >= 0 && output < offsets.count, "an output has an offset")
        // output < offsets.count: a line of slot 0.
        return (lines + 2 * output, 2 * offsets.count)
    }

    /// Steps one line, whose address the caller has checked.
    @inline(__always)
    private func step(_ line: UnsafeMutablePointer<SIMD8<Float>>, _ gradient: SIMD8<Float>) {
        // A line is two vectors: z and n.
        (line[0], line[1]) = kernel.step(z: line[0], n: line[1], gradient: gradient)
    }
}
