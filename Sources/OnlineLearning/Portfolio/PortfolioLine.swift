// The state of one coordinate of one output, in all lanes.

/// Eight pairs of a weight and √n.
///
/// Why no weight, score or state can overflow: each step's gradient is limited to ±2⁴⁰, and |g| ≤ √n′ but for rounding,
/// unless g² underflows, g < 2⁻⁶³. So a step moves a weight by at most α |g|/(β + √n′) < 2⁷, α being ≤ 100 and β ≥ 10⁻³;
/// from 2³¹ on that is below half an ulp (2⁷) and changes nothing. Hence |w| ≤ 2³¹ and, for |x| < 2²⁰, any sum of fewer
/// than 2³⁰ terms w x stays below 2⁸¹. √n needs no limit either: from `FTRLSlot.rootLimit` on adding the square of the
/// greatest gradient to n changes nothing, and decay only lessens it.
public struct PortfolioLine: Hashable, Sendable {
    /// Per lane the weight.
    public let weights: SIMD8<Float>
    /// Per lane √n, n being the sum of squared gradients, decayed where the lane forgets.
    public let rootsOfN: SIMD8<Float>

    /// The greatest weight.
    public static let weightLimit: Float = 0x1p31

    /// A line nothing was learned in.
    public static let empty = PortfolioLine(unchecked: .zero, .zero)

    /// The given pairs, zeros as +0; `nil` unless each |w| ≤ `weightLimit` and 0 ≤ √n ≤ `FTRLSlot.rootLimit`. NaN is refused.
    public init?(weights: SIMD8<Float>, rootsOfN: SIMD8<Float>) {
        for lane in 0..<PortfolioParameters.laneCount {
            guard weights[lane].magnitude <= PortfolioLine.weightLimit, rootsOfN[lane] >= 0,
                rootsOfN[lane] <= FTRLSlot.rootLimit
            else { return nil }
        }
        self.init(unchecked: weights + 0, rootsOfN + 0)
    }

    init(unchecked weights: SIMD8<Float>, _ rootsOfN: SIMD8<Float>) {
        self.weights = weights
        self.rootsOfN = rootsOfN
    }
}
