// Taking back what was learned: a label that changes after the model has stepped on it.

extension BinaryLoss {
    /// The gradient that turns the outcome `old`, learned before, into the outcome `new`: L′(z, new) − L′(z, old).
    ///
    ///     late positive      0 → 1      −w [c₁ G(z) + c₀ G(−z)]     (−w for cross-entropy, wherever z is)
    ///     reversal           1 → 0      +w [c₁ G(z) + c₀ G(−z)]     a disputed chargeback, a refunded sale
    ///     first learned    nil → y      L′(z, y)                    a positive whose negative was not sampled
    ///     withdrawn          y → nil    −L′(z, y)                   the label counts for nothing after all
    ///
    /// `logit` is the score of the event now, not when it was learned first: at a stationary point the expected
    /// gradient over both visits is then that of the final label alone. L′ is linear in y, so the difference is formed
    /// as −w (new − old)[c₁ G(z) + c₀ G(−z)], two terms of one sign, and never cancels.
    ///
    /// Domain and error as for `gradient`; both outcomes `nil` gives 0. |result| ≤ 3 w max(c₁, c₀).
    ///
    /// Source: the correction of a "fake negative" stream (Ktena et al., *Addressing Delayed Feedback for Continuous
    /// Training with Neural Networks in CTR Prediction*, RecSys 2019, §3), by a difference of gradients in place of
    /// importance weights.
    public func retraction(logit: Double, from old: Double?, to new: Double?, weight: Double) -> Double {
        guard let old else { return new.map { gradient(logit: logit, label: $0, weight: weight) } ?? 0 }
        guard let new else { return -gradient(logit: logit, label: old, weight: weight) }
        precondition(old >= 0 && old <= 1 && new >= 0 && new <= 1, "intake lets only labels in [0, 1] pass")
        let lift = gradient(logit: logit, label: 1, weight: weight)
        let fall = gradient(logit: logit, label: 0, weight: weight)
        return (new - old) * (lift - fall)
    }

    /// `retraction` at eight logits, the same bits.
    func retractions(
        logits: SIMD8<Double>, from old: Double, to new: Double, weight: Double
    ) -> SIMD8<Double> {
        let lift = gradients(logits: logits, label: 1, weight: weight)
        let fall = gradients(logits: logits, label: 0, weight: weight)
        return (lift - fall) * (new - old)
    }
}
