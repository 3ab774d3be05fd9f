// What is read off groups of labels, against forty digits: calibration errors and the parts of the Brier score.

import Calibration
import ElementaryMath
import Testing

@Suite("Metrics of groups of the 500 reference events")
struct PartitionMetricsTests {
    let fixture: ReferenceFixture

    init() throws { fixture = try ReferenceFixture.load() }

    private func partition(_ name: String) -> (groups: [LogitBin], expected: ReferenceFixture.Partition) {
        switch name {
        case "ten of equal mass": (fixture.equalMassGroups(10), fixture.expected.equalMass10)
        case "fifteen of equal mass": (fixture.equalMassGroups(15), fixture.expected.equalMass15)
        default: (fixture.equalWidthGroups(10), fixture.expected.equalWidth10)
        }
    }

    @Test(
        "Errors, noise floor, debiased errors and Brier parts are those of the reference",
        arguments: ["ten of equal mass", "fifteen of equal mass", "ten of equal width"])
    func reference(name: String) throws {
        let (groups, expected) = partition(name)
        #expect(groups.map(\.count) == expected.bins.map(\.count))
        let error = try #require(ExpectedCalibrationError(of: groups))
        #expect(agrees(error.value, expected.ece))
        #expect(agrees(error.noiseFloor, expected.eceNoiseFloor))
        let debiased = try #require(DebiasedCalibrationError(of: groups))
        #expect(agrees(debiased.absolute, expected.eceDebiased))
        #expect(agrees(debiased.squared, expected.eceL2SquaredDebiased))
        #expect(agrees(debiased.greatest, expected.mce))
        let brier = try #require(BrierDecomposition(of: groups))
        #expect(agrees(brier.reliability, expected.brierReliability))
        #expect(agrees(brier.resolution, expected.brierResolution))
        #expect(agrees(brier.uncertainty, expected.brierUncertainty))
        #expect(agrees(brier.withinVariance, expected.withinBinVariance))
        #expect(agrees(brier.withinCovariance, expected.withinBinCovariance))
        #expect(agrees(brier.brier, fixture.expected.brier))
    }

    @Test("The parts add up to the Brier score whatever the groups, weights and fractions", arguments: [1, 7, 15, 512])
    func identity(limit: Int) throws {
        var random = SeededGenerator()
        let sketch = CalibrationSketch(random.awkwardLabels(count: 3_000))
        let parts = try #require(sketch.histogram.brierDecomposition(binsAtMost: limit))
        let brier = try #require(sketch.sums.brier)
        #expect(abs(parts.brier / brier - 1) < 1e-12)
        #expect(parts.reliability >= 0 && parts.resolution >= 0 && parts.withinVariance >= 0)
        #expect(parts.resolution <= parts.uncertainty)
    }

    @Test("On calibrated labels the debiased error is near zero where the plain one is near its noise floor")
    func debiasing() throws {
        var random = SeededGenerator()
        let repetitions = 400
        var (plain, floor, squared) = (0.0, 0.0, 0.0)
        for _ in 0..<repetitions {
            let histogram = CalibrationSketch((0..<2_000).map { _ in random.calibratedLabel(meanLogit: -1) }).histogram
            let error = try #require(histogram.expectedCalibrationError())
            plain += error.value / Double(repetitions)
            floor += error.noiseFloor / Double(repetitions)
            squared += try #require(histogram.debiasedCalibrationError()).squared / Double(repetitions)
        }
        #expect(abs(plain / floor - 1) < 0.1)
        // The plain squared error is about π/2 times the floor's square; what is left after debiasing is its noise.
        #expect(abs(squared) < 0.1 * floor * floor)
    }

    @Test("No labels, no metric; one label, no spread")
    func degenerate() throws {
        #expect(BrierDecomposition(of: []) == nil)
        #expect(DebiasedCalibrationError(of: [.empty]) == nil)
        #expect(ExpectedCalibrationError(of: [.empty]) == nil)
        let one = CalibrationSketch([TestLabel(logit: 0, outcome: 1)]).histogram
        let error = try #require(one.debiasedCalibrationError())
        #expect(error.absolute == 0.5)
        #expect(error.squared == 0)
        #expect(error.greatest == 0.5)
    }
}
