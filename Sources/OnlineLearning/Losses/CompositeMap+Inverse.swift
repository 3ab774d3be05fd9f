// The way back: which raw logit stands for a probability. Used once per head, for the constant offset of a learner.

import ElementaryMath
public import ScoringRecords

extension CompositeMap {
    /// The raw logit z with `calibratedLogit(ofRaw: z)` = s, clamped to ±`Logit.bound`.
    ///
    /// s is any number but NaN, which traps; infinities give the bound. The result agrees with the true inverse to
    /// 1e−12 relative, or 1e−14 absolute next to the zero of Δ. With smoothing every s has its z, though the map may
    /// not return from it: probabilities below 10⁻¹² come back as 10⁻¹².
    ///
    /// Newton's method inside a bracket: since 1 ≤ Δ′ ≤ γ + 1 and Δ is odd, a positive target has its solution between
    /// target / (γ + 1) and the target. A step that would leave the bracket is replaced by its middle.
    ///
    /// - Complexity: at most `CompositeMap.newtonLimit` steps; three or four in practice.
    public func inverse(ofCalibrated s: Double) -> Double {
        precondition(!s.isNaN, "a calibrated logit cannot be NaN")
        let smoothing = treatment.labelSmoothing
        let target = smoothing == 0 ? s - shift : SmoothedLogit.smooth(s - samplingShift, by: smoothing) - classShift
        let magnitude = CompositeMap.clamped(solve(target.magnitude))
        return target < 0 ? -magnitude : magnitude
    }

    /// The raw logit that stands for `baseRate`: Δ_γ⁻¹(logit π₀ − b), or its image under smoothing, where a
    /// learner that has seen nothing starts.
    public func initialOffset(baseRate: Probability) -> Logit {
        Logit(clamping: Float(inverse(ofCalibrated: logit(baseRate.value))))
    }

    /// How many steps `inverse` may take. Bisection alone narrows 10⁴ to the last bit of a `Double` in about 70.
    static let newtonLimit = 80

    /// z ≥ 0 with Δ_γ(z) = `target` ≥ 0, or the bound where it lies beyond.
    private func solve(_ target: Double) -> Double {
        let bound = Double(Logit.bound)
        let steepest = loss.gamma + 1
        guard loss.gamma > 0, target < steepest * bound else { return min(target, bound) }
        var low = target / steepest
        var high = min(target, bound)
        var z = low
        for _ in 0..<CompositeMap.newtonLimit {
            let point = MappedPoint(gamma: loss.gamma, magnitude: z)
            let excess = point.delta - target
            if excess > 0 { high = z } else { low = z }
            let proposed = z - excess / point.slope
            let next = proposed >= low && proposed <= high ? proposed : low + (high - low) / 2
            // Two ulps: below that, steps only follow the rounding of Δ.
            if (next - z).magnitude <= 2 * z.ulp { return next }
            z = next
        }
        return z
    }
}
