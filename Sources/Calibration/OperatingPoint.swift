// What a decision rule would have caught: recall and precision where the false alarms are capped. A review team's view.

import ElementaryMath

/// Outcomes of flagging every event whose served probability is at least a threshold.
public struct OperatingPoint: Hashable, Sendable {
    /// The threshold as a logit: a bin's edge.
    public let logit: Double
    /// The threshold as a probability.
    public let threshold: Double
    /// Flagged negatives over all negatives.
    public let falsePositiveRate: Double
    /// Flagged positives over all positives.
    public let recall: Double
    /// Flagged positives over all flagged; 0 where nothing is flagged.
    public let precision: Double

    /// 2 · precision · recall / (precision + recall); 0 where both are.
    public var f1: Double {
        let sum = precision + recall
        return sum > 0 ? 2 * precision * recall / sum : 0
    }
}

extension LogitHistogram {
    /// The lowest threshold, among the bins' edges, whose false-positive rate is at most `cap`.
    ///
    /// Exact for that threshold: an edge separates whole bins. `nil` without positives or without negatives. A cap
    /// outside (0, 1) traps.
    ///
    /// - Complexity: O(1): 512 bins.
    public func operatingPoint(falsePositiveRateAtMost cap: Double) -> OperatingPoint? {
        precondition(cap > 0 && cap < 1, "a cap on a rate lies between 0 and 1")
        let negatives = bins.reduce(0) { $0 + $1.negatives }
        guard negatives > 0 else { return nil }
        var flaggedNegatives = 0.0
        // Above the topmost bin nothing is flagged: the rule that every cap allows.
        var edge = bins.count
        for position in bins.indices.reversed() {
            flaggedNegatives += bins[position].negatives
            guard flaggedNegatives / negatives <= cap else { break }
            edge = position
        }
        return operatingPoint(fromEdge: edge)
    }

    /// What flagging from `threshold` on would have caught, with the threshold moved to the nearest bin edge, by at most
    /// 1/32 nat within the histogram's range, so that it is exact.
    ///
    /// `nil` without positives or without negatives. A threshold outside (0, 1) traps.
    public func operatingPoint(threshold: Double) -> OperatingPoint? {
        precondition(threshold > 0 && threshold < 1, "a threshold lies between 0 and 1")
        let edge = (ElementaryMath.logit(threshold) * LogitHistogram.binsPerNat).rounded()
        let position = Int(min(max(edge, -1e6), 1e6)) + LogitHistogram.positionOfZero
        return operatingPoint(fromEdge: min(max(position, 0), bins.count))
    }

    /// What a rule would have caught.
    public func operatingPoint(_ rule: FlaggingRule) -> OperatingPoint? {
        switch rule {
        case .threshold(let threshold): operatingPoint(threshold: threshold)
        case .falsePositiveRate(let cap): operatingPoint(falsePositiveRateAtMost: cap)
        }
    }

    /// Flags every bin from position `edge` on.
    private func operatingPoint(fromEdge edge: Int) -> OperatingPoint? {
        let positives = bins.reduce(0) { $0 + $1.observed }
        let negatives = bins.reduce(0) { $0 + $1.negatives }
        guard positives > 0, negatives > 0 else { return nil }
        // From the top down, as the cap's search goes, so that both add in one order.
        var (flaggedPositives, flaggedNegatives) = (0.0, 0.0)
        for position in (edge..<bins.count).reversed() {
            flaggedPositives += bins[position].observed
            flaggedNegatives += bins[position].negatives
        }
        let logit = Double(edge - LogitHistogram.positionOfZero) / LogitHistogram.binsPerNat
        let flagged = flaggedPositives + flaggedNegatives
        return OperatingPoint(
            logit: logit, threshold: sigmoid(logit), falsePositiveRate: flaggedNegatives / negatives,
            recall: flaggedPositives / positives, precision: flagged > 0 ? flaggedPositives / flagged : 0)
    }
}
