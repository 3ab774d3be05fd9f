// The order in which a single learner's score is summed: fixed, so that every machine and every scorer gets the same bits,
// and eight wide, so that no addition waits for the one before.

/// Eight partial sums, of which occurrence k of an event's features, indicators first, adds to number k mod 8; in the end
/// halves are added until one number is left, and that to the offset:
///
///     s_j = Σ w_k x_k over k ≡ j mod 8, k ascending from 0
///     offset + (((s₀ + s₄) + (s₂ + s₆)) + ((s₁ + s₅) + (s₃ + s₇)))
struct PartialSums {
    private var sums = SIMD8<Float>()
    private var count = 0

    /// Adds the next term.
    @inline(__always)
    mutating func add(_ term: Float) {
        sums[count & 7] += term
        count &+= 1
    }

    /// Adds the next eight terms, where none or a multiple of eight came before.
    @inline(__always)
    mutating func add(_ terms: SIMD8<Float>) { sums += terms }

    /// All terms and `offset`.
    @inline(__always)
    func total(from offset: Float) -> Float {
        let four = sums.lowHalf + sums.highHalf
        let two = four.lowHalf + four.highHalf
        return offset + (two.x + two.y)
    }
}
