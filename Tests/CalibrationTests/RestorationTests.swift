// A sketch taken apart into numbers and put together again, and numbers that are no sketch.

import Calibration
import Testing

private func restore(_ bin: LogitBin) -> LogitBin? {
    LogitBin(
        count: bin.count, weight: bin.weight, squaredWeight: bin.squaredWeight, observed: bin.observed,
        predicted: bin.predicted, variance: bin.variance, weightedLogit: bin.weightedLogit,
        squaredPrediction: bin.squaredPrediction, observedPrediction: bin.observedPrediction)
}

private func restore(_ sums: CalibrationSums, count: Int? = nil, observed: Double? = nil) -> CalibrationSums? {
    CalibrationSums(
        count: count ?? sums.count, weight: sums.weight, observed: observed ?? sums.observed,
        predicted: sums.predicted, squaredPrediction: sums.squaredPrediction, variance: sums.variance,
        totalLogLoss: sums.totalLogLoss, totalSquaredError: sums.totalSquaredError,
        squaredErrorExcess: sums.squaredErrorExcess, squaredErrorVariance: sums.squaredErrorVariance)
}

@Suite("Restoring a sketch from its numbers")
struct RestorationTests {
    @Test("Any sketch comes back equal, the empty one included", arguments: [0, 1, 10, 5_000])
    func roundTrip(count: Int) throws {
        var random = SeededGenerator()
        var labels = random.awkwardLabels(count: count)
        if count > 1 { labels[0].logit = -1e4 }
        let sketch = CalibrationSketch(labels)
        let histogram = try #require(LogitHistogram(bins: sketch.histogram.bins.compactMap(restore)))
        let restored = CalibrationSketch(sums: try #require(restore(sketch.sums)), histogram: histogram)
        #expect(restored == sketch)
    }

    @Test("Bins that no labels could have filled are refused")
    func impossibleBins() {
        func bin(
            _ count: Int, weight: Double = 2, squared: Double = 2, observed: Double = 1, predicted: Double = 1,
            variance: Double = 0.4, logit: Double = 0.1, squaredPrediction: Double = 0.6,
            joint: Double = 0.5
        ) -> LogitBin? {
            LogitBin(
                count: count, weight: weight, squaredWeight: squared, observed: observed, predicted: predicted,
                variance: variance, weightedLogit: logit, squaredPrediction: squaredPrediction,
                observedPrediction: joint)
        }
        #expect(bin(2) != nil)
        #expect(bin(-1) == nil)
        #expect(bin(0) == nil)
        #expect(bin(1 << 54) == nil)
        #expect(bin(2, weight: .infinity) == nil)
        #expect(bin(2, weight: 0, observed: 0, predicted: 0) == nil)
        #expect(bin(2, squared: .nan) == nil)
        #expect(bin(2, observed: 2.5) == nil)
        #expect(bin(2, observed: -0.5) == nil)
        #expect(bin(2, predicted: .nan) == nil)
        #expect(bin(2, variance: -0.1) == nil)
        #expect(bin(2, logit: .nan) == nil)
        #expect(bin(2, squaredPrediction: 1.5) == nil)
        #expect(bin(2, joint: 1.5) == nil)
    }

    @Test("Sums that no labels could have made are refused")
    func impossibleSums() {
        let sums = CalibrationSketch([TestLabel(logit: 1, outcome: 1)]).sums
        #expect(restore(sums) == sums)
        #expect(restore(sums, count: 0) == nil)
        #expect(restore(sums, count: -1) == nil)
        #expect(restore(sums, observed: 1.5) == nil)
        #expect(restore(sums, observed: .nan) == nil)
    }

    @Test("Halves that saw different labels, and histograms of another size, are refused")
    func mismatch() {
        let one = CalibrationSketch([TestLabel(logit: 1, outcome: 1)])
        #expect(CalibrationSketch(sums: one.sums, histogram: LogitHistogram()) == nil)
        #expect(LogitHistogram(bins: Array(one.histogram.bins.dropLast())) == nil)
    }
}
