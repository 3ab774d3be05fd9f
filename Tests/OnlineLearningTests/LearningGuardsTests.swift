// What no lesson may exceed: the gradient limit, and the speed of the bias.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("Guards on lessons")
struct LearningGuardsTests {
    /// A model whose events have the bias and one other feature.
    private final class Subject {
        let model: OnlineModel
        let features: FeatureVector
        let bias: FeatureVector
        private let publisher: ModelPublisher

        init(_ guards: LearningGuards, optimizer: OptimizerChoice, loss: BinaryLoss = .bce) throws {
            var specification = try SmallModel.specification(bits: 8, heads: 1, loss: loss, optimizer: optimizer)
            specification.guards = guards
            specification.heads[0].binary.baseRate = Probability(clamping: 0.5)
            model = OnlineModel(specification: specification)
            publisher = ModelPublisher(model: model, epoch: 1, records: 0)
            let none = FeatureExtractor(definitions: [], bits: 8)
            var numbers: [NumberObservation] = []
            var scratch: [UInt64] = []
            var bias = FeatureVector()
            try none.extract(
                FieldValues(fieldCount: 0), moments: [], scratch: &scratch, into: &bias, numbers: &numbers)
            self.bias = bias
            let other = UInt32(bias.indicators[0] & 255 == 7 ? 8 : 7)
            features = FeatureVector(indicators: bias.indicators + [other])
        }

        func learn(_ value: Float, weight: Float = 1, times: Int = 1) {
            for _ in 0..<times {
                model.learn(
                    TrainingExample(
                        head: 0, id: SmallModel.id(0), features: features,
                        outcome: .observed(value: value, weight: weight)))
            }
        }

        /// The raw logit of features.
        func logit(_ features: FeatureVector) -> Double {
            var scores: [OutputScore] = []
            _ = publisher.delta(records: publisher.published.version.records + 1)
            publisher.published.score(features, into: &scores)
            return Double(scores[0].raw.value)
        }

        var counts: HeadSummary { model.summary(ofHead: 0) }
    }

    private static func optimizers() throws -> [OptimizerChoice] {
        try [
            .ftrl(FTRLParameters(alpha: 0.5)), .portfolio(.standard, mixtureHalfLife: 300),
            .ekf(EKFParameters(priorVariance: 0.3, forgetting: 0)),
        ]
    }

    @Test("an example beyond the gradient limit teaches what one at the limit does, and is counted")
    func gradientLimit() throws {
        for optimizer in try Self.optimizers() {
            let guards = LearningGuards(gradientLimit: 2)
            let (absurd, atLimit) = (
                try Subject(guards, optimizer: optimizer), try Subject(LearningGuards(), optimizer: optimizer)
            )
            // From a logit of 0 the gradient of a positive is −w/2.
            absurd.learn(1, weight: 1e6)
            atLimit.learn(1, weight: 4)
            if case .ekf = optimizer {
                // A filter knows the curvature of the weight as well: it does not believe the rest of the step.
                #expect(absurd.logit(absurd.features) <= atLimit.logit(atLimit.features))
            } else {
                #expect(absurd.logit(absurd.features) == atLimit.logit(atLimit.features))
            }
            #expect(absurd.counts.cutLessons == 1 && atLimit.counts.cutLessons == 0)
        }
    }

    @Test("one example of an absurd weight does not silence those that follow")
    func notSilenced() throws {
        let optimizer = OptimizerChoice.ftrl(try FTRLParameters(alpha: 0.5))
        let guarded = try Subject(LearningGuards(), optimizer: optimizer)
        let open = try Subject(
            LearningGuards(gradientLimit: LearningGuards.gradientLimitRange.upperBound), optimizer: optimizer)
        for subject in [guarded, open] {
            subject.learn(1, weight: 1e6)
            subject.learn(0, times: 10_000)
        }
        #expect(guarded.logit(guarded.features) < 0)
        #expect(open.logit(open.features) > 0.1)
    }

    @Test("within a span of time the bias moves as far as allowed and one step more; other features go on")
    func biasLimit() throws {
        for optimizer in try Self.optimizers() {
            let limit = BiasLimit(nats: 0.2, per: .seconds(60))
            let subject = try Subject(LearningGuards(biasLimit: limit), optimizer: optimizer)
            let free = try Subject(LearningGuards(), optimizer: optimizer)
            subject.model.passTime(Timestamp(microseconds: 0))
            for model in [subject, free] { model.learn(1, times: 500) }
            let (held, unheld) = (subject.logit(subject.bias), free.logit(free.bias))
            #expect(unheld > 0.5)
            #expect(held >= 0.2 && held < unheld)
            #expect(subject.counts.heldLessons > 0 && free.counts.heldLessons == 0)
            #expect(subject.logit(subject.features) > held)
            // Against the direction it is free at once.
            let heldSoFar = subject.counts.heldLessons
            subject.learn(0)
            #expect(subject.counts.heldLessons == heldSoFar)
            #expect(subject.logit(subject.bias) < held)
            // The next span begins where the last one has ended.
            subject.model.passTime(Timestamp(microseconds: 59_999_999))
            let before = subject.logit(subject.bias)
            subject.model.passTime(Timestamp(microseconds: 60_000_000))
            subject.learn(1, times: 500)
            #expect(subject.logit(subject.bias) >= before + 0.15)
        }
    }

    @Test("a guard that never has to act changes no weight")
    func idle() throws {
        for optimizer in try Self.optimizers() {
            let guards = LearningGuards(biasLimit: BiasLimit(nats: 100, per: .days(1)))
            let (watched, free) = (
                try Subject(guards, optimizer: optimizer), try Subject(LearningGuards(), optimizer: optimizer)
            )
            for subject in [watched, free] {
                subject.model.passTime(Timestamp(microseconds: 0))
                for value: Float in [1, 0, 0, 1, 1, 0.5] { subject.learn(value, weight: 2) }
            }
            #expect((watched.logit(watched.features) - free.logit(free.features)).magnitude == 0)
            #expect(watched.counts.heldLessons == 0)
        }
    }
}
