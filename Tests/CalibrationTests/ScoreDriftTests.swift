// Scores that move without labels: the index, the distance, and windows that promise not to cry wolf.

import ByteCoding
import Calibration
import ElementaryMath
import ScoringRecords
import Testing

private func counts(_ logits: some Sequence<Double>) -> ScoreCounts {
    var counts = ScoreCounts()
    for logit in logits { counts.add(servedLogit: logit) }
    return counts
}

@Suite("Score drift without labels")
struct ScoreDriftTests {
    @Test("Index and p-value are those of the reference; the distance lies between its bounds")
    func reference() throws {
        let fixture = try ReferenceFixture.load()
        let expected = fixture.expected.drift
        let stability = try #require(
            PopulationStability(reference: expected.referenceCounts, current: expected.currentCounts))
        #expect(agrees(stability.index, expected.psi))
        #expect(agrees(stability.pValue, expected.psiChi2P))
        let logits = fixture.events.p.map { logit($0) }
        let (first, last) = (counts(logits[..<250]), counts(logits[250...]))
        let distance = try #require(KolmogorovDistance(reference: first, current: last))
        #expect(distance.lower <= expected.ks && expected.ks <= distance.upper)
        #expect(distance.upper - distance.lower < 0.06)
        // 1.628·√(500/62500), with the table's four digits.
        #expect(abs(distance.critical(alpha: 0.01) - 1.628 * 0.0894427) < 1e-4)
        // From the sketch the bins differ a little from those at exact ranks, and so does the index.
        let binned = try #require(PopulationStability(reference: first, current: last))
        #expect(binned.bins <= 10 && binned.bins >= 9)
        #expect(binned.pValue > 0.01)
    }

    @Test("Without drift p-values are uniform and the distance exceeds its critical value as rarely as stated")
    func level() throws {
        var random = SeededGenerator()
        let runs = 1_000
        var (small, refuted, sum) = (0, 0, 0.0)
        for _ in 0..<runs {
            let reference = counts((0..<2_000).map { _ in -3 + random.normal() })
            let current = counts((0..<1_000).map { _ in -3 + random.normal() })
            let stability = try #require(PopulationStability(reference: reference, current: current))
            if stability.pValue < 0.05 { small += 1 }
            sum += stability.pValue
            if try #require(KolmogorovDistance(reference: reference, current: current)).isRefuted(alpha: 0.05) {
                refuted += 1
            }
        }
        // Four standard errors: of a share of 0.05, 28 of 1,000 runs; of a mean of ½, 0.037.
        #expect(small <= 78 && small >= 22)
        #expect(refuted <= 78)
        #expect(abs(sum / Double(runs) - 0.5) < 0.04)
    }

    @Test("Windows of the same scores stay silent for long; moved scores are seen in the first window")
    func windows() throws {
        var random = SeededGenerator()
        let reference = counts((0..<20_000).map { _ in -3 + random.normal() })
        var monitor = try #require(ScoreDriftMonitor(reference: reference, windowLength: 2_000))
        var verdicts: [ScoreDriftVerdict] = []
        for index in 0..<100_000 {
            let time = Timestamp(microseconds: Int64(index))
            if let verdict = monitor.add(servedLogit: -3 + random.normal(), at: time) { verdicts.append(verdict) }
        }
        #expect(verdicts.map(\.window) == Array(1...50))
        #expect(verdicts.allSatisfy { !$0.isDrift })
        #expect(verdicts.reduce(0) { $0 + $1.level } < 0.01)
        #expect(verdicts[7].start.microseconds == 14_000 && verdicts[7].end.microseconds == 15_999)
        var moved: ScoreDriftVerdict?
        for index in 0..<2_000 {
            moved = monitor.add(servedLogit: -2.7 + random.normal(), at: Timestamp(microseconds: Int64(index)))
        }
        let verdict = try #require(moved)
        #expect(verdict.isDrift)
        #expect(try #require(verdict.stability).index < 0.25)
    }

    @Test("Samples that cannot be compared are not")
    func degenerate() throws {
        #expect(PopulationStability(reference: [1, 2], current: [1]) == nil)
        #expect(PopulationStability(reference: [5], current: [5]) == nil)
        #expect(PopulationStability(reference: [0, 0], current: [1, 1]) == nil)
        #expect(KolmogorovDistance(reference: ScoreCounts(), current: counts([1])) == nil)
        // All scores of the reference in one bin: one run, nothing to compare.
        #expect(PopulationStability(reference: counts([1, 1, 1]), current: counts([2])) == nil)
        #expect(ScoreDriftMonitor(reference: counts([1]), windowLength: 100) == nil)
        #expect(ScoreDriftMonitor(reference: counts((0..<200).map(Double.init)), windowLength: 99) == nil)
    }

    @Test("Counts of a histogram are those of its labels")
    func histogram() {
        var random = SeededGenerator()
        let labels = random.awkwardLabels(count: 500).filter { $0.weight > 0 }
        #expect(ScoreCounts(of: CalibrationSketch(labels).histogram) == counts(labels.map(\.logit)))
    }

    @Test("It comes back from its bytes equal")
    func restoration() throws {
        var random = SeededGenerator()
        var monitor = try #require(
            ScoreDriftMonitor(reference: counts((0..<500).map { _ in random.normal() }), windowLength: 150))
        for index in 0...400 {
            var writer = ByteWriter()
            monitor.encode(into: &writer)
            var reader = ByteReader(writer.bytes)
            #expect(try ScoreDriftMonitor(&reader) == monitor)
            try reader.expectEnd()
            _ = monitor.add(servedLogit: random.normal(), at: Timestamp(microseconds: Int64(index)))
        }
    }

    @Test("A distance's p-value is that of its critical value")
    func distancePValue() throws {
        let distance = try #require(
            KolmogorovDistance(
                reference: counts((0..<500).map { Double($0) / 100 }),
                current: counts((0..<400).map { Double($0) / 100 + 0.5 })))
        #expect(distance.pValue < 0.05)
        #expect(distance.isRefuted(alpha: distance.pValue * 1.0001))
        #expect(!distance.isRefuted(alpha: distance.pValue * 0.9999))
    }

    @Test("A window that has moved becomes the reference: the move is told once, and so is the way back")
    func movement() throws {
        var random = SeededGenerator()
        var movement = try #require(ScoreMovement(windowLength: 1_000))
        #expect(ScoreMovement(windowLength: 99) == nil)
        func play(_ windows: Int, mean: Double) {
            for second in 0..<windows * 1_000 {
                movement.add(servedLogit: mean + random.normal(), at: Timestamp(microseconds: Int64(second)))
            }
        }
        #expect(!movement.hasReference && movement.newest == nil)
        play(1, mean: -3)
        #expect(movement.hasReference && movement.windows == 0)
        play(5, mean: -3)
        #expect(movement.moves == 0 && movement.windows == 5 && movement.newest?.window == 5)
        play(4, mean: -2)
        #expect(movement.moves == 1 && movement.windows == 3)
        #expect(movement.lastMove?.isDrift == true && movement.newest?.isDrift == false)
        play(2, mean: -3)
        #expect(movement.moves == 2)
        var writer = ByteWriter()
        movement.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        var restored = try ScoreMovement(&reader, windowLength: 1_000)
        try reader.expectEnd()
        #expect(restored == movement)
        reader = ByteReader(writer.bytes)
        #expect(throws: CalibrationStateError.otherSettings) { try ScoreMovement(&reader, windowLength: 2_000) }
        movement.reset()
        #expect(!movement.hasReference && movement.newest == nil && movement.moves == 2)
        restored = movement
        play(1, mean: -3)
        #expect(movement.hasReference && restored != movement)
    }
}
