// One point of the reliability diagram.

/// Labels that were served similar probabilities: what was promised, and what happened.
public struct ReliabilityBin: Hashable, Sendable {
    /// The served logits this bin covers, in nats. See ``LogitHistogram/logits(atPositions:)`` on the edges.
    public let logits: Range<Double>
    /// n ≥ 1: labels, each counted once.
    public let count: Int
    /// Σw > 0.
    public let weight: Double
    /// The weighted mean of p, in [0, 1].
    public let meanPredicted: Double
    /// The weighted mean of y, in [0, 1].
    public let observedRate: Double
    /// Wilson's 95 % interval of the observed rate, at the effective count of the labels.
    ///
    /// It speaks of this bin alone: of 15 bins of a calibrated model, one falls outside more often than not.
    public let observedInterval: ConfidenceInterval

    init(_ group: LogitBinGroup) {
        logits = LogitHistogram.logits(atPositions: group.positions)
        count = group.sum.count
        weight = group.sum.weight
        meanPredicted = group.sum.predicted / group.sum.weight
        observedRate = group.sum.observed / group.sum.weight
        observedInterval = ConfidenceInterval(wilsonProportion: observedRate, count: group.sum.effectiveCount)
    }
}
