// The diagonal Kalman filter: traces, determinism, restoring, and streams that mean harm.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("Kalman filter")
struct EKFTests {
    @Test("Logits, weights and variances follow the traces, weighted and focal losses included")
    func traces() throws {
        let fixture = try NumericFixture<OptimizerTrace>(named: "optimizer_traces")
        let traces = fixture.cases.filter { $0.algorithm == "ekf" }
        #expect(traces.count == 6)
        let tolerance = fixture.tolerance.float32
        for trace in traces {
            let loss = try trace.binaryLoss
            let parameters = try EKFParameters(
                priorVariance: #require(trace.hyper.v0), forgetting: #require(trace.hyper.forget))
            let table = EKFTable(bits: 4, parameters: parameters, offsets: [Logit(clamping: Float(trace.bias_offset))])
            for (event, step) in zip(trace.events, trace.steps) {
                let before = table.learn(event.vector, loss: loss, label: event.y, weight: event.w)
                #expect(tolerance.accepts(Double(before.logit.value), step.logit), "\(before), want \(step)")
                let variance = try #require(step.score_variance_before)
                #expect(tolerance.accepts(Double(before.variance), variance), "\(before), want \(step)")
                for (name, want) in step.state_after {
                    let got = table.slot(at: try #require(UInt32(name)))
                    #expect(tolerance.accepts(Double(got.weight), try #require(want.weight)), "\(got), want \(want)")
                    #expect(tolerance.accepts(Double(got.variance), try #require(want.variance)), "\(got), \(want)")
                }
            }
        }
    }

    @Test("The first step can be worked out by hand")
    func handValues() throws {
        let table = EKFTable(bits: 2, parameters: try EKFParameters(priorVariance: 0.5), offsets: [Logit(clamping: 0)])
        let features = FeatureVector(indicators: [1], valued: [ValuedFeature(index: 2, value: 2)])
        // s² = .5 + 4 · .5 = 2.5, g = −½, h = ¼: 1 + h s² = 1.625; w₁ = .5 · .5/1.625, V₁ = .5 − .25 · .25/1.625.
        let score = table.learn(features, loss: .bce, label: 1, weight: 1)
        #expect(score.logit.value == 0 && score.variance == 2.5)
        #expect((table.slot(at: 1).weight - 0.25 / 1.625).magnitude < 1e-7)
        #expect((table.slot(at: 1).variance - (0.5 - 0.0625 / 1.625)).magnitude < 1e-7)
        #expect((table.slot(at: 2).weight - 0.5 / 1.625).magnitude < 1e-7)
        #expect((table.slot(at: 2).variance - (0.5 - 0.25 / 1.625)).magnitude < 1e-7)
    }

    @Test("Uncertainty draws the mean probability towards ½")
    func moderation() throws {
        let table = EKFTable(bits: 2, parameters: try EKFParameters(priorVariance: 1), offsets: [Logit(clamping: -2)])
        let score = table.score(of: FeatureVector(indicators: [0, 1]))
        // −2/√(1 + 2π/8).
        #expect((score.moderatedLogit.value + 1.4967).magnitude < 1e-3)
        #expect(table.score(of: FeatureVector()).moderatedLogit == table.offsets[0])
    }

    @Test("A gradient without curvature moves weights and leaves variances: a retraction")
    func retraction() throws {
        let table = EKFTable(bits: 2, parameters: try EKFParameters(priorVariance: 0.3), offsets: [Logit(clamping: 0)])
        let features = FeatureVector(indicators: [3])
        table.learn(features, loss: .bce, label: 0, weight: 1)
        let before = table.slot(at: 3)
        table.learn(features) { (BinaryLoss.bce.retraction(logit: Double($0.value), from: 0, to: 1, weight: 1), 0) }
        #expect(table.slot(at: 3).variance == before.variance)
        #expect((table.slot(at: 3).weight - before.weight - before.variance).magnitude < 1e-7)
    }

    @Test("A table restored from the touched slots of another scores and learns like it")
    func restoring() throws {
        var generator = NumericTestGenerator(for: "ekfRestoring")
        let parameters = try EKFParameters(priorVariance: 0.3, forgetting: 1e-4)
        let original = EKFTable(bits: 8, parameters: parameters, offsets: [Logit(clamping: -1)])
        let copy = EKFTable(bits: 8, parameters: parameters, offsets: [Logit(clamping: -1)])
        for _ in 0..<300 { learn(original, &generator) }
        original.forEachTouchedSlot { index, slot in copy.setSlot(slot, at: index) }
        var (left, right): ([UInt32], [UInt32]) = ([], [])
        original.takeChangedSlots(into: &left)
        copy.takeChangedSlots(into: &right)
        #expect(!left.isEmpty && left == right)
        for _ in 0..<300 {
            var twin = generator
            learn(original, &generator)
            learn(copy, &twin)
        }
        for index in 0..<UInt32(256) { #expect(original.slot(at: index) == copy.slot(at: index)) }
    }

    @Test("Absurd weights, values and priors leave every weight and variance in its domain", arguments: [1e-6, 1, 100])
    func adversarialStream(prior: Double) throws {
        var generator = NumericTestGenerator(for: "ekfAdversarial")
        let parameters = try EKFParameters(priorVariance: prior, forgetting: 1)
        let table = EKFTable(bits: 3, parameters: parameters, offsets: [Logit(clamping: 0)])
        let losses = try [BinaryLoss.weighted(positiveWeight: 1e9), .focal(gamma: 10, positiveWeight: 1e9), .bce]
        let weights = [Double(Float.greatestFiniteMagnitude), 1, Double(Float.leastNonzeroMagnitude), 0]
        let values: [Float] = [1e6, -1e6, 1, .leastNonzeroMagnitude, -0.0, 1e-20]
        for _ in 0..<20_000 {
            let features = FeatureVector(
                indicators: (0..<2).map { _ in .random(in: 0..<8, using: &generator) },
                valued: (0..<5).map { _ in
                    ValuedFeature(
                        index: .random(in: 0..<8, using: &generator),
                        value: values.randomElement(using: &generator) ?? 1)
                })
            table.learn(
                features, loss: losses.randomElement(using: &generator) ?? .bce,
                label: Bool.random(using: &generator) ? 1 : 0, weight: weights.randomElement(using: &generator) ?? 1)
        }
        for index in 0..<UInt32(8) {
            let slot = table.slot(at: index)
            #expect(EKFSlot(weight: slot.weight, variance: slot.variance) == slot)
            #expect(slot.variance <= Float(prior))
        }
    }

    @Test("Slots and parameters outside their domain are refused")
    func domains() {
        #expect(EKFSlot(weight: .nan, variance: 1) == nil && EKFSlot(weight: 0, variance: 0) == nil)
        #expect(EKFSlot(weight: 0, variance: .infinity) == nil && EKFSlot(weight: 0x1p61, variance: 1) == nil)
        #expect(throws: EKFParameterError.priorVarianceOutOfRange(0)) { try EKFParameters(priorVariance: 0) }
        #expect(throws: EKFParameterError.forgettingOutOfRange(-1)) {
            try EKFParameters(priorVariance: 1, forgetting: -1)
        }
        #expect(
            EKFParameterError.priorVarianceOutOfRange(0).description
                == "priorVariance is 0.0, but must lie in 1e-06 to 100.0; 0.1 to 1 is usual")
    }

    private func learn(_ table: EKFTable, _ generator: inout NumericTestGenerator) {
        let features = FeatureVector(
            indicators: (0..<6).map { _ in .random(in: 0..<256, using: &generator) },
            valued: [
                ValuedFeature(
                    index: .random(in: 0..<256, using: &generator), value: .random(in: -2...2, using: &generator))
            ])
        table.prefetch(features)
        table.learn(features, loss: .bce, label: Bool.random(using: &generator) ? 1 : 0, weight: 1)
    }
}
