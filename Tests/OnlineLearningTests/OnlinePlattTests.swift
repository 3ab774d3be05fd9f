// The recalibration layer: its trace, when it serves, what it refuses, and what it is for.

import ElementaryMath
import Foundation
import OnlineLearning
import Testing

private struct RecalibrationTrace: Decodable {
    struct Events: Decodable { var logit, y: [Double] }
    struct Step: Decodable { var calibrated_logit_before, a, b, P00, P01, P11: Double }

    var tolerance: Tolerances
    var events: Events
    var steps: [Step]
}

@Suite("Online Platt scaling")
struct OnlinePlattTests {
    @Test("Coefficients and covariances follow the trace")
    func trace() throws {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/recalibration_trace", withExtension: "json"))
        let trace = try JSONDecoder().decode(RecalibrationTrace.self, from: Data(contentsOf: url))
        #expect(trace.steps.count == 60)
        var platt = OnlinePlatt()
        for (index, step) in trace.steps.enumerated() {
            let s = trace.events.logit[index]
            #expect(trace.tolerance.double.accepts(platt.fitted(s), step.calibrated_logit_before))
            platt.learn(mappedLogit: s, outcome: trace.events.y[index])
            for (got, want) in zip(platt.state, [step.a, step.b, step.P00, step.P01, step.P11]) {
                #expect(trace.tolerance.double.accepts(got, want), "\(got), want \(want), at step \(index)")
            }
        }
    }

    @Test("The identity is served until a hundred positives have been seen")
    func identityUntilEvidence() {
        var platt = OnlinePlatt()
        for _ in 0..<99 {
            platt.learn(mappedLogit: -3, outcome: 1)
            platt.learn(mappedLogit: -3, outcome: 0)
        }
        #expect(platt.map(-3) == -3 && platt.fitted(-3) > -1 && !platt.isServing)
        platt.learn(mappedLogit: -3, outcome: 1)
        #expect(platt.map(-3) == platt.fitted(-3) && platt.isServing)
    }

    @Test("Scores that are shifted and too steep are straightened out")
    func recalibrates() {
        var generator = NumericTestGenerator(for: "recalibrates")
        var platt = OnlinePlatt()
        for _ in 0..<50_000 {
            let truth = Double.random(in: -5...1, using: &generator)
            let outcome = Double.random(in: 0..<1, using: &generator) < sigmoid(truth) ? 1.0 : 0
            platt.learn(mappedLogit: (truth - 0.5) / 0.6, outcome: outcome)
        }
        // 50,000 labels fix the slope to about .01 and the intercept to .03: five standard errors.
        #expect((platt.slope - 0.6).magnitude < 0.05 && (platt.intercept - 0.5).magnitude < 0.15, "\(platt)")
    }

    @Test("Labels that contradict the scores cannot turn the ranking around")
    func slopeStaysPositive() {
        var generator = NumericTestGenerator(for: "slopeStaysPositive")
        var platt = OnlinePlatt()
        for _ in 0..<20_000 {
            let s = Double.random(in: -4...4, using: &generator)
            platt.learn(mappedLogit: s, outcome: Double.random(in: 0..<1, using: &generator) < sigmoid(-s) ? 1 : 0)
            #expect(platt.slope > OnlinePlatt.leastSlope)
        }
        #expect(platt.map(1) > platt.map(-1))
    }

    @Test("The map rises strictly, far beyond the logits it learns from")
    func monotone() {
        var platt = OnlinePlatt()
        for _ in 0..<200 {
            platt.learn(mappedLogit: -2, outcome: 1)
            platt.learn(mappedLogit: 2, outcome: 0.9)
        }
        var previous = -Double.infinity
        for s in stride(from: -1e4, through: 1e4, by: 7.25) {
            #expect(platt.map(s) > previous)
            previous = platt.map(s)
        }
    }

    @Test("Restored from its state it goes on alike, whatever weights it is fed; foreign states are refused")
    func restoring() throws {
        var generator = NumericTestGenerator(for: "plattRestoring")
        var platt = OnlinePlatt()
        let weights = [Double(Float.greatestFiniteMagnitude), 1, 1e-30, 100, 0]
        for _ in 0..<20_000 {
            platt.learn(
                mappedLogit: .random(in: -100...100, using: &generator),
                outcome: .random(in: 0...1, using: &generator),
                weight: weights.randomElement(using: &generator) ?? 1)
            #expect(OnlinePlatt(state: platt.state) == platt)
        }
        for (position, foreign) in [(0, Double.nan), (1, 0.05), (2, 1.5), (3, 2), (4, 0), (5, -1)] {
            var state = platt.state
            state[position] = foreign
            #expect(OnlinePlatt(state: state) == nil)
        }
        #expect(OnlinePlatt(state: []) == nil)
    }
}
