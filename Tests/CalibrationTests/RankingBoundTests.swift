// What the bins leave open about a ranking is inside the bounds, on random labels with ties, weights and fractions.

import Calibration
import Testing

/// The AUC by its definition, pair by pair.
private func exactAreaUnderROC(_ labels: [TestLabel]) -> Double {
    var (ordered, pairs) = (0.0, 0.0)
    for one in labels {
        let positive = one.weight * one.outcome
        guard positive > 0 else { continue }
        for other in labels {
            let mass = positive * other.weight * (1 - other.outcome)
            pairs += mass
            ordered += one.logit > other.logit ? mass : one.logit == other.logit ? mass / 2 : 0
        }
    }
    return ordered / pairs
}

/// The average precision by its definition, over distinct scores descending.
private func exactAveragePrecision(_ labels: [TestLabel]) -> Double {
    var (positives, total, sum) = (0.0, 0.0, 0.0)
    let sorted = labels.sorted { $0.logit > $1.logit }
    var start = 0
    while start < sorted.count {
        let tied = sorted[start...].prefix { $0.logit == sorted[start].logit }
        let gain = tied.reduce(0) { $0 + $1.weight * $1.outcome }
        total += tied.reduce(0) { $0 + $1.weight }
        positives += gain
        sum += total > 0 ? gain * positives / total : 0
        start += tied.count
    }
    return sum / positives
}

@Suite("Ranking metrics from bins")
struct RankingBoundTests {
    /// Room for rounding: sums of a few hundred terms.
    private let rounding = 1e-12

    @Test("The bounds hold the exact AUC and the exact average precision")
    func bounds() throws {
        var random = SeededGenerator()
        for size in [2, 3, 5, 10, 30, 100, 300] {
            for _ in 0..<30 {
                var labels = random.awkwardLabels(count: size)
                // One label of either class, so that both metrics exist.
                labels[0].outcome = 1
                labels[1].outcome = 0
                // Squeezing the scores puts many into one bin, where the bounds have the most to cover.
                let squeeze = random.uniform()
                for index in labels.indices { labels[index].logit *= squeeze }

                let report = CalibrationReport(of: CalibrationSketch(labels))
                let auc = try #require(report.areaUnderROC)
                let precision = try #require(report.averagePrecision)
                let (exactAUC, exactPrecision) = (exactAreaUnderROC(labels), exactAveragePrecision(labels))
                #expect(auc.lower - rounding <= exactAUC && exactAUC <= auc.upper + rounding)
                #expect(precision.lower - rounding <= exactPrecision && exactPrecision <= precision.upper + rounding)
                #expect(precision.lower >= 0 && precision.upper <= 1 + rounding)
            }
        }
    }

    @Test("Within one bin nothing is known but the base rate")
    func oneBin() throws {
        let labels = [0.0, 1, 0, 0].map { TestLabel(logit: 0.01, outcome: $0) }
        let report = CalibrationReport(of: CalibrationSketch(labels))
        let auc = try #require(report.areaUnderROC)
        let precision = try #require(report.averagePrecision)
        #expect((auc.lower, auc.value, auc.upper) == (0, 0.5, 1))
        #expect(precision.value == 0.25 && precision.upper == 1)
        // The worst order has the positive last at precision 1/4; the bound allows for its being split: 1 − 3 ln(4/3).
        #expect(abs(precision.lower - 0.136953782644658) < 1e-14)
    }

    @Test("Labels in bins of their own leave no doubt")
    func separated() throws {
        let labels = [(-2.0, 0.0), (-1, 1), (0, 0), (1, 1)].map { TestLabel(logit: $0, outcome: $1) }
        let auc = try #require(CalibrationSketch(labels).histogram.areaUnderROC)
        #expect((auc.lower, auc.value, auc.upper) == (0.75, 0.75, 0.75))
        let precision = try #require(CalibrationSketch(labels).histogram.averagePrecision)
        // By hand: the first positive is worth 1, the second 2/3.
        #expect(abs(precision.value - 5.0 / 6) < 1e-15)
    }
}
