// From the probabilities of eight learners to one: exponential weights on what each has lost so far. Knows no features
// and no labels.

import ElementaryMath

/// A mixture of the lanes of a portfolio that follows whichever predicts best, and forgets slowly which that was.
///
///     u_j ∝ exp(−C_j),    p = Σ u_j p_j,    C_j ← 2^(−ℓ/H) C_j + ℓ_j
///
/// ℓ_j is the log loss of lane j's *mapped* probability at an example and ℓ that of the mixture. Raw logits of a focal
/// or weighted loss are no probabilities: map each lane first, mix after, and select by what is served.
///
/// Without forgetting, the total log loss of the mixture exceeds that of the best lane by at most ln 8 nats, however
/// long the stream (Cesa-Bianchi & Lugosi, *Prediction, Learning, and Games*, 2006, Proposition 3.1 for log loss). But
/// then a lane that lost early is heard late. So losses fade, with a half-life H measured in nats of the mixture's own
/// loss instead of in examples: evidence comes with the nats, and an example brings .002 of them at a base rate of 1 in
/// 5,000 and .6 at 1 in 3. One H then serves both, where no half-life in examples did.
///
///     let p = mixture.mix(probabilities)
///     mixture.update(logLosses: losses)      // once the label is known
///
/// A value of nine numbers, a function of the calls in order: the same bits on every machine.
public struct PortfolioMixture: Hashable, Sendable {
    /// H in nats; `nil` forgets nothing.
    public let halfLife: Double?
    /// u: positive, in the order of the lanes, with the sum 1 up to rounding.
    public private(set) var weights: SIMD8<Double>
    /// C less its minimum, in nats, in [0, `PortfolioMixture.lossLimit`]: all that has to be kept.
    public private(set) var relativeLosses: SIMD8<Double>

    /// The default half-life in nats: that of 1,300 examples at a base rate of 6 %, or of 160,000 at 1 in 5,000.
    ///
    /// From 200 to 500 the mixture of `PortfolioParameters.standard` came within .001 of the best fixed α in hindsight,
    /// in normalised entropy, on the twelve streams it was chosen on, with base rates from .02 % to 38 %, and ahead of
    /// it on the four with planted drift.
    public static let standardHalfLife = 300.0
    /// The domain of a half-life in nats.
    public static let halfLifeRange: ClosedRange<Double> = 1...1e9
    /// The greatest C: e⁻⁷⁰⁰ is still a normal number, and nothing beside 1. A lane that lost more than this is
    /// forgiven the rest.
    public static let lossLimit = 700.0

    /// A mixture that prefers no lane.
    ///
    /// `halfLife` outside `halfLifeRange` traps: configurations are checked where they are read.
    public init(halfLife: Double? = PortfolioMixture.standardHalfLife) {
        precondition(halfLife.map(PortfolioMixture.halfLifeRange.contains) ?? true, "a half-life is 1 to 10⁹ nats")
        self.halfLife = halfLife
        relativeLosses = .zero
        weights = PortfolioMixture.normalised(.zero)
    }

    /// Σ u_j v_j: the mixture of eight probabilities, or of their complements.
    public func mix(_ values: SIMD8<Double>) -> Double { (weights * values).sum() }

    /// The logit of the mixture of the probabilities with these mapped `logits`, finite; NaN traps.
    ///
    /// Exact in the limits: equal logits give that logit, and so does a lane whose weight is 1. With m the lane of the
    /// greatest weight and D = Σ u_j (p_j − p_m),
    ///
    ///     logit Σ u_j p_j = z_m + ln(1 + D/p_m) − ln(1 − D/q_m)
    ///
    /// and since u_m ≥ ⅛ both logarithms have arguments of at least ⅛: no cancellation, in neither tail.
    public func mix(logits: SIMD8<Double>) -> Double {
        var top = 0
        for lane in 1..<PortfolioParameters.laneCount where weights[lane] > weights[top] { top = lane }
        let pivot = CompositeMap.clamped(logits[top])
        let (p, q) = (sigmoid(pivot), sigmoid(-pivot))
        var difference = 0.0
        for lane in 0..<PortfolioParameters.laneCount where lane != top {
            let z = CompositeMap.clamped(logits[lane])
            // A difference of probabilities next to 1 is one of complements next to 0.
            let apart = pivot > 0 ? q - sigmoid(-z) : sigmoid(z) - p
            difference += weights[lane] * apart
        }
        if difference == 0 { return pivot }
        // Beyond ±700 a probability underflows; the sum of both, of which one is then 0, has the digits.
        guard p >= .leastNormalMagnitude, q >= .leastNormalMagnitude else {
            return log(max(p + difference, .leastNormalMagnitude)) - log(max(q - difference, .leastNormalMagnitude))
        }
        return pivot + log1p(difference / p) - log1p(-difference / q)
    }

    /// Takes what each lane lost on an example: the log loss of its mapped probability, times the importance weight, in
    /// nats.
    ///
    /// Each is ≥ 0, and NaN or less traps; beyond `lossLimit` counts as that. A fading step goes with the mixture's own
    /// loss, −ln Σ u_j exp(−ℓ_j).
    public mutating func update(logLosses: SIMD8<Double>) {
        var losses = SIMD8<Double>()
        for lane in 0..<PortfolioParameters.laneCount {
            precondition(logLosses[lane] >= 0, "a log loss is a number, and not negative")
            losses[lane] = min(logLosses[lane], PortfolioMixture.lossLimit)
        }
        if let halfLife { relativeLosses *= exp(-log(2) / halfLife * mixedLoss(losses)) }
        relativeLosses += losses
        relativeLosses -= relativeLosses.min()
        for lane in 0..<PortfolioParameters.laneCount {
            relativeLosses[lane] = min(relativeLosses[lane], PortfolioMixture.lossLimit)
        }
        weights = PortfolioMixture.normalised(relativeLosses)
    }

    /// −ln Σ u_j exp(−ℓ_j), ≥ 0: for an outcome of 0 or 1 the log loss of the mixture itself. The least loss is taken
    /// out first.
    private func mixedLoss(_ losses: SIMD8<Double>) -> Double {
        let least = losses.min()
        var sum = 0.0
        for lane in 0..<PortfolioParameters.laneCount { sum += weights[lane] * exp(least - losses[lane]) }
        return max(0, least - log(sum))
    }

    private static func normalised(_ relativeLosses: SIMD8<Double>) -> SIMD8<Double> {
        var weights = SIMD8<Double>()
        for lane in 0..<PortfolioParameters.laneCount { weights[lane] = exp(-relativeLosses[lane]) }
        return weights / weights.sum()
    }
}

extension PortfolioMixture {
    /// All that has to be kept: `relativeLosses`, in the order of the lanes.
    public var state: [Double] { (0..<PortfolioParameters.laneCount).map { relativeLosses[$0] } }

    /// A mixture as `state` left it; `nil` unless there are eight numbers in [0, `lossLimit`], the least of them 0.
    public init?(state: [Double], halfLife: Double? = PortfolioMixture.standardHalfLife) {
        guard state.count == PortfolioParameters.laneCount, state.min() == 0 else { return nil }
        guard state.allSatisfy({ $0 >= 0 && $0 <= PortfolioMixture.lossLimit }) else { return nil }
        self.init(halfLife: halfLife)
        relativeLosses = SIMD8(state)
        weights = PortfolioMixture.normalised(relativeLosses)
    }
}
