// From the logits that minimise a softmax loss to the probabilities of the classes, in closed form.

import ElementaryMath

extension CategoricalLoss {
    /// The probabilities of the classes that a minimiser with these raw `logits` stands for, into `probabilities`.
    ///
    ///     η̃_k ∝ h(p_k) / weight_k,    h(v) = v / ((1 − v)^γ − γ (1 − v)^(γ−1) v ln v)
    ///     η_k = (η̃_k − ε/C) / (1 − ε)
    ///
    /// At the minimum the weighted mean of the gradients is 0: weight_k η̃_k / h(p_k) is then the same for every class.
    /// The first line is computed in logarithms and normalised; the second is exact for every γ, since smoothed labels
    /// enter the loss linearly, and limited from below to 10⁻¹² and normalised again where a learner scores beyond what
    /// smoothing asks for.
    ///
    /// The order of the classes may change under class weights, and only then. Both spans have `classCount` entries;
    /// logits are clamped to ±`Logit.bound`; NaN traps. Each result is in [0, 1] and they sum to 1 up to rounding; one
    /// may underflow to 0.
    ///
    /// Sources: Charoenphakdee et al., *On Focal Loss for Class-Posterior Probability Estimation*, CVPR 2021, arXiv
    /// 2011.09172, Theorem 11; at γ = 0 and ε = 0 the prior correction of weighted cross-entropy.
    ///
    /// - Complexity: O(C); allocates nothing.
    public func calibratedProbabilities(
        ofRaw logits: Span<Double>, into probabilities: inout MutableSpan<Double>
    ) {
        precondition(logits.count == classCount && probabilities.count == classCount, "there is an entry per class")
        let terms = SoftmaxTerms(logits)
        var greatest = -Double.infinity
        for k in 0..<classCount {
            let p = terms.probability(k, logits[k])
            let focus =
                gamma == 0
                ? 0
                : (gamma * terms.logComplement(k, p)) + log1p(gamma * terms.entropyQuotient(k, logits[k], p))
            let unnormalised = terms.logProbability(k, logits[k]) - focus - log(classWeights[k])
            probabilities[k] = unnormalised
            greatest = max(greatest, unnormalised)
        }
        var sum = 0.0
        for k in 0..<classCount {
            probabilities[k] = exp(probabilities[k] - greatest)
            sum += probabilities[k]
        }
        for k in 0..<classCount { probabilities[k] /= sum }
        if labelSmoothing > 0 { unsmooth(&probabilities) }
    }

    /// η_k = (η̃_k − ε/C)/(1 − ε), at least 10⁻¹², normalised.
    private func unsmooth(_ probabilities: inout MutableSpan<Double>) {
        let spread = labelSmoothing / Double(classCount)
        var sum = 0.0
        for k in 0..<classCount {
            probabilities[k] = max((probabilities[k] - spread) / (1 - labelSmoothing), SmoothedLogit.leastShare)
            sum += probabilities[k]
        }
        for k in 0..<classCount { probabilities[k] /= sum }
    }
}
