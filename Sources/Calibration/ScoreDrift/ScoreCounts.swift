// Where the scores lie, labels or not: counts by served logit.

import ScoringRecords

/// How many scores fell into each bin of the logit scale of ``LogitHistogram``.
///
/// 512 counters, whatever the number of scores.
public struct ScoreCounts: Hashable, Sendable {
    /// Scores by position, lowest logits first.
    public private(set) var counts = [Int](repeating: 0, count: LogitHistogram.binCount)
    /// All scores.
    public private(set) var total = 0

    /// No scores.
    public init() {}

    /// The scores that the labels of `histogram` judged, each once whatever its weight.
    public init(of histogram: LogitHistogram) {
        counts = histogram.bins.map(\.count)
        total = counts.reduce(0, +)
    }

    /// Counts one score, its logit in nats. NaN traps.
    @inline(__always)
    public mutating func add(servedLogit: Double) {
        counts[LogitHistogram.position(ofLogit: servedLogit)] += 1
        total += 1
    }

    init?(counts: [Int]) {
        guard counts.count == LogitHistogram.binCount, counts.allSatisfy({ (0...LogitBin.maximumCount).contains($0) })
        else { return nil }
        self.counts = counts
        total = counts.reduce(0, +)
    }

    /// Runs of bins with about equal shares of these scores, low logits first, covering all positions; at most `limit`.
    func equalMassRuns(atMost limit: Int) -> [Range<Int>] {
        let share = Double(total) / Double(limit)
        var runs: [Range<Int>] = []
        var (start, mass) = (0, 0)
        for position in counts.indices {
            mass += counts[position]
            if mass > 0, Double(mass) >= share {
                runs.append(start..<position + 1)
                (start, mass) = (position + 1, 0)
            }
        }
        // What is left over is less than a share: it joins the last run.
        let first = runs.popLast()?.lowerBound ?? 0
        return runs + [first..<counts.count]
    }

    func mass(of run: Range<Int>) -> Int { counts[run].reduce(0, +) }
}
