// Metrics that the labels do not determine are absent, and none is ever NaN or infinite.

import Calibration
import Testing

/// Every number in the report, those that are present.
private func numbers(in report: CalibrationReport) -> [Double] {
    let intervals = [report.calibrationRatioInterval, report.observedOverPredictedInterval].compactMap(\.self)
    let estimates = [report.areaUnderROC, report.averagePrecision].compactMap(\.self)
    let error = report.expectedCalibrationError
    let single: [Double?] = [
        report.weight, report.positives, report.predictedPositives, report.baseRate, report.calibrationRatio,
        report.observedOverPredicted, report.calibrationZ, report.logLoss, report.baseRateEntropy,
        report.normalizedEntropy, report.relativeInformationGain, report.brier, report.brierSkill,
        report.spiegelhalterZ, error?.value, error?.noiseFloor, error?.overBaseRate,
    ]
    return single.compactMap(\.self)
        + intervals.flatMap { [$0.lower, $0.upper] }
        + estimates.flatMap { [$0.lower, $0.value, $0.upper] }
        + report.reliability.flatMap {
            [$0.meanPredicted, $0.observedRate, $0.observedInterval.lower, $0.observedInterval.upper]
        }
}

@Suite("Degenerate inputs")
struct DegenerateInputTests {
    @Test("An empty sketch determines nothing")
    func empty() {
        let report = CalibrationReport(of: CalibrationSketch())
        #expect(report.labelled == 0)
        #expect(numbers(in: report) == [0, 0, 0])
        #expect(report.reliability.isEmpty)
    }

    @Test("Negatives only: a loss, but nothing relative to the entropy, no AUC and no average precision")
    func negativesOnly() {
        let report = CalibrationReport(of: CalibrationSketch([TestLabel(logit: -1, outcome: 0)]))
        #expect(report.logLoss != nil && report.brier != nil)
        #expect(report.baseRateEntropy == 0)
        #expect(report.normalizedEntropy == nil && report.relativeInformationGain == nil)
        #expect(report.brierSkill == nil)
        #expect(report.areaUnderROC == nil && report.averagePrecision == nil)
        #expect(report.expectedCalibrationError?.overBaseRate == nil)
        #expect(report.reliability.first?.observedInterval.lower == 0)
    }

    @Test("Positives only: average precision is 1 and there is still no AUC")
    func positivesOnly() throws {
        let report = CalibrationReport(of: CalibrationSketch([-1.0, 0, 2].map { TestLabel(logit: $0, outcome: 1) }))
        let precision = try #require(report.averagePrecision)
        #expect((precision.lower, precision.value, precision.upper) == (1, 1, 1))
        #expect(report.areaUnderROC == nil)
        #expect(report.baseRateEntropy == 0 && report.normalizedEntropy == nil && report.brierSkill == nil)
        #expect(report.reliability.last?.observedInterval.upper == 1)
    }

    @Test("Labels in one bin make one reliability bin, however many were asked for")
    func oneBin() {
        let labels = (0..<100).map { TestLabel(logit: 0.05, outcome: Double($0 % 2)) }
        let report = CalibrationReport(of: CalibrationSketch(labels))
        #expect(report.reliability.map(\.count) == [100])
    }

    @Test("Certainties, right or wrong, give finite numbers", arguments: [1e4, 745.5, 740, 37.5, 1e300, .infinity])
    func extremes(logit: Double) {
        let right = [TestLabel(logit: logit, outcome: 1), TestLabel(logit: -logit, outcome: 0)]
        let wrong = [TestLabel(logit: logit, outcome: 0), TestLabel(logit: -logit, outcome: 1)]
        let groups = [right, wrong, right + wrong, [right[0]], [right[1]], [wrong[0]], [wrong[1]]]
        for labels in groups {
            let report = CalibrationReport(of: CalibrationSketch(labels))
            #expect(numbers(in: report).allSatisfy { $0.isFinite })
            #expect(report.reliability.reduce(0) { $0 + $1.count } == labels.count)
        }
    }

    @Test("The loss of a confident mistake is the logit itself, and clamped with it")
    func confidentMistake() {
        let at = { (logit: Double) in CalibrationSketch([TestLabel(logit: logit, outcome: 0)]).sums.logLoss }
        #expect(at(1e4) == 1e4)
        #expect(at(.infinity) == 1e4)
        // A confident success keeps its digits: ln(1 + e⁻⁴⁰), far below the spacing of Doubles near 40.
        let success = CalibrationSketch([TestLabel(logit: 40, outcome: 1)]).sums.logLoss ?? .nan
        #expect(abs(success / 4.248354255291589e-18 - 1) < 1e-14)
    }

    @Test("The least and greatest weights a Float can hold give finite numbers")
    func extremeWeights() {
        for weight in [Double(Float.leastNonzeroMagnitude), Double(Float.greatestFiniteMagnitude)] {
            let labels = [(-1.0, 1.0), (-0.5, 0), (2, 1), (1e4, 0)].map {
                TestLabel(logit: $0, outcome: $1, weight: weight)
            }
            let report = CalibrationReport(of: CalibrationSketch(labels))
            #expect(numbers(in: report).allSatisfy { $0.isFinite })
            #expect(report.calibrationZ != nil && report.areaUnderROC != nil)
            #expect(report.observedOverPredictedInterval != nil)
        }
    }
}
