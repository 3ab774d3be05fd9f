// The threshold under a cap on false alarms, held against counting.

import Calibration
import ScoringRecords
import Testing

@Suite("A threshold under a cap on false positives")
struct OperatingPointTests {
    // Ten negatives and five positives, each alone in its bin, from low to high scores.
    private static let labels: [Double] = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1]

    private func histogram() -> LogitHistogram {
        var sketch = CalibrationSketch()
        for (rank, label) in OperatingPointTests.labels.enumerated() {
            sketch.add(servedLogit: Double(rank) / 2 - 3.97, outcome: label)
        }
        return sketch.histogram
    }

    @Test("is the lowest edge that keeps to it", arguments: [(0.05, 0.0, 0.2), (0.1, 0.1, 0.4), (0.25, 0.2, 0.6)])
    func capped(cap: Double, rate: Double, recall: Double) throws {
        let point = try #require(histogram().operatingPoint(falsePositiveRateAtMost: cap))
        #expect(abs(point.falsePositiveRate - rate) < 1e-12)
        #expect(abs(point.recall - recall) < 1e-12)
        let flagged = OperatingPointTests.labels.enumerated().filter { Double($0.offset) / 2 - 3.97 >= point.logit }
        #expect(abs(point.precision - flagged.map(\.element).reduce(0, +) / Double(flagged.count)) < 1e-12)
    }

    @Test("gives the harmonic mean of precision and recall")
    func harmonicMean() throws {
        let point = try #require(histogram().operatingPoint(falsePositiveRateAtMost: 0.1))
        // Flagged: positives at ranks 12 and 14, a negative at 13.
        #expect(abs(point.precision - 2.0 / 3) < 1e-12)
        #expect(abs(point.f1 - 0.5) < 1e-12)
    }

    @Test("flags nothing where even the highest bin has too many negatives")
    func nothingFlagged() throws {
        var sketch = CalibrationSketch()
        for label in [0.0, 0, 1] { sketch.add(servedLogit: 0.5, outcome: label) }
        let point = try #require(sketch.histogram.operatingPoint(falsePositiveRateAtMost: 0.5))
        #expect(point.recall == 0 && point.precision == 0 && point.f1 == 0)
    }

    @Test("does not exist for one class")
    func oneClass() {
        var sketch = CalibrationSketch()
        sketch.add(servedLogit: 0, outcome: 1)
        #expect(sketch.histogram.operatingPoint(falsePositiveRateAtMost: 0.01) == nil)
        #expect(LogitHistogram().operatingPoint(falsePositiveRateAtMost: 0.01) == nil)
    }
}
