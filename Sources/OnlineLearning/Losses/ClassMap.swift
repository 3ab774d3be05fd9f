// From the raw logits of a head with classes to the probabilities of its classes, and back: what CompositeMap is for a
// binary head.

import ElementaryMath
public import ScoringRecords

/// The map that undoes a categorical loss, its class weights and smoothing, and the sampling of classes.
///
///     η̃ = calibrated probabilities of the loss (`CategoricalLoss.calibratedProbabilities`)    η_k ∝ η̃_k / r_k
///
/// with r_k the share of class k's examples kept for training: what was done last to the labels, sampling, is undone
/// last (He et al., *Practical Lessons from Predicting Clicks on Ads at Facebook*, ADKDD 2014, §6.3, for two classes).
public struct ClassMap: Hashable, Sendable {
    /// The loss whose minimiser is mapped.
    public let loss: CategoricalLoss
    /// r: the share of each class's examples that is kept.
    public let kept: [Double]

    /// The map of a task.
    public init(task: ClassTask) {
        loss = task.loss
        kept = task.kept
    }

    /// The logits ln(η_k / (1 − η_k)) of the classes' probabilities for these raw `logits`, into `mapped`.
    ///
    /// Both spans have an entry per class; logits are clamped to ±`Logit.bound`; NaN traps. Every result is finite:
    /// probabilities below the least normal `Double` count as that.
    ///
    /// - Complexity: O(C); allocates nothing.
    public func calibratedLogits(ofRaw logits: Span<Double>, into mapped: inout MutableSpan<Double>) {
        loss.calibratedProbabilities(ofRaw: logits, into: &mapped)
        var sum = 0.0
        for k in 0..<loss.classCount {
            mapped[k] /= kept[k]
            sum += mapped[k]
        }
        for k in 0..<loss.classCount { mapped[k] /= sum }
        ClassMap.takeLogits(&mapped)
    }

    /// The logits of the raw softmax probabilities, into `raw`: ln p_k − ln(1 − p_k), without cancellation.
    public func rawLogits(of logits: Span<Double>, into raw: inout MutableSpan<Double>) {
        precondition(logits.count == loss.classCount && raw.count == loss.classCount, "there is an entry per class")
        let terms = SoftmaxTerms(logits)
        for k in 0..<loss.classCount {
            let p = terms.probability(k, logits[k])
            raw[k] = terms.logProbability(k, logits[k]) - max(terms.logComplement(k, p), ClassMap.leastLogarithm)
        }
    }

    /// Turns probabilities, which sum to 1, into logits in place. At most one of them is above ½, and its complement is
    /// summed from the others.
    static func takeLogits(_ probabilities: inout MutableSpan<Double>) {
        var (top, rest) = (0, 0.0)
        for k in probabilities.indices where probabilities[k] > probabilities[top] { top = k }
        for k in probabilities.indices where k != top { rest += probabilities[k] }
        for k in probabilities.indices {
            let p = max(probabilities[k], .leastNormalMagnitude)
            let complement = k == top ? max(rest, .leastNormalMagnitude) : 1 - p
            probabilities[k] = log(p) - log(complement)
        }
    }

    /// As the two above, for arrays that stay where they are.
    func takeLogits(of logits: [Double], raw: inout [Double], mapped: inout [Double]) {
        var rawSpan = raw.mutableSpan
        rawLogits(of: logits.span, into: &rawSpan)
        var mappedSpan = mapped.mutableSpan
        calibratedLogits(ofRaw: logits.span, into: &mappedSpan)
    }

    // ln of the least normal Double.
    private static let leastLogarithm = -708.396_418_532_264_1

    /// The raw logits that stand for `rates`, where a learner that has seen nothing starts: those of which
    /// `calibratedLogits` are the logits of `rates`, with mean 0.
    ///
    /// `rates` are positive with the sum 1. With γ = 0 in closed form; else by bisection on the one unknown, the factor
    /// c in h(p_k) = c · weight_k · η̃_k, until Σp_k = 1. Agrees with the true inverse to about 1e−9.
    public func initialOffsets(baseRates rates: [Double]) -> [Logit] {
        precondition(rates.count == loss.classCount, "there is a base rate per class")
        let sampled = zip(rates, kept).map { $0 * $1 }
        let sum = sampled.reduce(0, +)
        let spread = loss.labelSmoothing / Double(loss.classCount)
        let target = zip(sampled, loss.classWeights).map { share, weight in
            log(((1 - loss.labelSmoothing) * share / sum + spread) * weight)
        }
        let logarithms: [Double]
        if loss.gamma == 0 {
            logarithms = target
        } else {
            // Σp rises with c from 0 to C: more than 1 above, less below.
            var (low, high) = (-1_000.0, 1_000.0)
            for _ in 0..<ClassMap.bisections {
                let middle = (low + high) / 2
                let total = target.reduce(0) { $0 + exp(logProbability(whoseFocusIs: $1 + middle)) }
                if total > 1 { high = middle } else { low = middle }
            }
            logarithms = target.map { logProbability(whoseFocusIs: $0 + (low + high) / 2) }
        }
        let mean = logarithms.reduce(0, +) / Double(logarithms.count)
        return logarithms.map { Logit(clamping: Float($0 - mean)) }
    }

    // Halving a range of 2,000 down to the last bit of a Double.
    private static let bisections = 70

    /// ln p with ln h(p) = `target`, h(p) = p / ((1 − p)^γ − γ (1 − p)^(γ−1) p ln p), which rises from 0 to ∞.
    private func logProbability(whoseFocusIs target: Double) -> Double {
        // By u = logit p, in which both tails are harmless.
        var (low, high) = (-1_000.0, 1_000.0)
        for _ in 0..<ClassMap.bisections {
            let middle = (low + high) / 2
            let (logP, logQ) = (-softplus(-middle), -softplus(middle))
            let focus = loss.gamma * logQ + log1p(loss.gamma * exp(logP - logQ) * -logP)
            if logP - focus > target { high = middle } else { low = middle }
        }
        return -softplus(-(low + high) / 2)
    }
}
