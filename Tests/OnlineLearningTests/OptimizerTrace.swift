// The traces of all optimizers, as the fixture has them.

import OnlineLearning
import ScoringRecords

struct OptimizerTrace: Decodable {
    struct Loss: Decodable { var gamma, c1, c0: Double }
    struct Hyper: Decodable { var alpha, beta, l1, l2, v0, forget: Double? }
    struct Event: Decodable { var features: [[Double]]; var y, w: Double }
    struct Slot: Decodable { var z, n, weight, variance: Double? }
    struct Step: Decodable {
        var logit, grad: Double; var score_variance_before: Double?; var state_after: [String: Slot]
    }

    var algorithm: String
    var loss: Loss
    var hyper: Hyper
    var bias_offset: Double
    var events: [Event]
    var steps: [Step]

    var binaryLoss: BinaryLoss {
        get throws { try BinaryLoss(gamma: loss.gamma, positiveWeight: loss.c1, negativeWeight: loss.c0) }
    }
}

extension OptimizerTrace.Event {
    var vector: FeatureVector {
        FeatureVector(valued: features.map { ValuedFeature(index: UInt32($0[0]), value: Float($0[1])) })
    }
}
