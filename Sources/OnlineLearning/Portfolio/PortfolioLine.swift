// The state of one coordinate of one output, in all lanes.

/// Eight pairs (z, n), as `FTRLSlot` is one; the limits are those of `FTRLSlot`.
///
/// Why no weight, score or state can overflow: each step's gradient is limited to ±2⁴⁰ and z to ±2⁶⁰. n needs no limit
/// of its own: at `FTRLSlot.squaresLimit` adding the square of the greatest gradient changes nothing, and decay only
/// lessens it. Hence |w| ≤ 2⁶⁰ α/β < 2⁷⁷ and, for |x| < 2²⁰, any sum of fewer than 2³⁰ terms w x stays below 2¹²⁷. A
/// step multiplies z by (β + √n′)/(β + √n). Decay cannot make that less than 0, and one gradient adds at most 2⁴⁰ to
/// √n, so it is below 1 + 2⁴⁰/β < 2⁵⁰, and the product below 2¹¹⁰ until it is limited again.
public struct PortfolioLine: Hashable, Sendable {
    /// Per lane −w (β + √n)/α: what `FTRLSlot.z` is.
    public let z: SIMD8<Float>
    /// Per lane the sum of squared gradients, decayed where the lane forgets.
    public let n: SIMD8<Float>

    /// A line nothing was learned in.
    public static let empty = PortfolioLine(unchecked: .zero, .zero)

    /// The given pairs; `nil` unless each obeys the limits of `FTRLSlot`. NaN is refused.
    public init?(z: SIMD8<Float>, n: SIMD8<Float>) {
        for lane in 0..<PortfolioParameters.laneCount where FTRLSlot(z: z[lane], n: n[lane]) == nil { return nil }
        self.init(unchecked: z, n)
    }

    init(unchecked z: SIMD8<Float>, _ n: SIMD8<Float>) {
        self.z = z
        self.n = n
    }
}
