// The four numbers of FTRL-Proximal and their domains. The state they act on is FTRLTable's.

/// The parameters of FTRL-Proximal: a learning rate per coordinate α / (β + √n), and two penalties.
///
///     let parameters = try FTRLParameters(alpha: 0.3)
///
/// Source: McMahan et al., *Ad Click Prediction: a View from the Trenches*, KDD 2013, §3.1 and Algorithm 1, whose λ₁, λ₂
/// are L1, L2 here.
public struct FTRLParameters: Hashable, Sendable {
    /// The scale α of the learning rate: the largest lever there is.
    public let alpha: Double
    /// β: how much gradient a coordinate must have seen before its learning rate starts to fall.
    public let beta: Double
    /// L1: a coordinate whose summed gradient stays within ±L1 has weight 0.
    public let l1: Double
    /// L2: the ridge, added to the inverse learning rate.
    public let l2: Double

    /// The domain of α. Beyond 100 a single step crosses every useful logit.
    public static let alphaRange: ClosedRange<Double> = 1e-6...100
    /// The domain of β. Not 0: an untouched coordinate would have an infinite learning rate. With α ≤ 100 the least β keeps
    /// α / β ≤ 10⁵, on which the proof that weights stay finite rests (`FTRLSlot`).
    public static let betaRange: ClosedRange<Double> = 1e-3...1e6
    /// The domain of L1 and L2.
    public static let penaltyRange: ClosedRange<Double> = 0...1e6

    /// The given parameters; by default without penalties and with β = 1.
    ///
    /// - Throws: `FTRLParameterError` for the first number outside its range; NaN is outside.
    public init(alpha: Double, beta: Double = 1, l1: Double = 0, l2: Double = 0) throws(FTRLParameterError) {
        guard FTRLParameters.alphaRange.contains(alpha) else { throw .alphaOutOfRange(alpha) }
        guard FTRLParameters.betaRange.contains(beta) else { throw .betaOutOfRange(beta) }
        guard FTRLParameters.penaltyRange.contains(l1) else { throw .l1OutOfRange(l1) }
        guard FTRLParameters.penaltyRange.contains(l2) else { throw .l2OutOfRange(l2) }
        self.alpha = alpha
        self.beta = beta
        self.l1 = l1
        self.l2 = l2
    }
}
