// Classes that do not exclude each other: one binary loss per label, each with its own positive weight.

import OnlineLearning
import Testing

private struct MultiLabelCase: Decodable {
    var logits, targets, pos_weight, loss, grad: [Double]
    var sum, mean: Double
}

@Suite("Multi-label losses")
struct MultiLabelTests {
    @Test("One weighted cross-entropy per label gives the reference losses, gradients, sum and mean")
    func referenceValues() throws {
        let fixture = try NumericFixture<MultiLabelCase>(named: "loss_multilabel")
        let tolerance = fixture.tolerance.double
        #expect(fixture.cases.count == 3)
        for c in fixture.cases {
            var sum = 0.0
            for k in c.logits.indices {
                let loss = try BinaryLoss.weighted(positiveWeight: c.pos_weight[k])
                let value = loss.value(logit: c.logits[k], label: c.targets[k], weight: 1)
                #expect(tolerance.accepts(value, c.loss[k]))
                #expect(tolerance.accepts(loss.gradient(logit: c.logits[k], label: c.targets[k], weight: 1), c.grad[k]))
                sum += value
            }
            #expect(tolerance.accepts(sum, c.sum) && tolerance.accepts(sum / Double(c.logits.count), c.mean))
        }
    }
}
