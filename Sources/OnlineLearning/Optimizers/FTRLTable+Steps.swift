// The hot loops: list the places of an event's slots, gather what they hold, score it, step every one.
// Nothing here allocates once the working memory has met the widest event.

import CKernels
import ScoringRecords

extension FTRLTable {
    /// Lists where the pairs of `features` lie, and their values; `body` gets every place.
    @inline(__always)
    func list(
        _ features: borrowing FeatureVector, into event: inout EventPlaces,
        _ body: (UnsafeMutablePointer<SIMD2<Float>>) -> Void
    ) {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        let first = indicators.count
        event.begin(units: first, others: valued.count)
        let (places, values) = (event.places, event.values)
        let (slots, lastSlot, stride) = (slots, UInt32(slotCount - 1), UInt32(stride))
        @inline(__always)
        func list(_ index: UInt32, at entry: Int) {
            // The slot lies below the slot count by the mask, which is a power of two less one; the entry below the
            // count of features, for which there is room.
            let place = slots + Int(truncatingIfNeeded: UInt64(index & lastSlot) &* UInt64(stride))
            places[entry] = place
            body(place)
        }
        for entry in indicators.indices { list(indicators[entry], at: entry) }
        for entry in valued.indices {
            list(valued[entry].index, at: first &+ entry)
            values[first &+ entry] = valued[entry].value
        }
    }

    /// Computes all weights, eight at a time, and their sum in the order of `PartialSums`.
    @inline(__always)
    func score(_ event: borrowing EventPlaces, _ output: Int) -> Logit {
        kernel.hasPenalties
            ? score(event, output) { kernel.weights(z: $0, rootOfN: $1) }
            : score(event, output) { kernel.plainWeights(z: $0, rootOfN: $1) }
    }

    @inline(__always)
    private func score(
        _ event: borrowing EventPlaces, _ output: Int,
        weights: (_ z: SIMD8<Float>, _ rootOfN: SIMD8<Float>) -> SIMD8<Float>
    ) -> Logit {
        precondition(output >= 0 && output < stride, "an output has an offset")
        let count = event.count
        let (places, values, lanes) = (event.places, event.values, scratch.reserve(count))
        // Every place is that of a slot's first output or an empty one with room for all outputs; every list has room for
        // whole vectors.
        var sums = PartialSums()
        var start = 0
        while start < count {
            let pairs = weir_gather_pairs8(places + start, output)
            EventLanes.store(pairs, to: lanes.gathered + start)
            let halves = weir_split_pairs8(pairs)
            let weights = weights(halves.lowHalf, weir_magnitude8(halves.highHalf))
            EventLanes.store(weights, to: lanes.weights + start)
            sums.add(weights * EventLanes.load(values + start))
            start &+= EventScratch.width
        }
        return Logit(clamping: sums.total(from: offset(output)))
    }

    /// Steps every gathered slot, eight at a time, and writes them back in order. Follows the score of the same event.
    @inline(__always)
    func step(_ event: borrowing EventPlaces, _ output: Int, gradient: Float) {
        if gradient == 0 { return }
        if gradient.magnitude <= FTRLKernel.safeGradient {
            step(event, output, gradient) { $0 }
        } else {
            step(event, output, gradient) { kernel.limited($0) }
        }
    }

    @inline(__always)
    private func step(
        _ event: borrowing EventPlaces, _ output: Int, _ gradient: Float, limited: (SIMD8<Float>) -> SIMD8<Float>
    ) {
        let count = event.count
        let (places, values, lanes) = (event.places, event.values, scratch.reserve(count))
        // Pairs are compared by their bits, which are equal where the pairs are: z is never −0, neither is NaN
        // (`FTRLSlot`), and the sign of √n is a mark.
        var difference: UInt64 = 0
        var fresh = SIMD8<UInt32>()
        // As in score.
        var start = 0
        while start < count {
            let halves = weir_split_pairs8(EventLanes.load(lanes.gathered + start))
            let (z, marked) = (halves.lowHalf, halves.highHalf)
            let g = limited(EventLanes.load(values + start) * gradient)
            let newMarked = kernel.markedRoot(marked: marked, gradient: g)
            let newZ = kernel.step(
                z: z, rootOfN: weir_magnitude8(marked), newRoot: weir_magnitude8(newMarked),
                weight: EventLanes.load(lanes.weights + start), gradient: g)
            fresh |= weir_bits_of8(marked) ^ weir_bits_of8(newMarked)
            difference |= weir_scatter_pairs8(places + start, output, lanes.gathered + start, newZ, newMarked)
            start &+= EventScratch.width
        }
        // A slot that did not hold what was gathered had stepped already in this event: a repeated index.
        if difference != 0 { stepInOrder(event, output, gradient: gradient) }
        if weir_any_sign8(fresh) { noteChanges(event, output) }
    }

    /// Takes the steps of an event again, one after the other, because an index occurs twice.
    @inline(never)
    private func stepInOrder(_ event: borrowing EventPlaces, _ output: Int, gradient: Float) {
        let lanes = scratch.reserve(event.count)
        // As in step.
        for entry in 0..<event.count { event.places[entry][output] = lanes.gathered[entry] }
        for entry in 0..<event.count {
            let place = event.places[entry] + output
            place.pointee = stepped(place.pointee, gradient: event.values[entry] * gradient)
        }
    }

    /// One pair stepped from what it holds now, by the same kernel in one lane.
    private func stepped(_ pair: SIMD2<Float>, gradient: Float) -> SIMD2<Float> {
        let (z, marked) = (SIMD8(repeating: pair.x), SIMD8(repeating: pair.y))
        let (g, root) = (kernel.limited(SIMD8(repeating: gradient)), weir_magnitude8(marked))
        let newMarked = kernel.markedRoot(marked: marked, gradient: g)
        let newZ = kernel.step(
            z: z, rootOfN: root, newRoot: weir_magnitude8(newMarked), weight: kernel.weights(z: z, rootOfN: root),
            gradient: g)
        return SIMD2(newZ[0], newMarked[0])
    }

    /// Takes slots into the set of changed ones that this event has marked.
    @inline(never)
    private func noteChanges(_ event: borrowing EventPlaces, _ output: Int) {
        let lanes = scratch.reserve(event.count)
        // As in step.
        for entry in 0..<event.count
        where event.places[entry][output].y.sign != lanes.gathered[entry].y.sign {
            changed.insert(UInt32((event.places[entry] - slots) / stride))
        }
    }
}
