// How the working memory of one learning step is laid out, and how vectors are read from it.
// Owns nothing: EventScratch does.

import CKernels

/// The lists of an `EventScratch`: an entry per entry of an `EventPlaces`, empty ones included.
struct EventLanes {
    /// (z, √n) before the step, as stored.
    let gathered: UnsafeMutablePointer<SIMD2<Float>>
    /// The weights before the step.
    let weights: UnsafeMutablePointer<Float>

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

    /// Eight consecutive pairs.
    @inline(__always)
    static func load(_ first: UnsafeMutablePointer<SIMD2<Float>>) -> SIMD16<Float> {
        // As for load(_:): eight pairs are sixteen floats, one cache line.
        UnsafeRawPointer(first).load(as: SIMD16<Float>.self)
    }

    /// The inverse of `load`.
    @inline(__always)
    static func store(_ pairs: SIMD16<Float>, to first: UnsafeMutablePointer<SIMD2<Float>>) {
        // As for load(_:).
        UnsafeMutableRawPointer(first).storeBytes(of: pairs, as: SIMD16<Float>.self)
    }
}
