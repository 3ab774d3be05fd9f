// When the recalibrator speaks: after evidence, while it helps, and no longer.

import ElementaryMath
import OnlineLearning
import Testing

@Suite("Earned recalibration")
struct EarnedRecalibrationTests {
    /// Learns `count` labels of a stream whose mapped logits are too high by `bias`; calls `body` after each.
    private func learn(
        _ recalibration: inout EarnedRecalibration, _ count: Int, bias: Double, _ random: inout NumericTestGenerator,
        _ body: (EarnedRecalibration) -> Void = { _ in }
    ) {
        for _ in 0..<count {
            let truth = Double.random(in: -3...1, using: &random)
            let outcome = Double.random(in: 0..<1, using: &random) < sigmoid(truth) ? 1.0 : 0
            recalibration.learn(mappedLogit: truth + bias, outcome: outcome, weight: 1)
            body(recalibration)
        }
    }

    @Test("it is silent before a hundred positives, however much better it is")
    func fewPositives() {
        var recalibration = EarnedRecalibration()
        for _ in 0..<99 { recalibration.learn(mappedLogit: -3, outcome: 1, weight: 1) }
        #expect(recalibration.advantage > EvidenceGuard.earnedAdvantage && !recalibration.isServing)
        recalibration.learn(mappedLogit: -3, outcome: 1, weight: 1)
        #expect(recalibration.isServing)
    }

    @Test("it is silent without an advantage, however many the positives")
    func noAdvantage() {
        // Ones and noughts in turn at logit 0: the line always leans to the side that does not come.
        var recalibration = EarnedRecalibration()
        for label in 0..<2_000 {
            recalibration.learn(mappedLogit: 0, outcome: label.isMultiple(of: 2) ? 1 : 0, weight: 1)
            #expect(!recalibration.isServing)
        }
        #expect(recalibration.platt.isServing && recalibration.advantage < 0)
    }

    @Test("it serves where the mapped logits are biased, undoes the bias, and stops when the bias has gone")
    func biasComesAndGoes() {
        var random = NumericTestGenerator(for: "biasComesAndGoes")
        var recalibration = EarnedRecalibration()
        learn(&recalibration, 20_000, bias: 1, &random) { state in
            if state.isServing { #expect(state.platt.positives >= OnlinePlatt.leastPositives) }
        }
        // A label tells some .1 nats: thousands of them put the advantage at its limit.
        #expect(recalibration.isServing && recalibration.advantage > 10)
        // 20,000 labels fix the line to .02 or so at its middle: five standard errors.
        #expect((recalibration.platt.fitted(0) + 1).magnitude < 0.1, "\(recalibration.platt.fitted(0))")
        var hasStopped = false
        learn(&recalibration, 5_000, bias: 0, &random) { hasStopped = hasStopped || !$0.isServing }
        #expect(hasStopped)
    }

    @Test("a label of weight zero changes nothing")
    func weightZero() {
        var recalibration = EarnedRecalibration()
        recalibration.learn(mappedLogit: 3, outcome: 0, weight: 0)
        #expect(recalibration == EarnedRecalibration())
    }

    @Test("restored from its state it goes on alike, whatever weights it is fed")
    func restoring() throws {
        var random = NumericTestGenerator(for: "restoring")
        var recalibration = EarnedRecalibration()
        let weights = [Double(Float.greatestFiniteMagnitude), 1, 1, 1, 1e-30, 100, 0]
        for _ in 0..<20_000 {
            let weight = weights.randomElement(using: &random) ?? 1
            recalibration.learn(
                mappedLogit: .random(in: -100...100, using: &random), outcome: .random(in: 0...1, using: &random),
                weight: weight)
            #expect(EarnedRecalibration(state: recalibration.state) == recalibration)
        }
    }

    @Test("numbers that no learning leaves behind are no state")
    func foreignStates() throws {
        var random = NumericTestGenerator(for: "foreignStates")
        var recalibration = EarnedRecalibration()
        learn(&recalibration, 5_000, bias: 1, &random)
        let good = recalibration.state
        #expect(good.count == 8 && recalibration.isServing && EarnedRecalibration(state: good) == recalibration)
        for (position, foreign) in [
            (0, Double.nan), (1, 0), (5, -1), (6, .nan), (6, 20.5), (6, -20.5), (7, 0.5), (7, .nan),
            // It never serves on few positives, nor at a loss.
            (5, 99), (6, -1),
        ] {
            var state = good
            state[position] = foreign
            #expect(EarnedRecalibration(state: state) == nil, "\(foreign) at \(position)")
        }
        for count in 0..<8 { #expect(EarnedRecalibration(state: Array(good.prefix(count))) == nil) }
        #expect(EarnedRecalibration(state: good + [0]) == nil)
    }
}
