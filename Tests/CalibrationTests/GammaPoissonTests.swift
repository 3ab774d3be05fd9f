// The ratio's interval that may be looked at at any time: its formula, its promise, its edges.

import Calibration
import ElementaryMath
import Testing

@Suite("The anytime-valid confidence sequence of the ratio")
struct GammaPoissonTests {
    @Test("Evidence and interval of the 500 reference events are those of the reference")
    func reference() throws {
        let fixture = try ReferenceFixture.load()
        var sequence = GammaPoissonSequence()
        for (p, y) in zip(fixture.events.p, fixture.events.y) {
            sequence.add(try #require(JudgedScore(servedLogit: logit(p), outcome: y)))
        }
        #expect(agrees(sequence.logEvidence(againstRatio: 1), fixture.expected.gammaPoissonLogEAtRho1))
        let interval = try #require(sequence.interval())
        #expect(abs(interval.lower / fixture.expected.gammaPoissonCs95Rho[0] - 1) < 1e-9)
        #expect(abs(interval.upper / fixture.expected.gammaPoissonCs95Rho[1] - 1) < 1e-9)
    }

    @Test("The evidence follows its reference trace")
    func trace() throws {
        let fixture = try DetectorFixture.load()
        var points = fixture.cases[4].trace[...]
        var sequence = GammaPoissonSequence()
        for (t, (p, y)) in zip(fixture.events.p, fixture.events.y).enumerated() {
            sequence.add(try #require(JudgedScore(servedLogit: logit(p), outcome: y)))
            guard points.first?.t == t, let point = points.popFirst() else { continue }
            let want = try #require(point.gammaPoissonLogE)
            #expect(abs(sequence.logEvidence(againstRatio: 1) - want) <= max(1e-12, 1e-9 * abs(want)))
        }
        #expect(points.isEmpty)
    }

    @Test(
        "Looked at after every label of a calibrated stream, the interval hardly ever loses 1", arguments: [1.0, 0.4])
    func coverage(weight: Double) throws {
        var random = SeededGenerator()
        let (runs, alpha) = (400, 0.1)
        var lost = 0
        for _ in 0..<runs {
            var sequence = GammaPoissonSequence()
            for _ in 0..<2_000 {
                let label = random.calibratedLabel(meanLogit: -3)
                sequence.add(
                    try #require(JudgedScore(servedLogit: label.logit, outcome: label.outcome, weight: weight)))
                if sequence.evidence >= 1 / alpha {
                    lost += 1
                    break
                }
            }
        }
        // At most 10 % of 400 runs, and four standard deviations (6 each) for the simulation.
        #expect(lost <= 64)
    }

    @Test("The ends are where the evidence is 1/α, and the ratio lies between them")
    func ends() throws {
        for (observed, predicted) in [(3, 1.2), (0.5, 80), (1e6, 1.01e6), (0, 7)] as [(Double, Double)] {
            let sequence = try #require(GammaPoissonSequence(observed: observed, predicted: predicted))
            let interval = try #require(sequence.interval(alpha: 0.01))
            let ratio = try #require(sequence.ratio)
            #expect(interval.contains(ratio))
            // The evidence is a difference of terms of the size of (S_y + 1) ln S_y.
            let tolerance = 1e-9 * (1 + (observed + predicted) * 1e-4)
            #expect(abs(sequence.logEvidence(againstRatio: interval.upper) - log(100)) < tolerance)
            if interval.lower > 0 {
                #expect(abs(sequence.logEvidence(againstRatio: interval.lower) - log(100)) < tolerance)
            } else {
                #expect(sequence.logEvidence(againstRatio: 0) <= log(100))
            }
        }
    }

    @Test("Before any label there is no ratio and no evidence; impossible sums are refused")
    func empty() {
        #expect(GammaPoissonSequence().ratio == nil)
        #expect(GammaPoissonSequence().interval() == nil)
        #expect(GammaPoissonSequence().evidence == 1)
        #expect(GammaPoissonSequence(observed: -1, predicted: 1) == nil)
        #expect(GammaPoissonSequence(observed: 1, predicted: .infinity) == nil)
        #expect(GammaPoissonSequence(observed: 1e9, predicted: 1)?.evidence == .infinity)
    }

    @Test("A weight above one is a bet that cannot be raised")
    func weights() throws {
        var (heavy, plain) = (GammaPoissonSequence(), GammaPoissonSequence())
        heavy.add(try #require(JudgedScore(servedLogit: -1, outcome: 1, weight: 7)))
        plain.add(try #require(JudgedScore(servedLogit: -1, outcome: 1, weight: 1)))
        #expect(heavy == plain)
    }
}
