// How importance weights and fractional outcomes enter.

import Calibration
import Testing

@Suite("Importance weights and fractional outcomes")
struct WeightTests {
    private func labels(_ random: inout SeededGenerator) -> [TestLabel] {
        (0..<200).map { _ in random.calibratedLabel(meanLogit: -1) }
    }

    @Test("A label of weight 0 changes nothing")
    func zero() {
        var random = SeededGenerator()
        var sketch = CalibrationSketch(labels(&random))
        let before = sketch
        sketch.add(servedLogit: 3, outcome: 1, weight: 0)
        #expect(sketch == before)
    }

    @Test("A weight common to all labels changes the amounts and no metric: it is a unit, not evidence")
    func commonFactor() {
        var random = SeededGenerator()
        let plain = labels(&random)
        // A power of two scales without rounding, so that the comparison can be exact.
        let scaled = plain.map { TestLabel(logit: $0.logit, outcome: $0.outcome, weight: 4) }
        let (one, four) = (
            CalibrationReport(of: CalibrationSketch(plain)), CalibrationReport(of: CalibrationSketch(scaled))
        )
        #expect(four.labelled == one.labelled && four.positives == 4 * one.positives)
        #expect(four.calibrationRatio == one.calibrationRatio)
        #expect(four.observedOverPredictedInterval == one.observedOverPredictedInterval)
        #expect(four.calibrationZ == one.calibrationZ && four.spiegelhalterZ == one.spiegelhalterZ)
        #expect(four.logLoss == one.logLoss && four.brier == one.brier)
        #expect(four.areaUnderROC == one.areaUnderROC)
        #expect(four.expectedCalibrationError == one.expectedCalibrationError)
        #expect(four.reliability.map(\.observedInterval) == one.reliability.map(\.observedInterval))
    }

    @Test("Averages take a label of weight 3 for three labels; variances do not")
    func repetition() throws {
        // Ten positives of eighty, as p = 0.12 promises: enough for the interval to lie well inside the range where ρp < 1.
        let others = (0..<80).map { TestLabel(logit: -2, outcome: $0 < 10 ? 1 : 0) }
        let weighted = CalibrationReport(of: CalibrationSketch(others + [TestLabel(logit: -1, outcome: 1, weight: 3)]))
        let repeated = CalibrationReport(
            of: CalibrationSketch(others + (0..<3).map { _ in TestLabel(logit: -1, outcome: 1) }))
        for metric in [\.logLoss, \.brier, \.calibrationRatio, \CalibrationReport.baseRateEntropy] {
            let (one, other) = (try #require(weighted[keyPath: metric]), try #require(repeated[keyPath: metric]))
            #expect(abs(one - other) < 1e-15)
        }
        #expect(weighted.areaUnderROC == repeated.areaUnderROC)
        let (wide, narrow) = (
            try #require(weighted.observedOverPredictedInterval), try #require(repeated.observedOverPredictedInterval)
        )
        #expect(wide.upper > narrow.upper && wide.lower < narrow.lower)
    }

    @Test("A fractional outcome counts as that share of a positive and the rest of a negative")
    func fraction() throws {
        let whole = CalibrationSketch([TestLabel(logit: 0.7, outcome: 0.25)]).sums
        let split = CalibrationSketch([
            TestLabel(logit: 0.7, outcome: 1, weight: 0.25), TestLabel(logit: 0.7, outcome: 0, weight: 0.75),
        ]).sums
        let metrics: [KeyPath<CalibrationSums, Double?>] = [
            \.logLoss, \.brier, \.brierSkill, \.baseRate, \.calibrationRatio, \.normalizedEntropy,
        ]
        for metric in metrics {
            let (one, other) = (try #require(whole[keyPath: metric]), try #require(split[keyPath: metric]))
            #expect(abs(one - other) < 1e-15)
        }
    }
}
