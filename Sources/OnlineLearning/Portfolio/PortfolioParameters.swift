// What the eight learners of a portfolio differ in. The state they act on is PortfolioTable's, their mixing
// PortfolioMixture's.

/// One learner of a portfolio: a learning rate per coordinate α / (β + √n), whose n may forget.
public struct PortfolioLane: Hashable, Sendable {
    /// The scale α of the learning rate.
    public let alpha: Double
    /// After how many touches of a coordinate a squared gradient counts half in n; `nil` for always in full.
    ///
    /// Without forgetting n only grows and the learning rate falls towards 0: right for a world that stands still. A
    /// lane that forgets settles at a rate it can follow a change with, at the price of noise.
    public let halfLife: Double?

    /// The domain of a half-life in touches. Above it a `Float` can no longer tell the decay of one touch from 1.
    public static let halfLifeRange: ClosedRange<Double> = 1...1e6

    /// A lane with these numbers.
    ///
    /// - Throws: `FTRLParameterError` for the first number outside its range; NaN is outside.
    public init(alpha: Double, halfLife: Double? = nil) throws(FTRLParameterError) {
        guard FTRLParameters.alphaRange.contains(alpha) else { throw .alphaOutOfRange(alpha) }
        if let halfLife, !PortfolioLane.halfLifeRange.contains(halfLife) { throw .halfLifeOutOfRange(halfLife) }
        self.init(unchecked: alpha, halfLife)
    }

    fileprivate init(unchecked alpha: Double, _ halfLife: Double?) {
        self.alpha = alpha
        self.halfLife = halfLife
    }
}

/// The parameters of a portfolio: eight lanes, and the β they share.
public struct PortfolioParameters: Hashable, Sendable {
    /// The lanes, eight.
    public let lanes: [PortfolioLane]
    /// β of every lane: how much gradient a coordinate must have seen before its learning rate starts to fall.
    public let beta: Double

    /// How many lanes there are: a cache line holds eight pairs of `Float`.
    public static let laneCount = 8

    /// The given lanes.
    ///
    /// - Throws: `FTRLParameterError` unless there are eight lanes and β lies in `FTRLParameters.betaRange`.
    public init(lanes: [PortfolioLane], beta: Double = 1) throws(FTRLParameterError) {
        guard lanes.count == PortfolioParameters.laneCount else { throw .laneCountNotEight(lanes.count) }
        guard FTRLParameters.betaRange.contains(beta) else { throw .betaOutOfRange(beta) }
        self.lanes = lanes
        self.beta = beta
    }

    /// The default: FTRL-Proximal with α = .05, .15, .5, 1.5 and 3, and three lanes that forget.
    ///
    /// The best single α of a stream lay anywhere between .05 and 1.5 on real streams; the wrong one cost up to 55 % of
    /// the log loss. The forgetting lanes are those with the least mean loss of the mixture over four real streams and
    /// seven synthetic ones, of all triples from α in {.05, .15, .5} and half-lives in {100, 300, 1,000, 3,000}
    /// touches.
    public static let standard = PortfolioParameters()

    private init() {
        let remembering = [0.05, 0.15, 0.5, 1.5, 3].map { PortfolioLane(unchecked: $0, nil) }
        let forgetting = [(0.05, 1_000.0), (0.15, 300), (0.5, 100)].map { PortfolioLane(unchecked: $0.0, $0.1) }
        lanes = remembering + forgetting
        beta = 1
    }
}
