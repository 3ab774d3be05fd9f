// One label seen through the score that was served for it: what every sum of the sketch is made of.
// It is computed once per label and never stored.

import ElementaryMath
import ScoringRecords

/// A served score and the outcome that judged it.
struct JudgedScore {
    /// The served log-odds s in nats, within ±`Logit.bound`.
    let logit: Double
    /// The served probability p = σ(s); 0 where it underflows, below s ≈ −745.
    let probability: Double
    /// 1 − p, as σ(−s): subtracting would lose every digit of it once p is close to 1.
    let complement: Double
    /// The outcome y in [0, 1].
    let outcome: Double
    /// The importance weight w > 0.
    let weight: Double

    /// `nil` at weight 0, which says that the label counts for nothing.
    init?(servedLogit: Double, outcome: Double, weight: Double) {
        precondition(!servedLogit.isNaN, "a served logit cannot be NaN")
        precondition(outcome >= 0 && outcome <= 1, "an outcome lies in [0, 1]; intake refuses any other")
        precondition(
            weight == 0 || JudgedScore.weights.contains(weight),
            "an importance weight is 0 or a positive number within the range of Float; intake refuses any other")
        guard weight > 0 else { return nil }
        let bound = Double(Logit.bound)
        logit = min(max(servedLogit, -bound), bound)
        probability = sigmoid(logit)
        complement = sigmoid(-logit)
        self.outcome = outcome
        self.weight = weight
    }

    /// The positive weights a `Float` can hold. Squares of them neither vanish nor overflow in `Double`, and labels
    /// arrive as `Float`.
    static let weights = Double(Float.leastNonzeroMagnitude)...Double(Float.greatestFiniteMagnitude)

    /// p(1 − p): the variance of an outcome that is 0 or 1 with mean p, and a bound on it for one in between.
    var variance: Double { probability * complement }

    /// −y ln p − (1 − y) ln(1 − p) in nats, finite for every logit because it never forms p.
    var logLoss: Double { outcome * softplus(-logit) + (1 - outcome) * softplus(logit) }

    /// y(1 − p)² + (1 − y)p²: the squared error of y of a positive and 1 − y of a negative.
    var squaredError: Double {
        outcome * (complement * complement) + (1 - outcome) * (probability * probability)
    }

    /// y − p, without cancellation at either end.
    var residual: Double { outcome * complement - (1 - outcome) * probability }

    /// 1 − 2p, without cancellation at either end.
    var tilt: Double { complement - probability }
}
