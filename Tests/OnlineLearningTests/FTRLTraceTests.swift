// FTRL-Proximal against traces computed in 50 digits.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("FTRL-Proximal against reference traces")
struct FTRLTraceTests {
    @Test("Logits, states and weights follow the traces, with and without penalties, offset, weights and focal loss")
    func traces() throws {
        let fixture = try NumericFixture<OptimizerTrace>(named: "optimizer_traces")
        let traces = fixture.cases.filter { $0.algorithm == "ftrl" }
        #expect(traces.count == 12)
        for trace in traces { try follow(trace, fixture.tolerance.float32) }
    }

    private func follow(_ trace: OptimizerTrace, _ tolerance: Tolerance) throws {
        let loss = try trace.binaryLoss
        let parameters = try FTRLParameters(
            alpha: #require(trace.hyper.alpha), beta: #require(trace.hyper.beta), l1: #require(trace.hyper.l1),
            l2: #require(trace.hyper.l2))
        let table = FTRLTable(bits: 4, parameters: parameters, offsets: [Logit(clamping: Float(trace.bias_offset))])
        for (event, step) in zip(trace.events, trace.steps) {
            let before = table.learn(event.vector, loss: loss, label: event.y, weight: event.w)
            #expect(tolerance.accepts(Double(before.value), step.logit), "logit \(before), want \(step.logit)")
            for (name, want) in step.state_after {
                let index = try #require(UInt32(name))
                let got = table.slot(at: index)
                #expect(tolerance.accepts(Double(got.z), try #require(want.z)), "z \(got.z), want \(want)")
                let n = Double(got.rootOfN) * Double(got.rootOfN)
                #expect(tolerance.accepts(n, try #require(want.n)), "n \(n), want \(want)")
                let weight = Double(table.weight(at: index))
                #expect(tolerance.accepts(weight, try #require(want.weight)), "weight \(weight), want \(want)")
            }
        }
    }
}
