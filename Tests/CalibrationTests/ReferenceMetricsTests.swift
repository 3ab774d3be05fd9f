// Every metric against values computed with forty digits.

import Calibration
import ElementaryMath
import Testing

@Suite("Metrics of the 500 reference events")
struct ReferenceMetricsTests {
    let expected: ReferenceFixture.Expected
    let sketch: CalibrationSketch
    let report: CalibrationReport

    init() throws {
        let fixture = try ReferenceFixture.load()
        expected = fixture.expected
        sketch = fixture.sketch
        report = CalibrationReport(of: sketch)
    }

    @Test("Counts and sums are exact")
    func sums() {
        #expect(report.labelled == expected.n)
        #expect(report.weight == Double(expected.n))
        #expect(report.positives == expected.sumY)
        #expect(agrees(report.predictedPositives, expected.sumP))
        #expect(agrees(sketch.sums.squaredPrediction, expected.sumP2))
        #expect(agrees(sketch.sums.variance, expected.sumP - expected.sumP2))
    }

    @Test("The calibration ratio and its inverse come with matching score intervals")
    func ratios() {
        #expect(agrees(report.calibrationRatio, expected.calibrationRatio))
        #expect(agrees(report.observedOverPredicted, expected.observedOverPredicted))
        #expect(agrees(report.observedOverPredictedInterval?.lower, expected.scoreCi95Rho[0]))
        #expect(agrees(report.observedOverPredictedInterval?.upper, expected.scoreCi95Rho[1]))
        #expect(agrees(report.calibrationRatioInterval?.lower, expected.calibrationRatioCi95[0]))
        #expect(agrees(report.calibrationRatioInterval?.upper, expected.calibrationRatioCi95[1]))
        #expect(agrees(report.calibrationZ, expected.calibrationZ))
    }

    @Test("Log loss, Brier score and what is derived from them are not binned")
    func scores() {
        #expect(agrees(report.logLoss, expected.logLoss))
        #expect(agrees(report.baseRateEntropy, expected.baseRateEntropy))
        #expect(agrees(report.normalizedEntropy, expected.normalizedEntropy))
        #expect(agrees(report.relativeInformationGain, expected.relativeInformationGain))
        #expect(agrees(report.brier, expected.brier))
        #expect(agrees(report.brierSkill, expected.brierSkill))
        #expect(agrees(report.spiegelhalterZ, expected.spiegelhalterZ))
        #expect(agrees(sketch.sums.spiegelhalterP, expected.spiegelhalterP))
    }

    @Test("The AUC of the bins and its error bound are those of the reference, and the bound holds the exact AUC")
    func areaUnderROC() throws {
        let auc = try #require(report.areaUnderROC)
        let bound = expected.logitHistogram.aucErrorBound
        #expect(agrees(auc.value, expected.logitHistogram.auc))
        #expect(agrees(auc.lower, expected.logitHistogram.auc - bound))
        #expect(agrees(auc.upper, expected.logitHistogram.auc + bound))
        #expect(auc.lower <= expected.aucRoc && expected.aucRoc <= auc.upper)
    }

    @Test("The bounds of the average precision hold the exact one and are tight enough to use")
    func averagePrecision() throws {
        let precision = try #require(report.averagePrecision)
        #expect(precision.lower <= expected.averagePrecision && expected.averagePrecision <= precision.upper)
        // 500 events in 98 bins: about one positive a bin, so half a bin's precision is in doubt. More would be a bug.
        #expect(precision.upper - precision.lower < 0.2)
    }

    @Test(
        "Flagging from a threshold on gives the reference's counts up to the labels between it and the next bin edges")
    func thresholds() throws {
        for want in expected.thresholds {
            let cut = logit(want.threshold)
            let point = try #require(sketch.histogram.operatingPoint(threshold: want.threshold))
            #expect(abs(point.logit - cut) <= 1 / 32)
            // One edge further either way surely flags more and fewer.
            let wide = try #require(sketch.histogram.operatingPoint(threshold: sigmoid(point.logit - 1 / 16)))
            let tight = try #require(sketch.histogram.operatingPoint(threshold: sigmoid(point.logit + 1 / 16)))
            let (recall, falseRate) = (want.tp / 114, want.fp / 386)
            #expect(tight.recall <= recall && recall <= wide.recall)
            #expect(tight.falsePositiveRate <= falseRate && falseRate <= wide.falsePositiveRate)
            #expect(tight.recall <= point.recall && point.recall <= wide.recall)
        }
    }

    @Test("The histogram holds the reference bins and nothing else")
    func histogram() {
        var filled = 0
        for want in expected.logitHistogram.bins {
            let bin = sketch.histogram.bins[want.index + LogitHistogram.positionOfZero]
            #expect(bin.count == want.count)
            #expect(bin.observed == want.positives)
            #expect(agrees(bin.predicted, want.sumP))
            filled += 1
        }
        #expect(sketch.histogram.bins.count { $0.count > 0 } == filled)
    }

    @Test("Merging histogram bins gives nearly the calibration error of bins cut at exact ranks")
    func calibrationError() throws {
        let error = try #require(report.expectedCalibrationError)
        // The two sets of bins differ by the events of one histogram bin at each edge, a few of the 33 in a group. The
        // floor depends smoothly on the edges; the error itself moves by about its own noise.
        #expect(abs(error.noiseFloor / expected.equalMass15.eceNoiseFloor - 1) < 0.1)
        #expect(abs(error.value - expected.equalMass15.ece) < expected.equalMass15.eceNoiseFloor)
    }
}
