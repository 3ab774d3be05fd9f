// Are there as many positives as the probabilities promised? Bias as a ratio with its interval, and as a z statistic.
// Nothing here sees *where* on the scale a bias lies: errors of opposite sign cancel.

extension CalibrationSums {
    /// ȳ = Σwy/Σw, the base rate, in [0, 1]; `nil` without labels.
    public var baseRate: Double? { count == 0 ? nil : observed / weight }

    /// Σwp/Σwy, predicted over observed positives: above 1 the model over-predicts ("calibration" in He et al. 2014,
    /// *Practical Lessons from Predicting Clicks on Ads at Facebook*, §2.1).
    ///
    /// `nil` without observed positives; `observedOverPredictedInterval` still bounds what may be going on then.
    public var calibrationRatio: Double? { observed > 0 ? predicted / observed : nil }

    /// ρ = Σwy/Σwp, observed over predicted positives: above 1 the model under-predicts.
    ///
    /// 0 without observed positives. `nil` without labels, and where the p are so small (below 10⁻³⁰⁰) that Σwp
    /// underflows or the quotient overflows.
    public var observedOverPredicted: Double? {
        let ratio = observed / predicted
        return ratio.isFinite ? ratio : nil
    }

    /// The 95 % score interval of ρ: all ρ for which E[y] = ρp is not rejected by
    /// (Σwy − ρΣwp)² ≤ z²(ρΣw²p − ρ²Σw²p²).
    ///
    /// It inverts the test rather than the estimate, as Wilson (1927, *JASA* 22:209) does for one proportion, and so
    /// keeps its level with few positives. Without observed positives it runs from 0 to z²Σw²p/((Σwp)² + z²Σw²p²).
    ///
    /// Pointwise: right for one look at independent labels, too narrow for the question "was it ever outside?" asked
    /// of a running stream. `nil` without labels, and where outcomes exceed predictions so far that the variance is
    /// negative for every ρ that could explain them (some ρp would be above 1): no multiple of p fits. Also where the
    /// p are so small (below 10⁻¹⁵⁰) that their squares underflow.
    public var observedOverPredictedInterval: ConfidenceInterval? {
        guard predicted > 0 else { return nil }
        let zSquared = ConfidenceInterval.normalQuantile * ConfidenceInterval.normalQuantile
        // Σw²p from two terms that are never negative: the difference Σw²p − Σw²p² below is then never needed.
        let poissonVariance = squaredPrediction + variance
        // Roots of aρ² − bρ + (Σwy)² = 0. The discriminant is written without its 4(Σwy·Σwp)², which cancels.
        let a = predicted * predicted + zSquared * squaredPrediction
        let b = 2 * observed * predicted + zSquared * poissonVariance
        let discriminant =
            zSquared
            * (zSquared * poissonVariance * poissonVariance
                + 4 * observed * (predicted * poissonVariance - squaredPrediction * observed))
        let half = (b + discriminant.squareRoot()) / 2
        guard discriminant >= 0, half > 0 else { return nil }
        return ConfidenceInterval(lower: observed / half * observed, upper: half / a)
    }

    /// The 95 % score interval of predicted over observed: the reciprocals of `observedOverPredictedInterval`.
    ///
    /// `nil` where that is, and without observed positives, where it would have no upper end.
    public var calibrationRatioInterval: ConfidenceInterval? {
        guard let interval = observedOverPredictedInterval, interval.lower > 0 else { return nil }
        return ConfidenceInterval(lower: 1 / interval.upper, upper: 1 / interval.lower)
    }

    /// (Σwy − Σwp)/√Σw²p(1 − p): the bias in standard deviations if every p is right and labels are independent.
    ///
    /// About standard normal then, once some ten positives are expected; positive where the model under-predicts.
    /// `nil` where the variance is 0: without labels, or where every p is 0 or 1 to the last bit.
    public var calibrationZ: Double? {
        variance > 0 ? (observed - predicted) / variance.squareRoot() : nil
    }
}
