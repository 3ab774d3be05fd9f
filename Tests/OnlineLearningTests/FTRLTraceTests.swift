// FTRL-Proximal against traces computed in 50 digits.

import OnlineLearning
import ScoringRecords
import Testing

private struct Trace: Decodable {
    struct Loss: Decodable { var gamma, c1, c0: Double }
    struct Hyper: Decodable { var alpha, beta, l1, l2: Double? }
    struct Event: Decodable { var features: [[Double]]; var y, w: Double }
    struct Slot: Decodable { var z, n, weight: Double? }
    struct Step: Decodable { var logit, grad: Double; var state_after: [String: Slot] }

    var algorithm: String
    var loss: Loss
    var hyper: Hyper
    var bias_offset: Double
    var events: [Event]
    var steps: [Step]
}

@Suite("FTRL-Proximal against reference traces")
struct FTRLTraceTests {
    @Test("Logits, states and weights follow the traces, with and without penalties, offset, weights and focal loss")
    func traces() throws {
        let fixture = try NumericFixture<Trace>(named: "optimizer_traces")
        let traces = fixture.cases.filter { $0.algorithm == "ftrl" }
        #expect(traces.count == 12)
        for trace in traces { try follow(trace, fixture.tolerance.float32) }
    }

    private func follow(_ trace: Trace, _ tolerance: Tolerance) throws {
        let loss = try BinaryLoss(
            gamma: trace.loss.gamma, positiveWeight: trace.loss.c1, negativeWeight: trace.loss.c0)
        let parameters = try FTRLParameters(
            alpha: #require(trace.hyper.alpha), beta: #require(trace.hyper.beta), l1: #require(trace.hyper.l1),
            l2: #require(trace.hyper.l2))
        let table = FTRLTable(bits: 4, parameters: parameters, offset: Logit(clamping: Float(trace.bias_offset)))
        for (event, step) in zip(trace.events, trace.steps) {
            let features = FeatureVector(
                valued: event.features.map { ValuedFeature(index: UInt32($0[0]), value: Float($0[1])) })
            let before = table.learn(features, loss: loss, label: event.y, weight: event.w)
            #expect(tolerance.accepts(Double(before.value), step.logit), "logit \(before), want \(step.logit)")
            for (name, want) in step.state_after {
                let index = try #require(UInt32(name))
                let got = table.slot(at: index)
                #expect(tolerance.accepts(Double(got.z), try #require(want.z)), "z \(got.z), want \(want)")
                #expect(tolerance.accepts(Double(got.n), try #require(want.n)), "n \(got.n), want \(want)")
                let weight = Double(table.weight(at: index))
                #expect(tolerance.accepts(weight, try #require(want.weight)), "weight \(weight), want \(want)")
            }
        }
    }
}
