// A score that knows how uncertain it is.

public import ScoringRecords

/// A raw logit and its variance.
public struct EKFScore: Hashable, Sendable {
    /// The mean: offset + Σ wᵢ xᵢ, clamped.
    public let logit: Logit
    /// s² = Σ xᵢ² Vᵢ in nats², ≥ 0, the covariances between weights left out.
    public let variance: Float

    /// A score by its parts.
    init(logit: Logit, variance: Float) {
        self.logit = logit
        self.variance = variance
    }

    /// The logit of the mean probability, z/√(1 + πs²/8): uncertainty draws a prediction towards ½.
    ///
    /// For cross-entropy, whose raw logit is the logit of a probability. Error of the probability below .02 for every
    /// s² (MacKay, *The Evidence Framework Applied to Classification Networks*, Neural Computation 4(5), 1992, eq. 10).
    public var moderatedLogit: Logit {
        let eighth = Double.pi / 8
        return Logit(clamping: Float(Double(logit.value) / (1 + eighth * Double(variance)).squareRoot()))
    }
}
