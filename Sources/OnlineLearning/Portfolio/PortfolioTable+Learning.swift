// The hot loop: one line per feature, eight learners per line. Nothing here allocates.

import CKernels
public import ScoringRecords

extension PortfolioTable {
    /// The raw logits of `output` in all lanes: offset + Σ wᵢ xᵢ, clamped to ±`Logit.bound`.
    ///
    /// Summed in `Float` from the offset on, indicators first and valued features after them, each list in its order,
    /// every occurrence of a repeated slot counted. Tags are ignored; an output beyond the table traps; values obey
    /// `ValuedFeature`.
    public func logits(of features: borrowing FeatureVector, output: Int) -> SIMD8<Float> {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let (first, stride) = start(of: output)
        let lastSlot = UInt32(slotCount - 1)
        var sum = SIMD8<Float>(repeating: offsets[output].value)
        // A slot below the slot count, by the mask, here and below. A line begins with its weights.
        for entry in indicators.indices { sum += first[Int(indicators[entry] & lastSlot) &* stride] }
        for entry in valued.indices {
            sum += first[Int(valued[entry].index & lastSlot) &* stride] * valued[entry].value
        }
        return weir_limit8(sum, SIMD8(repeating: Logit.bound))
    }

    /// Steps every lane of `output` once per occurrence of a feature: coordinate i of lane j by `gradients[j]` · xᵢ.
    ///
    /// `gradients[j]` is dL/dz at the logit of lane j, importance weight included; steps are shortened at
    /// `FTRLSlot.gradientLimit`, so any but NaN, which traps, leaves the state finite. Occurrences step one after the
    /// other in the order in which scores are summed, the second of an index from where the first left it. A lane whose
    /// gradient is 0 keeps its state, and forgets nothing.
    public func learn(_ features: borrowing FeatureVector, output: Int, gradients: SIMD8<Float>) {
        precondition(weir_are_equal8(gradients, gradients), "the gradient of a finite logit cannot be NaN")
        if weir_are_equal8(gradients, .zero) { return }
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let (first, stride) = start(of: output)
        let lastSlot = UInt32(slotCount - 1)
        let roots = newRoots.reserve(indicators.count + valued.count)
        let kernel = kernel
        let unit = kernel.limited(gradients)
        // Roots first, then quotients: a processor that computes both in one unit takes longer over them by turns. A root
        // is kept per occurrence, since a repeated slot has another one after each. Slots below the slot count, by the
        // mask; entries of `roots` below the count just reserved.
        var marks = PortfolioTable.mark[0]
        for entry in indicators.indices {
            let line = first + Int(indicators[entry] & lastSlot) &* stride
            roots[entry] = stepRoots(line, kernel, unit, &marks)
        }
        for entry in valued.indices where valued[entry].value != 0 {
            let line = first + Int(valued[entry].index & lastSlot) &* stride
            let gradient = kernel.limited(gradients * valued[entry].value)
            roots[indicators.count &+ entry] = stepRoots(line, kernel, gradient, &marks)
        }
        for entry in indicators.indices {
            first[Int(indicators[entry] & lastSlot) &* stride] -= kernel.descent(gradient: unit, newRoot: roots[entry])
        }
        for entry in valued.indices where valued[entry].value != 0 {
            let gradient = kernel.limited(gradients * valued[entry].value)
            first[Int(valued[entry].index & lastSlot) &* stride] -= kernel.descent(
                gradient: gradient, newRoot: roots[indicators.count &+ entry])
        }
        if marks == 0 { noteChanges(features) }
    }

    /// Asks for the memory that scoring and learning `output` on `features` will touch. A hint without effect on any
    /// result.
    ///
    /// Worth a call for event i + 3 before `learn` of event i, once the table is larger than the cache.
    public func prefetch(_ features: borrowing FeatureVector, output: Int) {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let (first, stride) = start(of: output)
        let lastSlot = UInt32(slotCount - 1)
        // Slots below the slot count, by the mask.
        for entry in indicators.indices {
            weir_prefetch_for_writing(first + Int(indicators[entry] & lastSlot) &* stride)
        }
        for entry in valued.indices {
            weir_prefetch_for_writing(first + Int(valued[entry].index & lastSlot) &* stride)
        }
    }

    /// The line of slot 0, and the distance to the next slot's.
    @inline(__always)
    private func start(of output: Int) -> (UnsafeMutablePointer<SIMD8<Float>>, Int) {
        precondition(output >= 0 && output < offsets.count, "an output has an offset")
        // output < offsets.count: a line of slot 0.
        return (lines + 2 * output, 2 * offsets.count)
    }

    /// Steps the √n of one line, whose address the caller has checked, and marks it; `marks` loses the mark of a line that
    /// had none.
    @inline(__always)
    private func stepRoots(
        _ line: UnsafeMutablePointer<SIMD8<Float>>, _ kernel: PortfolioKernel, _ gradient: SIMD8<Float>,
        _ marks: inout UInt32
    ) -> SIMD8<Float> {
        // A line is two vectors: weights and √n, whose first sign is a mark.
        let marked = line[1]
        marks &= weir_bits_of8(marked)[0]
        let newRoot = kernel.newRoot(rootOfN: weir_magnitude8(marked), gradient: gradient)
        line[1] = weir_float_of8(weir_bits_of8(newRoot) | PortfolioTable.mark)
        return newRoot
    }

    /// Takes the slots of an event that has stepped into the set of changed ones. Those marked before are in it already.
    @inline(never)
    private func noteChanges(_ features: borrowing FeatureVector) {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let lastSlot = UInt32(slotCount - 1)
        for entry in indicators.indices { changed.insert(indicators[entry] & lastSlot) }
        for entry in valued.indices where valued[entry].value != 0 { changed.insert(valued[entry].index & lastSlot) }
    }
}
