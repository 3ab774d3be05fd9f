// The mergeable half of the monitor's memory: labels by the logit that was served for them.
// Rankings, reliability diagrams and the calibration error are read from it. Sums that need no bins are kept exactly,
// in CalibrationSums.

import ScoringRecords

/// A histogram of labels over the served logit, with 512 bins of width 1/16 nat between −16 and 16.
///
/// The bins are uniform in the logit rather than in p, so that a probability of 0.0001 is resolved as finely as one of
/// 0.5: across a bin the odds change by e^(1/16), about 6.4 %. ±16 nats is a probability of 1.1·10⁻⁷ from either end;
/// the two outermost bins take everything beyond.
///
/// ```
///  position      0        1      …     256      257     …      511
///  logit   [−10⁴,−255/16)  [−255/16,−254/16)  …  [0,1/16)  [1/16,2/16)  …  [255/16, 10⁴]
/// ```
///
/// The size is fixed, whatever the number of labels. Merging adds bin by bin: exactly associative and commutative in
/// the counts; commutative, and associative up to rounding, in the `Double` sums.
public struct LogitHistogram: Hashable, Sendable {
    /// The bins by position, always `binCount` of them, lowest logits first.
    public private(set) var bins: [LogitBin]

    /// How many bins there are: 32 nats of logit at 16 bins a nat.
    public static let binCount = 512
    /// Bins per nat of logit. A power of two, so that scaling a logit by it is exact.
    public static let binsPerNat = 16.0
    /// The position of the bin [0, 1/16), the first above p = ½.
    public static let positionOfZero = 256

    /// A histogram without labels.
    public init() {
        bins = Array(repeating: .empty, count: LogitHistogram.binCount)
    }

    /// A histogram read back from its bins, lowest logits first; `nil` unless there are exactly `binCount`.
    public init?(bins: [LogitBin]) {
        guard bins.count == LogitHistogram.binCount else { return nil }
        self.bins = bins
    }

    /// Where labels served `logit` are counted: ⌊16 s⌋, clamped to −256…255, plus 256. A NaN traps.
    public static func position(ofLogit logit: Double) -> Int {
        let index = (logit * binsPerNat).rounded(.down)
        let lowest = Double(-positionOfZero)
        let highest = Double(binCount - 1 - positionOfZero)
        return Int(min(max(index, lowest), highest)) + positionOfZero
    }

    /// The logits counted at `positions`, which lie in 0..<`binCount`.
    ///
    /// The outermost bins reach to ±`Logit.bound`. The range holds its lower edge; its upper edge belongs to the next
    /// bin, except +`Logit.bound`, which has no next bin.
    public static func logits(atPositions positions: ClosedRange<Int>) -> Range<Double> {
        precondition(positions.lowerBound >= 0 && positions.upperBound < binCount, "a histogram has no such bin")
        let bound = Double(Logit.bound)
        let lower = positions.lowerBound == 0 ? -bound : lowerEdge(ofPosition: positions.lowerBound)
        let upper = positions.upperBound == binCount - 1 ? bound : lowerEdge(ofPosition: positions.upperBound + 1)
        return lower..<upper
    }

    /// Adds the labels of `other` to this histogram.
    ///
    /// - Complexity: O(1): 512 bins, whatever the number of labels.
    public mutating func merge(_ other: LogitHistogram) {
        for position in bins.indices { bins[position].merge(other.bins[position]) }
    }

    mutating func scale(by factor: Double) {
        for position in bins.indices where bins[position].count > 0 { bins[position].scale(by: factor) }
    }

    mutating func add(_ score: JudgedScore) {
        bins[LogitHistogram.position(ofLogit: score.logit)].add(score)
    }

    private static func lowerEdge(ofPosition position: Int) -> Double {
        Double(position - positionOfZero) / binsPerNat
    }
}
