// Label smoothing on the logit scale, forth and back. Which ε, and what comes before and after, is CompositeMap's.

import ElementaryMath

/// The logit u of a smoothed probability σ(u) = (1 − ε) η + ε/2, taken apart again.
///
/// Both σ(u) and σ(−u) are kept: η and 1 − η are then each one subtraction from an exact number.
struct SmoothedLogit {
    /// σ(u) − ε/2 = (1 − ε) η, before limiting.
    private let positives: Double
    /// σ(−u) − ε/2 = (1 − ε)(1 − η), before limiting.
    private let negatives: Double
    private let smoothing: Double

    /// The least η and 1 − η: a learner may well score beyond what any smoothed label asks for.
    static let leastShare = 1e-12

    /// `smoothing` is in `LabelTreatment.smoothingRange`.
    init(_ u: Double, smoothing: Double) {
        positives = sigmoid(u) - smoothing / 2
        negatives = sigmoid(-u) - smoothing / 2
        self.smoothing = smoothing
    }

    /// logit η, with η limited to [10⁻¹², 1 − 10⁻¹²].
    var unsmoothed: Double {
        let least = SmoothedLogit.leastShare * (1 - smoothing)
        if positives < least { return logit(SmoothedLogit.leastShare) }
        if negatives < least { return -logit(SmoothedLogit.leastShare) }
        return log(positives) - log(negatives)
    }

    /// d logit η / du = σ(u) σ(−u) (1 − ε) / [(σ(u) − ε/2)(σ(−u) − ε/2)]; 0 where η is limited.
    var slope: Double {
        let least = SmoothedLogit.leastShare * (1 - smoothing)
        if positives < least || negatives < least { return 0 }
        let half = smoothing / 2
        return (positives + half) / positives * ((negatives + half) / negatives) * (1 - smoothing)
    }

    /// The way there: the logit of (1 − ε) σ(s) + ε/2.
    static func smooth(_ s: Double, by smoothing: Double) -> Double {
        let (kept, half) = (1 - smoothing, smoothing / 2)
        return log(kept * sigmoid(s) + half) - log(kept * sigmoid(-s) + half)
    }
}
