// The score interval of observed over predicted positives: its level, and its ends where there is little to go by.

import Calibration
import Testing

@Suite("The interval of the calibration ratio")
struct BiasIntervalTests {
    @Test("In repeated samples of calibrated labels it holds 1 about 95 % of the time", arguments: [-3.5, -2.0, 0.0])
    func coverage(meanLogit: Double) {
        var random = SeededGenerator()
        let repetitions = 2_000
        var (covered, calibrationCovered) = (0, 0)
        for _ in 0..<repetitions {
            let sketch = CalibrationSketch((0..<500).map { _ in random.calibratedLabel(meanLogit: meanLogit) })
            if sketch.sums.observedOverPredictedInterval?.contains(1) == true { covered += 1 }
            if sketch.sums.calibrationRatioInterval?.contains(1) == true { calibrationCovered += 1 }
        }
        // Four standard errors of a simulated 0.95 are 4·√(0.95·0.05/2000) = 0.0195. At the lowest rate some 22
        // positives are expected; counting whole positives moves the level by up to half of P(one more), 0.005.
        let coverage = Double(covered) / Double(repetitions)
        #expect(abs(coverage - 0.95) < 0.025)
        #expect(calibrationCovered == covered)
    }

    @Test("Unequal weights keep the level, because variances weigh by the square")
    func weightedCoverage() {
        var random = SeededGenerator()
        let repetitions = 2_000
        var covered = 0
        for _ in 0..<repetitions {
            let labels = (0..<500).map { _ in
                var label = random.calibratedLabel(meanLogit: -1)
                label.weight = random.uniform() < 0.2 ? 10 : 1
                return label
            }
            if CalibrationSketch(labels).sums.observedOverPredictedInterval?.contains(1) == true { covered += 1 }
        }
        // As above. Were variances weighed by w, z would shrink by √(Σw/Σw²) = √(2.8/20.8), and the level to 0.53.
        #expect(abs(Double(covered) / Double(repetitions) - 0.95) < 0.025)
    }

    @Test("Without positives the ratio is undefined and the interval still bounds the risk from above")
    func noPositives() throws {
        let sketch = CalibrationSketch((0..<100).map { _ in TestLabel(logit: 0, outcome: 0) })
        let report = CalibrationReport(of: sketch)
        #expect(report.calibrationRatio == nil)
        #expect(report.calibrationRatioInterval == nil)
        #expect(report.observedOverPredicted == 0)
        let interval = try #require(report.observedOverPredictedInterval)
        // By hand, Σp = 50 and Σp² = 25: z²·50/(50² + z²·25) with z² = 3.8414588206941254.
        #expect(interval.lower == 0)
        #expect(abs(interval.upper - 0.07398699641397136) < 1e-14)
    }

    @Test("Outcomes that no multiple of the probabilities explains have no interval")
    func inexplicable() {
        // One p of 0.9 among a thousand of e⁻⁷: a ρ that explained all positives would make 0.9ρ far exceed 1.
        let labels =
            [TestLabel(logit: 2.197, outcome: 1)] + (0..<1_000).map { _ in TestLabel(logit: -7, outcome: 1) }
        let report = CalibrationReport(of: CalibrationSketch(labels))
        #expect(report.observedOverPredictedInterval == nil)
        #expect(report.calibrationRatioInterval == nil)
        #expect(report.calibrationRatio != nil)
    }
}
