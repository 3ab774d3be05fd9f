// One label seen through the score that was served for it: what every sum of the monitor is made of.
// It is computed once per label, handed to sketch, panes, detector and slices, and never stored.

import ElementaryMath
public import ScoringRecords

/// A served score and the outcome that judged it.
///
/// ```swift
/// guard let score = JudgedScore(logit: Logit(clamping: -2), outcome: 1) else { return }
/// sketch.add(score)
/// let alarm = detector.observe(score, at: eventTime)
/// ```
public struct JudgedScore: Sendable {
    /// The served log-odds s in nats, within ±`Logit.bound`.
    public let logit: Double
    /// The served probability p = σ(s); 0 where it underflows, below s ≈ −745.
    public let probability: Double
    /// 1 − p, as σ(−s): subtracting would lose every digit of it once p is close to 1.
    public let complement: Double
    /// The outcome y in [0, 1].
    public let outcome: Double
    /// −y ln p − (1 − y) ln(1 − p) in nats, finite for every logit because it never forms p.
    public let logLoss: Double
    /// The importance weight w > 0.
    public private(set) var weight: Double

    /// A score as it was served; `nil` at weight 0.
    ///
    /// - Precondition: outcome and weight as in `init(servedLogit:outcome:weight:)`.
    public init?(logit: Logit, outcome: Double, weight: Double = 1) {
        self.init(servedLogit: Double(logit.value), outcome: outcome, weight: weight)
    }

    /// A score known in `Double`; `nil` at weight 0, which says that the label counts for nothing.
    ///
    /// - Parameters:
    ///   - servedLogit: in nats; clamped to ±`Logit.bound`.
    ///   - outcome: y in [0, 1]; a fraction is that share of a positive, the rest of it a negative.
    ///   - weight: w, 0 or a positive number in the range of `Float`.
    /// - Precondition: The ranges above, which intake has checked; anything else, NaN included, traps.
    public init?(servedLogit: Double, outcome: Double, weight: Double = 1) {
        precondition(!servedLogit.isNaN, "a served logit cannot be NaN")
        precondition(outcome >= 0 && outcome <= 1, "an outcome lies in [0, 1]; intake refuses any other")
        precondition(
            weight == 0 || JudgedScore.weights.contains(weight),
            "an importance weight is 0 or a positive number within the range of Float; intake refuses any other")
        guard weight > 0 else { return nil }
        let bound = Double(Logit.bound)
        logit = min(max(servedLogit, -bound), bound)
        // The bits are those of sigmoid(logit), sigmoid(-logit) and the two softplus: they share one exponential.
        let t = exp(-logit.magnitude)
        let (greater, lesser) = (1 / (1 + t), t / (1 + t))
        (probability, complement) = logit < 0 ? (lesser, greater) : (greater, lesser)
        let tail = log1p(t)
        // 0 · x adds exactly nothing: for outcomes of 0 and 1 this is one softplus.
        logLoss = outcome * (max(-logit, 0) + tail) + (1 - outcome) * (max(logit, 0) + tail)
        self.outcome = outcome
        self.weight = weight
    }

    /// The positive weights a `Float` can hold. Squares of them neither vanish nor overflow in `Double`, and labels
    /// arrive as `Float`.
    static let weights = Double(Float.leastNonzeroMagnitude)...Double(Float.greatestFiniteMagnitude)

    /// The same label counting `factor` times what it did. Only for sums that bear weights beyond those of labels.
    @inline(__always)
    func weighing(_ factor: Double) -> JudgedScore {
        var result = self
        result.weight *= factor
        return result
    }

    /// p(1 − p): the variance of an outcome that is 0 or 1 with mean p, and a bound on it for one in between.
    public var variance: Double { probability * complement }

    /// y(1 − p)² + (1 − y)p²: the squared error of y of a positive and 1 − y of a negative.
    var squaredError: Double {
        outcome * (complement * complement) + (1 - outcome) * (probability * probability)
    }

    /// y − p, without cancellation at either end.
    var residual: Double { outcome * complement - (1 - outcome) * probability }

    /// 1 − 2p, without cancellation at either end.
    var tilt: Double { complement - probability }
}
