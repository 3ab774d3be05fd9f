// The bets themselves: by which factor one event multiplies the evidence for each hypothesis.

import ElementaryMath

/// Likelihood ratios of all hypotheses against the nearest tolerated model, sixteen lanes at a time.
///
/// For a hypothesis with odds ratio x, a dead band τ and an event with probability p and outcome y:
///
///     x > τ:    e = (1 + y (x/τ − 1)) (1 + p (τ − 1)) / (1 + p (x − 1))
///     x < 1/τ:  the same with 1/τ for τ
///     else:     e = 1
///
/// For y of 0 or 1 the first factor is (x/τ)^y. In between it is linear in y, which keeps E[e] = 1 at the band's edge
/// for every distribution of y on [0, 1] with that mean; the power would be less by convexity. A slope b is the ratio
/// x = exp((b − 1)(s − m)), limited to e^±5, with s the served logit limited to ±20 and m the centre of the scores.
///
/// Lanes 0–11 hold shifts, lanes 12–15 slopes; unused lanes have e = 0.
struct BettingTable: Hashable {
    private let shiftExcess: SIMD16<Double>
    private let shiftGain: SIMD16<Double>
    private let shiftAllowance: SIMD16<Double>
    /// 1 in the lanes of hypotheses, else 0.
    let isUsed: SIMD16<Double>
    /// At or below which an e-CUSUM starts anew: 1, and in unused lanes a number that none ever has.
    let restartLevel: SIMD16<Double>
    private let slopeExcess: SIMD4<Double>
    private let tolerance: Double

    static let firstSlopeLane = DriftDetectorSettings.shiftLimit
    /// The greatest |ln x| of a slope: one event far from the centre is not to decide alone.
    private static let slopeLimit = 5.0

    init(_ settings: DriftDetectorSettings) {
        var (excess, gain, allowance) = (SIMD16<Double>.zero, SIMD16<Double>.zero, SIMD16<Double>.zero)
        var (used, slopes) = (SIMD16<Double>.zero, SIMD4<Double>.zero)
        for (lane, odds) in settings.shiftOdds.enumerated() {
            let edge = odds > 1 ? settings.tolerance : 1 / settings.tolerance
            excess[lane] = odds - 1
            gain[lane] = odds / edge - 1
            allowance[lane] = edge - 1
            used[lane] = 1
        }
        for (index, slope) in settings.slopes.enumerated() {
            slopes[index] = slope - 1
            used[BettingTable.firstSlopeLane + index] = 1
        }
        restartLevel = 2 * used - 1
        (shiftExcess, shiftGain, shiftAllowance, isUsed) = (excess, gain, allowance, used)
        (slopeExcess, tolerance) = (slopes, settings.tolerance)
    }

    /// e of every lane for one event.
    @inline(__always)
    func evidence(probability: Double, limitedLogit: Double, centre: Double, outcome: Double) -> SIMD16<Double> {
        let limit = SIMD4<Double>(repeating: BettingTable.slopeLimit)
        let tilt = slopeExcess * (limitedLogit - centre)
        let odds = ElementaryMath.exp(pointwiseMin(pointwiseMax(tilt, -limit), limit))
        let upper = SIMD4<Double>(repeating: tolerance)
        let lower = SIMD4<Double>(repeating: 1 / tolerance)
        let (isAbove, isBelow) = (odds .> upper, odds .< lower)
        // Inside the band the edge is the odds themselves, which makes e exactly 1.
        let edge = odds.replacing(with: upper, where: isAbove).replacing(with: lower, where: isBelow)
        let gain = (odds / edge) - 1

        let excess = BettingTable.replacingSlopes(of: shiftExcess, with: odds - 1)
        let gains = BettingTable.replacingSlopes(of: shiftGain, with: gain)
        let allowances = BettingTable.replacingSlopes(of: shiftAllowance, with: edge - 1)
        let numerator = (isUsed + outcome * gains * isUsed) * (1 + probability * allowances)
        return numerator / (1 + probability * excess)
    }

    @inline(__always)
    private static func replacingSlopes(of lanes: SIMD16<Double>, with slopes: SIMD4<Double>) -> SIMD16<Double> {
        let upper = SIMD8<Double>(lowHalf: lanes.highHalf.lowHalf, highHalf: slopes)
        return SIMD16<Double>(lowHalf: lanes.lowHalf, highHalf: upper)
    }
}
