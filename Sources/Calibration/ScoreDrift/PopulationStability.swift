// Have the scores moved? The index that the credit industry uses, with the p-value that it usually lacks.

import ElementaryMath

/// The population stability index Σ (c_b − r_b) ln(c_b/r_b) of two samples over common bins.
///
/// Shares are smoothed, (count + ½)/(n + B/2), so that empty bins stay finite. Without drift PSI/(1/m + 1/n) is about
/// χ² with B − 1 degrees of freedom, being twice a symmetrised likelihood ratio (Yurdakul 2018, *Statistical Properties of
/// Population Stability Index*). The approximation wants some ten scores a bin, and scores that are independent.
///
/// The folk bands (below 0.1 stable, above 0.25 shifted) ignore the sample sizes: with 100 scores each, 0.1 means nothing;
/// with a million each, 0.001 does. Read them as sizes, and the p-value as evidence.
public struct PopulationStability: Hashable, Sendable {
    /// The index, ≥ 0.
    public let index: Double
    /// P(an index so large | no drift), by the χ² approximation.
    public let pValue: Double
    /// B: the number of bins.
    public let bins: Int

    /// Compares two samples counted over the same bins; `nil` with fewer than two bins, unequal numbers of them, or an
    /// empty sample. Counts are not negative; anything else traps.
    public init?(reference: [Int], current: [Int]) {
        guard reference.count == current.count, reference.count >= 2 else { return nil }
        precondition((reference + current).allSatisfy { $0 >= 0 }, "a count is not negative")
        let (m, n) = (Double(reference.reduce(0, +)), Double(current.reduce(0, +)))
        guard m > 0, n > 0 else { return nil }
        bins = reference.count
        let smoothing = 0.5
        let floor = smoothing * Double(bins)
        index = zip(reference, current).reduce(0) { sum, counts in
            let expected = (Double(counts.0) + smoothing) / (m + floor)
            let found = (Double(counts.1) + smoothing) / (n + floor)
            return sum + (found - expected) * log(found / expected)
        }
        pValue = chiSquareUpperTail(index / (1 / m + 1 / n), degreesOfFreedom: bins - 1)
    }

    init?(index: Double, pValue: Double, bins: Int) {
        guard index >= 0, index.isFinite, (0...1).contains(pValue), bins >= 2 else { return nil }
        self.index = index
        self.pValue = pValue
        self.bins = bins
    }

    /// Compares over bins that hold about equal shares of the reference.
    ///
    /// - Parameter limit: the most bins, 2…512; anything else traps.
    public init?(reference: ScoreCounts, current: ScoreCounts, bins limit: Int = 10) {
        precondition((2...LogitHistogram.binCount).contains(limit), "there are between 2 and 512 bins")
        let runs = reference.equalMassRuns(atMost: limit)
        self.init(reference: runs.map(reference.mass), current: runs.map(current.mass))
    }
}
