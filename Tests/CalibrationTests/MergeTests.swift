// Sketches of parts, put together, are the sketch of the whole.

import Calibration
import Testing

/// The sums of `sketch` in a fixed order: the exact ones, then those of every bin.
private func sums(of sketch: CalibrationSketch) -> [Double] {
    let exact = sketch.sums
    return [
        exact.weight, exact.observed, exact.predicted, exact.squaredPrediction, exact.variance, exact.totalLogLoss,
        exact.totalSquaredError, exact.squaredErrorExcess, exact.squaredErrorVariance,
    ]
        + sketch.histogram.bins.flatMap {
            [$0.weight, $0.squaredWeight, $0.observed, $0.predicted, $0.variance, $0.weightedLogit]
        }
}

private func counts(of sketch: CalibrationSketch) -> [Int] {
    [sketch.sums.count] + sketch.histogram.bins.map(\.count)
}

/// Equal counts, and sums equal to 10⁻¹² of the sums of magnitudes (Σw bounds them but for the logits and the loss,
/// whose terms here stay below 8w): some 10³ additions, each good to 10⁻¹⁶, leave room.
private func same(_ left: CalibrationSketch, _ right: CalibrationSketch) -> Bool {
    counts(of: left) == counts(of: right)
        && zip(sums(of: left), sums(of: right)).allSatisfy { one, other in
            abs(one - other) <= 1e-12 * max(abs(one), abs(other), 1)
        }
}

@Suite("Merging sketches")
struct MergeTests {
    @Test("Parts merge into the whole, in any order and any grouping")
    func parts() {
        var random = SeededGenerator()
        for _ in 0..<20 {
            let labels = random.awkwardLabels(count: 1_000)
            let cuts = [0, Int(random.uniform() * 1_000), Int(random.uniform() * 1_000), 1_000].sorted()
            let parts = (0..<3).map { CalibrationSketch(labels[cuts[$0]..<cuts[$0 + 1]]) }

            var leftFirst = parts[0]
            leftFirst.merge(parts[1])
            leftFirst.merge(parts[2])
            var rightFirst = parts[1]
            rightFirst.merge(parts[2])
            rightFirst.merge(parts[0])

            let whole = CalibrationSketch(labels)
            #expect(same(leftFirst, whole))
            #expect(same(rightFirst, whole))
        }
    }

    @Test("Merging two sketches commutes to the last bit")
    func commutes() {
        var random = SeededGenerator()
        let (first, second) = (
            CalibrationSketch(random.awkwardLabels(count: 500)), CalibrationSketch(random.awkwardLabels(count: 500))
        )
        var (firstIntoSecond, secondIntoFirst) = (second, first)
        firstIntoSecond.merge(first)
        secondIntoFirst.merge(second)
        #expect(firstIntoSecond == secondIntoFirst)
    }

    @Test("An empty sketch changes nothing")
    func identity() {
        var random = SeededGenerator()
        let sketch = CalibrationSketch(random.awkwardLabels(count: 100))
        var merged = sketch
        merged.merge(CalibrationSketch())
        #expect(merged == sketch)
    }
}
