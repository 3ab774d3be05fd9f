// How the working memory of one learning step is laid out, and how vectors are read from it.
// Owns nothing: EventScratch does.

/// The lists of an `EventScratch`, one entry per occurrence, indicators first.
///
/// The last vector of an event may run past its features, within the capacity, into entries that nobody reads; they hold
/// finite numbers, because zeros or an earlier event's do.
struct EventLanes {
    /// The slot numbers.
    let slots: UnsafeMutablePointer<UInt32>
    /// (z, n) before the step.
    let gathered: UnsafeMutablePointer<SIMD2<Float>>
    /// (z, n) after the step.
    let stepped: UnsafeMutablePointer<SIMD2<Float>>
    /// The feature values; 1 for indicators.
    let values: UnsafeMutablePointer<Float>
    /// The weights before the step.
    let weights: UnsafeMutablePointer<Float>
    /// n before the step.
    let squares: UnsafeMutablePointer<Float>
    /// √n before the step.
    let roots: UnsafeMutablePointer<Float>

    /// Eight consecutive floats as one vector.
    @inline(__always)
    static func load(_ first: UnsafeMutablePointer<Float>) -> SIMD8<Float> {
        // Lists start on cache lines and vectors at multiples of 8 entries: aligned, and within the capacity.
        UnsafeRawPointer(first).load(as: SIMD8<Float>.self)
    }

    /// The inverse of `load`.
    @inline(__always)
    static func store(_ vector: SIMD8<Float>, to first: UnsafeMutablePointer<Float>) {
        // As for load(_:).
        UnsafeMutableRawPointer(first).storeBytes(of: vector, as: SIMD8<Float>.self)
    }

    /// Eight consecutive pairs as the vector of their z and the vector of their n.
    @inline(__always)
    static func split(_ first: UnsafeMutablePointer<SIMD2<Float>>) -> (z: SIMD8<Float>, n: SIMD8<Float>) {
        // As for load(_:): eight pairs are sixteen floats, one cache line.
        let pairs = UnsafeRawPointer(first).load(as: SIMD16<Float>.self)
        return (pairs.evenHalf, pairs.oddHalf)
    }

    /// One pair as 64 bits.
    @inline(__always)
    static func bits(_ pair: UnsafeMutablePointer<SIMD2<Float>>) -> UInt64 {
        // A pair has the size and the alignment of a word.
        UnsafeRawPointer(pair).load(as: UInt64.self)
    }

    /// The inverse of `split`.
    @inline(__always)
    static func join(_ z: SIMD8<Float>, _ n: SIMD8<Float>, into first: UnsafeMutablePointer<SIMD2<Float>>) {
        var pairs = SIMD16<Float>()
        pairs.evenHalf = z
        pairs.oddHalf = n
        // As for split(_:).
        UnsafeMutableRawPointer(first).storeBytes(of: pairs, as: SIMD16<Float>.self)
    }
}
