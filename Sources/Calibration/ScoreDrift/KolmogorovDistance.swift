// Have the scores moved anywhere at all? The greatest distance of two distributions, as far as bins can tell.

import ElementaryMath

/// The Kolmogorov–Smirnov distance of two samples of scores, between bounds that hold for certain.
public struct KolmogorovDistance: Hashable, Sendable {
    /// max over bin edges of |F_r − F_c|: the distance is at least that.
    public let lower: Double
    /// `lower` plus the greatest share that a bin has in either sample: the distance is at most that.
    public let upper: Double
    /// m: the scores of the reference.
    public let referenceSize: Double
    /// n: those of the current sample.
    public let currentSize: Double

    /// `nil` where a sample is empty.
    public init?(reference: ScoreCounts, current: ScoreCounts) {
        guard reference.total > 0, current.total > 0 else { return nil }
        let (m, n) = (Double(reference.total), Double(current.total))
        var (below, distance, share) = ((0.0, 0.0), 0.0, 0.0)
        for (r, c) in zip(reference.counts, current.counts) {
            below.0 += Double(r)
            below.1 += Double(c)
            distance = max(distance, abs(below.0 / m - below.1 / n))
            share = max(share, Double(r) / m, Double(c) / n)
        }
        lower = distance
        upper = min(1, distance + share)
        (referenceSize, currentSize) = (m, n)
    }

    init?(lower: Double, upper: Double, referenceSize: Double, currentSize: Double) {
        guard lower >= 0, lower <= upper, upper <= 1, referenceSize >= 1, currentSize >= 1, referenceSize.isFinite,
            currentSize.isFinite
        else { return nil }
        self.lower = lower
        self.upper = upper
        self.referenceSize = referenceSize
        self.currentSize = currentSize
    }

    /// P(a distance of `lower` or more | no drift), at most about: 2 exp(−2 D² mn/(m + n)), the first term of Smirnov's
    /// series, capped at 1. The distance itself may be greater than `lower`, and its p-value then smaller.
    public var pValue: Double {
        min(1, 2 * exp(-2 * lower * lower * referenceSize * currentSize / (referenceSize + currentSize)))
    }

    /// The distance that chance exceeds with probability α at most about: √(−½ ln(α/2))·√((m + n)/mn) (Smirnov 1948,
    /// *Annals of Math. Statistics* 19:279), for samples of some fifty independent scores or more.
    ///
    /// - Parameter alpha: in (0, 1); anything else traps.
    public func critical(alpha: Double) -> Double {
        precondition(alpha > 0 && alpha < 1, "a level lies between 0 and 1")
        return (-0.5 * log(alpha / 2) * (referenceSize + currentSize) / (referenceSize * currentSize)).squareRoot()
    }

    /// Whether the distance is surely above what chance gives at level α. Bins that hide the distance keep it from
    /// being surely so: the test is never less strict than stated.
    public func isRefuted(alpha: Double) -> Bool { lower > critical(alpha: alpha) }
}
