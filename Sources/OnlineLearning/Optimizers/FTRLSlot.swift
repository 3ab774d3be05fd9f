// The state of one coordinate, and the limits that keep every weight finite whatever the stream.

/// The pair that FTRL-Proximal keeps per coordinate, z and √n; the weight is computed from it.
///
/// √n is kept instead of n, so that a score needs no root; and what a step multiplies by is the difference of the roots that
/// are kept, so that no rounding of one moves the weight.
///
/// Why no weight, score or state can overflow: each step's gradient is limited to ±`gradientLimit` and z to
/// ±`adjustedSumLimit`. n needs no limit of its own: once it is above 2¹⁰⁵, adding the square of the greatest gradient,
/// 2⁸⁰, is below half an ulp (2⁸¹) and changes nothing. Hence |w| ≤ 2⁶⁰ α/β < 2⁷⁷ and, for |x| ≤ 10⁶ < 2²⁰, any sum of
/// fewer than 2³⁰ terms w x stays below 2¹²⁷; and the part s w of a step is at most |g z| / β < 2¹¹⁰.
public struct FTRLSlot: Hashable, Sendable {
    /// The sum of gradients, each adjusted by its proximal term: z in Algorithm 1.
    public let z: Float
    /// √n, ≥ 0, n being the sum of squared gradients in Algorithm 1.
    public let rootOfN: Float

    /// The greatest gradient of one step, 2⁴⁰ ≈ 10¹²: far above an importance weight and class weight of 1,000 each with a
    /// value of 10⁵. Reaching it means that a weight upstream is absurd; the step is then shortened, not refused.
    public static let gradientLimit: Float = 0x1p40
    /// The greatest |z|.
    public static let adjustedSumLimit: Float = 0x1p60
    /// The greatest √n, above all that steps can reach.
    public static let rootLimit: Float = 0x1p53

    /// A slot nothing was learned in.
    public static let empty = FTRLSlot(unchecked: 0, 0)

    /// The given pair, a z of −0 as +0; `nil` unless |z| ≤ `adjustedSumLimit` and 0 ≤ √n ≤ `rootLimit`. NaN is refused.
    public init?(z: Float, rootOfN: Float) {
        guard z.magnitude <= FTRLSlot.adjustedSumLimit, rootOfN >= 0, rootOfN <= FTRLSlot.rootLimit else { return nil }
        // Neither a step nor `faded` leaves −0 behind, so that equal pairs have equal bits.
        self.init(unchecked: z + 0, rootOfN + 0)
    }

    init(unchecked z: Float, _ rootOfN: Float) {
        self.z = z
        self.rootOfN = rootOfN
    }
}
