// What the monitor remembers of the labels of one head over one span of time, in fixed space.
// Not a detector: it has no notion of time or of alarm, and forgets the order in which labels came.

public import ScoringRecords

/// A mergeable summary of served scores and the outcomes that judged them.
///
/// Two views of the same labels are kept side by side: exact sums for what is a sum over events (log loss, Brier score,
/// bias), and a histogram over the logit for what depends on order or on place (AUC, average precision, reliability).
///
/// ```swift
/// var sketch = CalibrationSketch()
/// sketch.add(logit: Logit(clamping: -2), outcome: 0)
/// sketch.add(logit: Logit(clamping: 1.5), outcome: 1, weight: 2)
/// let report = CalibrationReport(of: sketch)
/// ```
///
/// An importance weight w makes a label stand for w events in every mean and ratio, and for w² in every variance: a
/// weighted label is one observation scaled up, never w independent ones. A label of weight 0 changes nothing.
///
/// The invariant: `sums` and `histogram` have seen the same labels. The memory is O(1), about 28 KiB.
public struct CalibrationSketch: Hashable, Sendable {
    /// The exact sums.
    public internal(set) var sums: CalibrationSums
    /// The labels by served logit.
    public internal(set) var histogram: LogitHistogram

    /// A sketch without labels.
    public init() {
        sums = CalibrationSums()
        histogram = LogitHistogram()
    }

    /// A sketch read back from its halves; `nil` where they count different numbers of labels.
    ///
    /// The `Double` sums are not compared: the halves added the same terms in different orders.
    public init?(sums: CalibrationSums, histogram: LogitHistogram) {
        guard histogram.bins.reduce(0, { $0 + $1.count }) == sums.count else { return nil }
        self.sums = sums
        self.histogram = histogram
    }

    /// Adds a label to a score as it was served.
    ///
    /// - Parameters:
    ///   - logit: the logit served, in nats.
    ///   - outcome: y in [0, 1]; a fraction is that share of a positive, the rest of it a negative.
    ///   - weight: w, 0 or a positive number in the range of `Float`.
    /// - Precondition: The ranges above, which intake has checked; anything else, NaN included, traps.
    public mutating func add(logit: Logit, outcome: Double, weight: Double = 1) {
        add(servedLogit: Double(logit.value), outcome: outcome, weight: weight)
    }

    /// Adds a label to a score known in `Double`, such as one computed from a recorded probability.
    ///
    /// As `add(logit:outcome:weight:)`, without the rounding of the logit to `Float`. Logits beyond ±`Logit.bound`,
    /// infinities included, are clamped to it; a NaN traps.
    public mutating func add(servedLogit: Double, outcome: Double, weight: Double = 1) {
        guard let score = JudgedScore(servedLogit: servedLogit, outcome: outcome, weight: weight) else { return }
        add(score)
    }

    /// Adds a label that was already seen through its score, such as one that several sketches share.
    public mutating func add(_ score: JudgedScore) {
        sums.add(score)
        histogram.add(score)
    }

    /// Adds the labels of `other` to this sketch, as if they had been added here.
    ///
    /// Exact in the counts. The `Double` sums do not depend on which of two sketches is merged into which, and depend
    /// on the grouping of several only by rounding; merge in a fixed order where bytes must agree.
    ///
    /// - Complexity: O(1): 512 bins, whatever the number of labels.
    public mutating func merge(_ other: CalibrationSketch) {
        sums.merge(other.sums)
        histogram.merge(other.histogram)
    }
}
