// Do positives score higher than negatives? Metrics of order alone: any increasing map of the scores leaves them as
// they are, so they say nothing about calibration.

import ElementaryMath

extension LogitHistogram {
    /// The area under the ROC curve: the share of pairs of a positive and a negative in which the positive scored
    /// higher, ties counting ½ (Hanley & McNeil 1982, *Radiology* 143:29). A label of weight w and outcome y is wy of
    /// a positive and w(1 − y) of a negative.
    ///
    /// Only pairs within one bin are in doubt, and each is off by at most ½, so the exact value is within
    /// ½Σ n⁺_b n⁻_b/(N⁺N⁻) of this one. `nil` without positives or without negatives.
    ///
    /// - Complexity: O(1): 512 bins.
    public var areaUnderROC: BinnedEstimate? {
        var (positives, negatives, ordered, tied) = (0.0, 0.0, 0.0, 0.0)
        for bin in bins where bin.count > 0 {
            ordered += bin.observed * negatives
            tied += bin.observed * bin.negatives
            positives += bin.observed
            negatives += bin.negatives
        }
        let pairs = positives * negatives
        guard pairs > 0 else { return nil }
        let (certain, doubt) = (ordered / pairs, tied / pairs)
        return BinnedEstimate(value: certain + doubt / 2, lower: certain, upper: certain + doubt)
    }

    /// Average precision, Σ(R_k − R_{k−1})P_k over thresholds from high to low, with R recall and P precision: a
    /// summary of the precision–recall curve without interpolation (Davis & Goadrich 2006, *ICML*, on why not to).
    ///
    /// Its level for a useless model is the base rate, so it is not comparable across base rates. `nil` without
    /// positives; 1 without negatives.
    ///
    /// The bounds, for a bin with positives a and negatives b after t positives and f negatives in higher bins: a
    /// positive is worth the precision at its own threshold, (t + x)/(t + x + g) with x ≤ a and f ≤ g ≤ f + b.
    /// That grows in x and falls in g. So no positive is worth more than (t + a)/(t + a + f): all positives tied,
    /// before every negative. And if all negatives come first, the positives, each counting itself, are worth at
    /// least ∫₀ᵃ (t + x)/(t + x + f + b) dx together, however they are weighted or tied.
    ///
    /// - Complexity: O(1): 512 bins.
    public var averagePrecision: BinnedEstimate? {
        var (positives, negatives, value, lower, upper) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for bin in bins.reversed() where bin.count > 0 {
            let reached = positives + bin.observed
            if bin.observed > 0 {
                value += bin.observed * (reached / (reached + negatives + bin.negatives))
                upper += bin.observed * (reached / (reached + negatives))
                lower += LogitHistogram.leastWorth(
                    of: bin.observed, after: positives, negatives: negatives + bin.negatives)
            }
            positives = reached
            negatives += bin.negatives
        }
        guard positives > 0 else { return nil }
        return BinnedEstimate(value: value / positives, lower: lower / positives, upper: upper / positives)
    }

    /// ∫₀ᵃ (t + x)/(t + x + g) dx = a − g ln(1 + a/(t + g)), for a > 0; the subtraction cannot fall below 0 but its
    /// rounding can.
    private static func leastWorth(of a: Double, after t: Double, negatives g: Double) -> Double {
        g > 0 ? max(0, a - g * log1p(a / (t + g))) : a
    }
}
