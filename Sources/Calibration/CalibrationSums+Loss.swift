// How good the probabilities are, all in all: proper scores, and the same scores set against the base rate.
// A proper score mixes calibration with ranking; a worse one does not say which of the two has gone.

import ElementaryMath

extension CalibrationSums {
    /// The weighted mean log loss in nats, ≥ 0; `nil` without labels. The loss of the probabilities as served.
    public var logLoss: Double? { count == 0 ? nil : totalLogLoss / weight }

    /// −ȳ ln ȳ − (1 − ȳ) ln(1 − ȳ) in nats: the log loss of always answering the base rate, in [0, ln 2].
    ///
    /// The base rate is the one observed in these same labels, which makes it the best constant in hindsight, not one
    /// that could have been served. `nil` without labels; 0 with one class.
    public var baseRateEntropy: Double? {
        guard let rate = baseRate else { return nil }
        guard rate > 0, rate < 1 else { return 0 }
        return -rate * log(rate) - (1 - rate) * log1p(-rate)
    }

    /// Normalised entropy, log loss over base-rate entropy (He et al. 2014, §2.1): below 1 the model knows more than
    /// the base rate. `nil` where the entropy is 0, and without labels.
    ///
    /// It compares models on the same labels; across different base rates it is only roughly comparable.
    public var normalizedEntropy: Double? {
        guard let logLoss, let entropy = baseRateEntropy, entropy > 0 else { return nil }
        return logLoss / entropy
    }

    /// Relative information gain, 1 − normalised entropy: at most 1, negative for a model worse than its base rate.
    /// `nil` where the normalised entropy is.
    public var relativeInformationGain: Double? { normalizedEntropy.map { 1 - $0 } }

    /// The Brier score, the weighted mean of (y − p)² (Brier 1950, *Monthly Weather Review* 78:1), in [0, 1]; `nil`
    /// without labels. A fractional y counts as y of a positive and 1 − y of a negative.
    public var brier: Double? { count == 0 ? nil : totalSquaredError / weight }

    /// 1 − Brier/ȳ(1 − ȳ): at most 1, and 0 for always answering the observed base rate. `nil` with one class, and
    /// without labels. At low base rates it is small even for good models, since most of ȳ(1 − ȳ) cannot be known.
    public var brierSkill: Double? {
        guard let brier, let rate = baseRate, rate > 0, rate < 1 else { return nil }
        return 1 - brier / (rate * (1 - rate))
    }

    /// Σw(y − p)(1 − 2p)/√Σw²(1 − 2p)²p(1 − p): the excess of the Brier score over its expectation, in standard
    /// deviations (Spiegelhalter 1986, *Statistics in Medicine* 5:421).
    ///
    /// About standard normal if every p is right and labels are independent. Blind to errors at p = ½, and at low
    /// base rates nearly the same number as `calibrationZ`. `nil` where the variance is 0: without labels, or where
    /// every p is 0, ½ or 1.
    public var spiegelhalterZ: Double? {
        squaredErrorVariance > 0 ? squaredErrorExcess / squaredErrorVariance.squareRoot() : nil
    }

    /// The two-sided p-value of `spiegelhalterZ`, for one look at independent labels. `nil` where that is.
    public var spiegelhalterP: Double? { spiegelhalterZ.map { erfc(abs($0) / 2.0.squareRoot()) } }
}
