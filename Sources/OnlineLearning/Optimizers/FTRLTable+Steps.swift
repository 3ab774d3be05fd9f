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
        precondition(output >= 0 && output < stride, "an output has an offset")
        let count = event.count
        let (places, values, lanes) = (event.places, event.values, scratch.reserve(count))
        // Roots first, then quotients: a processor that computes both in one unit takes longer over them by turns. Every
        // place is that of a slot's first output or an empty one with room for all outputs; every list has room for whole
        // vectors.
        var start = 0
        while start < count {
            let pairs = weir_gather_pairs8(places + start, output)
            EventLanes.store(pairs, to: lanes.gathered + start)
            let n = weir_split_pairs8(pairs).highHalf
            // Kept: with a second use of n the compiler does not take the roots of z as well, before it splits.
            EventLanes.store(n, to: lanes.squares + start)
            EventLanes.store(kernel.roots(weir_magnitude8(n)), to: lanes.roots + start)
            start &+= EventScratch.width
        }
        var sums = PartialSums()
        start = 0
        while start < count {
            let z = weir_split_pairs8(EventLanes.load(lanes.gathered + start)).lowHalf
            let weights = kernel.weights(z: z, rootOfN: EventLanes.load(lanes.roots + start))
            EventLanes.store(weights, to: lanes.weights + start)
            sums.add(weights * EventLanes.load(values + start))
            start &+= EventScratch.width
        }
        return Logit(clamping: sums.total(from: offset(output)))
    }

    /// Steps every gathered slot, eight at a time, then writes them back in order. Follows the score of the same event.
    @inline(__always)
    func step(_ event: borrowing EventPlaces, _ output: Int, gradient: Float) {
        if gradient == 0 { return }
        let count = event.count
        let (places, values, lanes) = (event.places, event.values, scratch.reserve(count))
        var fresh = SIMD8<UInt32>()
        // As in score.
        var start = 0
        while start < count {
            let marked = EventLanes.load(lanes.squares + start)
            let g = kernel.limited(EventLanes.load(values + start) * gradient)
            EventLanes.store(g, to: lanes.gradients + start)
            let newN = weir_magnitude8(marked) + g * g
            EventLanes.store(kernel.roots(newN), to: lanes.newRoots + start)
            let (marks, moved) = (weir_bits_of8(marked), weir_not_zero8(g))
            fresh |= moved & ~marks
            let newMarks = (moved | marks) & SIMD8(repeating: FTRLTable.mark)
            EventLanes.store(weir_float_of8(weir_bits_of8(newN) | newMarks), to: lanes.squares + start)
            start &+= EventScratch.width
        }
        start = 0
        while start < count {
            let z = weir_split_pairs8(EventLanes.load(lanes.gathered + start)).lowHalf
            let newZ = kernel.step(
                z: z, rootOfN: EventLanes.load(lanes.roots + start), newRoot: EventLanes.load(lanes.newRoots + start),
                weight: EventLanes.load(lanes.weights + start), gradient: EventLanes.load(lanes.gradients + start))
            weir_join_pairs8(newZ, EventLanes.load(lanes.squares + start), lanes.stepped + start)
            start &+= EventScratch.width
        }
        // Pairs are compared by their bits, which are equal where the pairs are: z is never −0, neither is NaN
        // (`FTRLSlot`), and the sign of n is a mark.
        var difference: UInt64 = 0
        for entry in 0..<count {
            let place = UnsafeMutableRawPointer(places[entry] + output)
            difference |= place.load(as: UInt64.self) ^ EventLanes.bits(lanes.gathered + entry)
            place.storeBytes(of: EventLanes.bits(lanes.stepped + entry), as: UInt64.self)
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
            let isFirst = EventLanes.bits(place) == EventLanes.bits(lanes.gathered + entry)
            place.pointee =
                isFirst
                ? lanes.stepped[entry] : stepAgain(place.pointee, gradient: event.values[entry] * gradient)
        }
    }

    /// One pair stepped from what it holds now, by the same kernel in one lane.
    private func stepAgain(_ pair: SIMD2<Float>, gradient: Float) -> SIMD2<Float> {
        let (z, n) = (SIMD8(repeating: pair.x), SIMD8(repeating: pair.y.magnitude))
        let g = kernel.limited(SIMD8(repeating: gradient))
        let (roots, newN) = (kernel.roots(n), n + g * g)
        let newZ = kernel.step(
            z: z, rootOfN: roots, newRoot: kernel.roots(newN), weight: kernel.weights(z: z, rootOfN: roots), gradient: g
        )
        let isMarked = pair.y.sign == .minus || g[0] != 0
        return SIMD2(newZ[0], isMarked ? -newN[0] : newN[0])
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
