// Have the scores moved anywhere at all? The greatest distance of two distributions, as far as bins can tell.

import ElementaryMath

/// The Kolmogorov–Smirnov distance of two samples of scores, between bounds that hold for certain.
public struct KolmogorovDistance: Hashable, Sendable {
    /// max over bin edges of |F_r − F_c|: the distance is at least that.
    public let lower: Double
    /// `lower` plus the greatest share that a bin has in either sample: the distance is at most that.
    public let upper: Double
    /// m and n.
    private let sizes: [Double]

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
        sizes = [m, n]
    }

    /// The distance that chance exceeds with probability α at most about: √(−½ ln(α/2))·√((m + n)/mn) (Smirnov 1948,
    /// *Annals of Math. Statistics* 19:279), for samples of some fifty independent scores or more.
    ///
    /// - Parameter alpha: in (0, 1); anything else traps.
    public func critical(alpha: Double) -> Double {
        precondition(alpha > 0 && alpha < 1, "a level lies between 0 and 1")
        return (-0.5 * log(alpha / 2) * (sizes[0] + sizes[1]) / (sizes[0] * sizes[1])).squareRoot()
    }

    /// Whether the distance is surely above what chance gives at level α. Bins that hide the distance keep it from
    /// being surely so: the test is never less strict than stated.
    public func isRefuted(alpha: Double) -> Bool { lower > critical(alpha: alpha) }
}
