// Curvature for second-order learners, which must not be negative. The exact second derivative is in +Derivatives.

extension BinaryLoss {
    /// The curvature that an example at this logit has on average, if the model is right:
    ///
    ///     h(z) = w [η c₁ H(z) + (1 − η) c₀ H(−z)],    η = c₀ G(−z) / (c₁ G(z) + c₀ G(−z))
    ///
    /// η is the probability that `CompositeMap` gives to z. Put in, and with H/G summed to the slope Δ′ of that map, it
    /// is
    ///
    ///     h(z) = w c₁ G(z) c₀ G(−z) / (c₁ G(z) + c₀ G(−z)) · Δ′_γ(z)
    ///
    /// in which nothing cancels and nothing is negative. Domain and error as for `value`; it may underflow to 0.
    public func expectedCurvature(logit: Double, weight: Double) -> Double {
        let lift = -gradient(logit: logit, label: 1, weight: 1)
        let fall = gradient(logit: logit, label: 0, weight: weight)
        let unweighted = gradient(logit: logit, label: 0, weight: 1)
        let total = lift + unweighted
        if total == 0 { return 0 }
        let magnitude = CompositeMap.clamped(logit).magnitude
        return lift / total * fall * MappedPoint(gamma: gamma, magnitude: magnitude).slope
    }

    /// The curvature a second-order step may divide by, ≥ 0: exact for cross-entropy, which is convex, and the expected
    /// one for γ > 0.
    ///
    /// Domain and error as for `value`.
    public func safeCurvature(logit: Double, label: Double, weight: Double) -> Double {
        gamma == 0
            ? curvature(logit: logit, label: label, weight: weight) : expectedCurvature(logit: logit, weight: weight)
    }
}
