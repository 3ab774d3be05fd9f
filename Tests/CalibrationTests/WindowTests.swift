// Labels by event time: what a window holds, what has fallen out, and what fades.

import ByteCoding
import Calibration
import ElementaryMath
import ScoringRecords
import Testing

private func minute(_ count: Double) -> Timestamp { Timestamp(microseconds: Int64((count * 60e6).rounded())) }

private func score(_ logit: Double, _ outcome: Double, weight: Double = 1) throws -> JudgedScore {
    try #require(JudgedScore(servedLogit: logit, outcome: outcome, weight: weight))
}

@Suite("Sliding windows of panes")
struct PaneRingTests {
    @Test("A window holds the labels of its panes and no others, in whatever order they came")
    func contents() throws {
        var random = SeededGenerator()
        let (count, labels) = (5, 3_000)
        var ring = PaneRing(span: .seconds(60), count: count)
        var kept: [(time: Timestamp, label: TestLabel)] = []
        var tooOld = 0
        var newest = Int64.min
        for index in 0..<labels {
            // Event time wanders forward, with stragglers; half of it lies before 1970, where pane borders are negative.
            let time = minute(Double(index - labels / 2) / 20 - 6 * random.uniform() * random.uniform())
            let label = random.calibratedLabel(meanLogit: -1)
            newest = max(newest, Int64((Double(time.microseconds) / 60e6).rounded(.down)))
            ring.add(try score(label.logit, label.outcome), at: time)
            if Int64((Double(time.microseconds) / 60e6).rounded(.down)) > newest - Int64(count) {
                kept.append((time, label))
            } else {
                tooOld += 1
            }
        }
        let pane: (Timestamp) -> Int64 = { Int64((Double($0.microseconds) / 60e6).rounded(.down)) }
        for last in 1...count {
            let expected = CalibrationSketch(kept.filter { pane($0.time) > newest - Int64(last) }.map(\.label))
            let window = ring.window(last: last)
            #expect(window.sums.count == expected.sums.count)
            #expect(window.histogram.bins.map(\.count) == expected.histogram.bins.map(\.count))
            #expect(abs(window.sums.predicted - expected.sums.predicted) < 1e-9)
        }
        #expect(ring.tooOld == tooOld)
        #expect(tooOld > 0)
        #expect(ring.series().map(\.start) == ring.series().map(\.start).sorted())
        #expect(ring.series().last?.start == Timestamp(microseconds: newest * 60_000_000))
    }

    @Test("Silence empties a window, and a leap of any length leaves nothing behind")
    func silence() throws {
        var ring = PaneRing(span: .seconds(60), count: 3)
        #expect(ring.window().sums.count == 0)
        ring.advance(to: minute(9))
        ring.add(try score(0, 1), at: minute(10))
        ring.advance(to: minute(9))
        #expect(ring.window().sums.count == 1)
        ring.advance(to: minute(12))
        #expect(ring.window().sums.count == 1)
        #expect(ring.window(last: 2).sums.count == 0)
        ring.advance(to: minute(13))
        #expect(ring.window().sums.count == 0)
        ring.add(try score(0, 1), at: .distantPast)
        #expect(ring.tooOld == 1)
        ring.add(try score(0, 1), at: .distantFuture)
        #expect(ring.window().sums.count == 1)
        ring.add(try score(0, 1), at: minute(13))
        #expect(ring.tooOld == 2)
    }

    @Test("A ring comes back from its bytes equal and goes on equally; other rings and torn bytes are refused")
    func restoration() throws {
        var random = SeededGenerator()
        var ring = PaneRing(span: .seconds(60), count: 6)
        for step in 0..<500 {
            let label = random.calibratedLabel(meanLogit: -1)
            ring.add(try score(label.logit, label.outcome), at: minute(Double(step) / 90 + (step > 250 ? 2 : 0)))
        }
        for original in [ring, PaneRing(span: .seconds(60), count: 6)] {
            var writer = ByteWriter()
            original.encode(into: &writer)
            var reader = ByteReader(writer.bytes)
            var restored = try PaneRing(&reader, span: .seconds(60), count: 6)
            try reader.expectEnd()
            #expect(restored == original)
            var copy = original
            copy.add(try score(1, 0), at: minute(9))
            restored.add(try score(1, 0), at: minute(9))
            #expect(restored == copy)
            #expect(throws: CalibrationStateError.otherSettings) {
                var reader = ByteReader(writer.bytes)
                _ = try PaneRing(&reader, span: .seconds(60), count: 7)
            }
            for length in stride(from: 0, to: writer.count, by: 97) {
                #expect(throws: ByteCodingError.self) {
                    var reader = ByteReader(Array(writer.bytes.prefix(length)))
                    _ = try PaneRing(&reader, span: .seconds(60), count: 6)
                }
            }
        }
    }
}

@Suite("Fading labels")
struct DecayingSketchTests {
    @Test("Sums, squared sums and the interval of the reference events are those of the reference", arguments: 0..<2)
    func reference(index: Int) throws {
        let fixture = try ReferenceFixture.load()
        let expected = fixture.expected.decayed[index]
        var sketch = DecayingSketch(halfLife: .seconds(Int64(expected.halfLifeEvents)))
        var time = Timestamp(microseconds: 0)
        for (p, y) in zip(fixture.events.p, fixture.events.y) {
            time = time.advanced(by: .seconds(1))
            sketch.add(try score(logit(p), y), at: time)
        }
        let sums = sketch.labels(asOf: time).sums
        #expect(agrees(sums.observed, expected.sumY))
        #expect(agrees(sums.predicted, expected.sumP))
        #expect(agrees(sums.squaredPrediction + sums.variance, expected.sumW2P))
        #expect(agrees(sums.squaredPrediction, expected.sumW2P2))
        #expect(agrees(sums.weight, expected.weight))
        #expect(agrees(sums.observedOverPredicted, expected.observedOverPredicted))
        #expect(agrees(sums.observedOverPredictedInterval?.lower, expected.scoreCi95Rho[0]))
        #expect(agrees(sums.observedOverPredictedInterval?.upper, expected.scoreCi95Rho[1]))
    }

    @Test("Order does not matter, and a half-life later everything weighs half")
    func order() throws {
        var random = SeededGenerator()
        let labels = random.awkwardLabels(count: 2_000).enumerated().map { (minute(Double($0)), $1) }
        let end = minute(2_000)
        // 2,000 half-lives: the origin moves thirty times.
        func sums(_ labels: [(Timestamp, TestLabel)], asOf time: Timestamp) throws -> CalibrationSums {
            var sketch = DecayingSketch(halfLife: .seconds(60))
            for (time, label) in labels where label.weight > 0 {
                sketch.add(try score(label.logit, label.outcome, weight: label.weight), at: time)
            }
            return sketch.labels(asOf: time).sums
        }
        let (forward, backward) = (try sums(labels, asOf: end), try sums(labels.reversed(), asOf: end))
        #expect(abs(forward.predicted / backward.predicted - 1) < 1e-12)
        #expect(abs(forward.variance / backward.variance - 1) < 1e-12)
        let later = try sums(labels, asOf: minute(2_001))
        #expect(abs(later.weight / forward.weight - 0.5) < 1e-12)
        #expect(abs(later.variance / forward.variance - 0.25) < 1e-12)
        #expect(abs(try #require(later.observedOverPredicted) / #require(forward.observedOverPredicted) - 1) < 1e-12)
        #expect(try sums(labels, asOf: .distantFuture).count == 0)
    }

    @Test("Histogram and sums fade alike, and count the same labels")
    func consistency() throws {
        var random = SeededGenerator()
        var sketch = DecayingSketch(halfLife: .seconds(1))
        for step in 0..<3_000 {
            let label = random.calibratedLabel(meanLogit: -1)
            sketch.add(try score(label.logit, label.outcome), at: Timestamp(microseconds: Int64(step) * 400_000))
        }
        let labels = sketch.labels(asOf: Timestamp(microseconds: 1_200_000_000))
        let inBins = labels.histogram.bins.reduce(0) { $0 + $1.predicted }
        #expect(abs(inBins / labels.sums.predicted - 1) < 1e-12)
        #expect(labels.histogram.bins.reduce(0) { $0 + $1.count } == labels.sums.count)
        var writer = ByteWriter()
        labels.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        #expect(try CalibrationSketch(&reader) == labels)
    }

    @Test("It comes back from its bytes equal")
    func restoration() throws {
        var sketch = DecayingSketch(halfLife: .seconds(30))
        for step in 0..<100 { sketch.add(try score(-1, Double(step % 3) / 2), at: minute(Double(step) / 7)) }
        for original in [sketch, DecayingSketch(halfLife: .seconds(30))] {
            var writer = ByteWriter()
            original.encode(into: &writer)
            var reader = ByteReader(writer.bytes)
            #expect(try DecayingSketch(&reader, halfLife: .seconds(30)) == original)
            try reader.expectEnd()
        }
    }
}

@Suite("Sketches as bytes")
struct SketchCodingTests {
    @Test("Equal sketches have equal bytes and come back equal", arguments: [0, 1, 4_000])
    func roundTrip(count: Int) throws {
        var random = SeededGenerator()
        let labels = random.awkwardLabels(count: count)
        var (first, second) = (ByteWriter(), ByteWriter())
        let sketch = CalibrationSketch(labels)
        sketch.encode(into: &first)
        CalibrationSketch(labels).encode(into: &second)
        #expect(first.bytes == second.bytes)
        var reader = ByteReader(first.bytes)
        #expect(try CalibrationSketch(&reader) == sketch)
        try reader.expectEnd()
    }

    @Test("A damaged byte is refused or makes another sketch, and never traps")
    func damage() throws {
        var random = SeededGenerator()
        var writer = ByteWriter()
        CalibrationSketch(random.awkwardLabels(count: 300)).encode(into: &writer)
        var refused = 0
        for position in writer.bytes.indices {
            var damaged = writer.bytes
            damaged[position] ^= UInt8.random(in: 1...255, using: &random)
            var reader = ByteReader(damaged)
            if let sketch = try? CalibrationSketch(&reader) { _ = CalibrationReport(of: sketch) } else { refused += 1 }
        }
        #expect(refused > writer.count / 10)
    }
}
