// The reliability diagram and the calibration error: where mass goes, and what chance alone produces.

import Calibration
import Testing

@Suite("Reliability bins and the calibration error")
struct ReliabilityTests {
    @Test("Every label is in one bin, every bin has its share, and the bins are in order")
    func mass() {
        var random = SeededGenerator()
        for limit in [1, 2, 15, 100, 512] {
            let sketch = CalibrationSketch(random.awkwardLabels(count: 2_000))
            let bins = sketch.histogram.reliabilityBins(atMost: limit)
            #expect(bins.reduce(0) { $0 + $1.count } == sketch.sums.count)
            #expect(bins.count <= limit)
            // The total is summed bin by bin here and label by label there: room for rounding.
            let share = sketch.sums.weight / Double(limit)
            #expect(bins.allSatisfy { $0.weight >= share * (1 - 1e-12) })
            #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.logits.upperBound <= $1.logits.lowerBound })
            #expect(bins.allSatisfy { $0.observedInterval.contains($0.observedRate) })
        }
    }

    @Test("The error is the weighted mean gap of the bins shown")
    func consistency() throws {
        var random = SeededGenerator()
        let report = CalibrationReport(of: CalibrationSketch(random.awkwardLabels(count: 2_000)))
        let error = try #require(report.expectedCalibrationError)
        let gap = report.reliability.reduce(0) { $0 + $1.weight * abs($1.meanPredicted - $1.observedRate) }
        #expect(abs(error.value - gap / report.weight) < 1e-14)
    }

    @Test("Two bins by hand")
    func byHand() throws {
        // p = ½ with 3 of 4 positive, and p = ⅘ (logit ln 4) with 2 of 4.
        let low = [1.0, 1, 1, 0].map { TestLabel(logit: 0, outcome: $0) }
        let high = [1.0, 1, 0, 0].map { TestLabel(logit: 1.3862943611198906, outcome: $0) }
        let sketch = CalibrationSketch(low + high)
        let error = try #require(sketch.histogram.expectedCalibrationError(binsAtMost: 2))
        // ½·|0.5 − 0.75| + ½·|0.8 − 0.5|; the floor is √(2/π)·(½·√(1/4²·4·0.25) + ½·√(1/4²·4·0.16)).
        #expect(abs(error.value - 0.275) < 1e-15)
        #expect(abs(error.noiseFloor - 0.7978845608028654 * (0.125 + 0.1)) < 1e-15)
        #expect(abs(try #require(error.overBaseRate) - 0.44) < 1e-15)

        let bins = sketch.histogram.reliabilityBins(atMost: 2)
        #expect(bins.map(\.count) == [4, 4])
        #expect(bins[0].logits == 0..<0.0625)
        #expect(bins[1].logits == 1.375..<1.4375)
        // Wilson's interval of 2 of 4: ½ ± ½·√(z²/(n + z²)).
        #expect(abs(bins[1].observedInterval.lower - 0.150039) < 1e-6)
        #expect(abs(bins[1].observedInterval.upper - 0.849961) < 1e-6)
    }

    @Test("The error of a calibrated stream is what the noise floor predicts")
    func noiseFloor() throws {
        var random = SeededGenerator()
        let streams = 40
        var meanRatio = 0.0
        for _ in 0..<streams {
            let labels = (0..<20_000).map { _ in random.calibratedLabel(meanLogit: -2) }
            let error = try #require(CalibrationSketch(labels).histogram.expectedCalibrationError())
            meanRatio += error.value / error.noiseFloor / Double(streams)
        }
        // Of one |N| the standard deviation is √(π/2 − 1) = 0.76 of its mean. Over some 15 bins and 40 streams that
        // is 0.76/√600 = 0.031; unequal bins make it a little more. Five of those.
        #expect(abs(meanRatio - 1) < 0.16)
    }

    @Test("Doubling every odds stands far above the noise floor")
    func miscalibrated() throws {
        var random = SeededGenerator()
        let labels = (0..<20_000).map { _ in
            var label = random.calibratedLabel(meanLogit: -2)
            label.logit += 0.6931471805599453
            return label
        }
        let error = try #require(CalibrationSketch(labels).histogram.expectedCalibrationError())
        #expect(error.value > 5 * error.noiseFloor)
    }
}
