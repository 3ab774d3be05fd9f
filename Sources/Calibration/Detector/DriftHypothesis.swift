// The ways of being wrong that the detector bets on, and what each is called.

/// One way in which served odds can differ from the true ones.
public enum DriftHypothesis: Hashable, Sendable {
    /// The true odds are `odds` times the served ones, everywhere on the scale.
    case shift(odds: Double)
    /// The true logit runs `slope` times as steeply as the served one, around the centre of the scores.
    case slope(Double)

    /// What is wrong if this hypothesis is right.
    public var direction: DriftDirection {
        switch self {
        case .shift(let odds): odds > 1 ? .underPredicting : .overPredicting
        case .slope(let slope): slope < 1 ? .overconfident : .underconfident
        }
    }
}
