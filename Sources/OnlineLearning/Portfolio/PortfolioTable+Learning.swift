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
        let known = divisors.reserve(indicators.count + valued.count)
        // Roots first, then quotients: a processor that computes both in one unit takes longer over them by turns.
        for entry in indicators.indices {
            // A slot below the slot count, by the mask; entries of `known` below the count just reserved, here and below.
            takeRoots(first + Int(indicators[entry] & lastSlot) &* stride, known + entry)
        }
        for entry in valued.indices {
            takeRoots(first + Int(valued[entry].index & lastSlot) &* stride, known + (indicators.count &+ entry))
        }
        var sum = SIMD8<Float>(repeating: offsets[output].value)
        for entry in indicators.indices { sum += weights(known + entry) }
        for entry in valued.indices { sum += weights(known + (indicators.count &+ entry)) * valued[entry].value }
        return weir_limit8(sum, SIMD8(repeating: Logit.bound))
    }

    /// Keeps what the weights of a line are computed from, for them and for the step that mostly follows.
    @inline(__always)
    private func takeRoots(
        _ line: UnsafeMutablePointer<SIMD8<Float>>, _ known: UnsafeMutablePointer<LineDivisors.Entry>
    ) {
        // A line is two vectors: z and n, whose first sign is a mark.
        let n = weir_magnitude8(line[1])
        known.pointee.z = line[0]
        known.pointee.n = n
        known.pointee.divisor = kernel.divisors(n: n)
    }

    /// The weights of a line, whose quotients are kept as well.
    @inline(__always)
    private func weights(_ known: UnsafeMutablePointer<LineDivisors.Entry>) -> SIMD8<Float> {
        let inverse = 1 / known.pointee.divisor
        known.pointee.inverse = inverse
        return kernel.weights(z: known.pointee.z, inverse: inverse)
    }

    /// Steps every lane of `output` once per occurrence of a feature: coordinate i of lane j by `gradients[j]` · xᵢ.
    ///
    /// `gradients[j]` is dL/dz at the logit of lane j, importance weight included; steps are shortened at
    /// `FTRLSlot.gradientLimit`, so any but NaN, which traps, leaves the state finite. Occurrences step one after the
    /// other in the order in which scores are summed, the second of an index from where the first left it. A lane whose
    /// gradient is 0 keeps its state, and forgets nothing.
    public func learn(_ features: borrowing FeatureVector, output: Int, gradients: SIMD8<Float>) {
        for lane in 0..<PortfolioParameters.laneCount {
            precondition(!gradients[lane].isNaN, "the gradient of a finite logit cannot be NaN")
        }
        if weir_are_equal8(gradients, .zero) { return }
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let (first, stride) = start(of: output)
        let lastSlot = UInt32(slotCount - 1)
        let known = divisors.reserve(indicators.count + valued.count)
        for entry in indicators.indices {
            let slot = indicators[entry] & lastSlot
            // A slot below the slot count, by the mask; entries as in logits(of:output:), here and below.
            step(first + Int(slot) &* stride, of: slot, gradients, known + entry)
        }
        for entry in valued.indices where valued[entry].value != 0 {
            let slot = valued[entry].index & lastSlot
            step(
                first + Int(slot) &* stride, of: slot, gradients * valued[entry].value,
                known + (indicators.count &+ entry))
        }
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

    /// Steps one line, whose address the caller has checked. Its divisor is the one that scoring has left, as long as it
    /// belongs to the n that the line has now.
    @inline(__always)
    private func step(
        _ line: UnsafeMutablePointer<SIMD8<Float>>, of slot: UInt32, _ gradient: SIMD8<Float>,
        _ known: UnsafeMutablePointer<LineDivisors.Entry>
    ) {
        // A line is two vectors: z and n, whose first sign is a mark.
        let (z, marked) = (line[0], line[1])
        let n = weir_magnitude8(marked)
        let isKnown = weir_are_equal8(known.pointee.n, n)
        let divisor = isKnown ? known.pointee.divisor : kernel.divisors(n: n)
        let inverse = isKnown ? known.pointee.inverse : 1 / divisor
        let (newZ, newN) = kernel.step(z: z, n: n, divisor: divisor, inverse: inverse, gradient: gradient)
        line[0] = newZ
        line[1] = weir_float_of8(weir_bits_of8(newN) | PortfolioTable.mark)
        if weir_bits_of8(marked)[0] & PortfolioTable.mark[0] == 0 { changed.insert(slot) }
    }
}
