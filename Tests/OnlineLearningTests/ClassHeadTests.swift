// A head with classes in the model: it learns, is served as probabilities, and is taken back, with every optimizer.

import ByteCoding
import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

@Suite("Heads with classes")
struct ClassHeadTests {
    /// A binary head, a head with three classes, and a binary head again: outputs 0, 1…3, 4.
    private func specification(
        _ optimizer: OptimizerChoice, gamma: Double = 0, kept: Double = 1, standardErrors: Bool = false
    ) throws -> Specification {
        var specification = try SmallModel.specification(bits: 6, heads: 2, optimizer: optimizer)
        specification.standardErrors = standardErrors
        let task = try ClassTask(
            loss: CategoricalLoss(classWeights: [1, 3, 1], gamma: gamma), classes: ["none", "fraud", "refund"],
            baseRates: [0.8, 0.05, 0.15], kept: [kept, 1, 1])
        specification.heads.insert(
            HeadSpecification(
                name: "state", task: .classes(task), window: .seconds(60), missingLabel: .category(0)), at: 1)
        return specification
    }

    private func category(_ k: Int) -> Outcome { .category(UInt16(k), weight: 1) }

    private func scores(_ publisher: ModelPublisher, _ features: FeatureVector) -> [OutputScore] {
        var scores: [OutputScore] = []
        publisher.published.score(features, into: &scores)
        return scores
    }

    @Test("before any lesson the base rates are served", arguments: SmallModel.optimizers)
    func baseRates(optimizer: OptimizerChoice) throws {
        let specification = try specification(optimizer, gamma: 1.5, kept: 0.2)
        let publisher = ModelPublisher(
            model: OnlineModel(specification: specification), epoch: 1, records: 0)
        let scores = scores(publisher, FeatureVector(indicators: [3]))
        #expect(scores.count == 5 && specification.outputRanges == [0..<1, 1..<4, 4..<5])
        for (score, rate) in zip(scores, [0.05, 0.8, 0.05, 0.15, 0.05]) {
            #expect((sigmoid(Double(score.served.value)) - rate).magnitude < 1e-5)
            #expect(score.served == score.mapped)
        }
    }

    @Test(
        "classes are served as often as they come, whatever the loss and the sampling", arguments: SmallModel.optimizers
    )
    func calibrated(optimizer: OptimizerChoice) throws {
        var random = NumericTestGenerator(for: "classCalibrated")
        let model = OnlineModel(specification: try specification(optimizer, gamma: 1, kept: 0.3))
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        var (served, raw, observed, count) = ([0.0, 0, 0], [0.0, 0, 0], [0.0, 0, 0], 0.0)
        for event in 0..<40_000 {
            let group = UInt32.random(in: 0..<4, using: &random)
            let features = FeatureVector(indicators: [20, group])
            let scores = scores(publisher, features)
            let rates = [0.75 - 0.1 * Double(group), 0.05 + 0.05 * Double(group), 0.2 + 0.05 * Double(group)]
            let draw = Double.random(in: 0..<1, using: &random)
            let k = draw < rates[0] ? 0 : draw < rates[0] + rates[1] ? 1 : 2
            model.learn(TrainingExample(head: 1, id: SmallModel.id(event), features: features, outcome: category(k)))
            model.judge(head: 1, scores: scores, outcome: category(k))
            if event % 10 == 0 { _ = publisher.delta(records: UInt64(event)) }
            let probabilities = scores[1..<4].map { sigmoid(Double($0.served.value)) }
            #expect((probabilities.reduce(0, +) - 1).magnitude < 1e-5)
            guard event >= 10_000 else { continue }
            count += 1
            observed[k] += 1
            for j in 0..<3 {
                served[j] += probabilities[j]
                raw[j] += sigmoid(Double(scores[1 + j].raw.value))
            }
        }
        // A rate of .15 over 30,000 events has a standard error of .002, and the learner's own noise is of that size.
        for j in 0..<3 { #expect((served[j] - observed[j]).magnitude < 0.02 * count, "\(served) \(observed)") }
        // Weights and sampling bend the raw score far from it.
        #expect(raw[1] > 2 * observed[1] && raw[0] < 0.6 * observed[0], "\(raw) \(observed)")
    }

    @Test("a head learns its own outputs and no other's", arguments: SmallModel.optimizers)
    func independence(optimizer: OptimizerChoice) throws {
        let model = OnlineModel(specification: try specification(optimizer))
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let features = FeatureVector(indicators: [1, 2])
        let before = scores(publisher, features)
        model.learn(TrainingExample(head: 1, id: SmallModel.id(0), features: features, outcome: category(1)))
        _ = publisher.delta(records: 1)
        let after = scores(publisher, features)
        #expect(after[0] == before[0] && after[4] == before[4])
        #expect(after[2].raw > before[2].raw && after[1].raw < before[1].raw)
    }

    @Test("a correction takes the old class back: the gradient of the new less that of the old, both at today's logits")
    func correction() throws {
        let parameters = try FTRLParameters(alpha: 0.5)
        let specification = try specification(.ftrl(parameters))
        let model = OnlineModel(specification: specification)
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let features = FeatureVector(indicators: [1])
        let start = scores(publisher, features)[1..<4].map { Double($0.raw.value) }
        model.learn(TrainingExample(head: 1, id: SmallModel.id(0), features: features, outcome: category(0)))
        model.learn(
            TrainingExample(
                head: 1, id: SmallModel.id(0), features: features, outcome: category(1), corrected: category(0)))
        _ = publisher.delta(records: 2)
        // By hand, with u = (1, 3, 1): silence steps by p − 1(k = 0); then the difference is 3p − 3·1(1) − (p − 1(0)).
        func softmax(_ z: [Double]) -> [Double] {
            let sum = z.reduce(0) { $0 + exp($1) }
            return z.map { exp($0) / sum }
        }
        // ln p of the start, since p sums to 1.
        let offsets = start.map { -softplus(-$0) }
        var (z, n, w) = ([0.0, 0, 0], [0.0, 0, 0], [0.0, 0, 0])
        func step(_ gradient: [Double]) {
            for k in 0..<3 {
                let next = n[k] + gradient[k] * gradient[k]
                z[k] += gradient[k] - (next.squareRoot() - n[k].squareRoot()) / 0.5 * w[k]
                n[k] = next
                w[k] = -0.5 * z[k] / (1 + n[k].squareRoot())
            }
        }
        let first = softmax(offsets)
        step([first[0] - 1, first[1], first[2]])
        let second = softmax((0..<3).map { offsets[$0] + w[$0] })
        step([2 * second[0] + 1, 2 * second[1] - 3, 2 * second[2]])
        let weights = publisher.published.snapshot().weights
        #expect(weights.map(\.index) == [6, 7, 8])  // slot 1 of five outputs: numbers 5…9
        for (change, weight) in zip(weights, w) { #expect((Double(change.weight) - weight).magnitude < 1e-5) }
    }

    @Test("a class that sampling leaves out teaches nothing, and there is nothing of it to take back")
    func sampledOut() throws {
        let model = OnlineModel(specification: try specification(.ftrl(FTRLParameters(alpha: 0.5)), kept: 0.1))
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let dropped = try #require((0..<1_000).map(SmallModel.id).first { !SampledOutcomes.keeps($0, share: 0.1) })
        let features = FeatureVector(indicators: [1])
        func learn(_ new: Int, from old: Int?) -> [WeightChange] {
            model.learn(
                TrainingExample(
                    head: 1, id: dropped, features: features, outcome: category(new),
                    corrected: old.map { category($0) }))
            return publisher.delta(records: publisher.published.version.records + 1).weights
        }
        #expect(learn(0, from: nil).isEmpty)
        let late = learn(1, from: 0)
        let other = OnlineModel(specification: try specification(.ftrl(FTRLParameters(alpha: 0.5)), kept: 0.1))
        let otherPublisher = ModelPublisher(model: other, epoch: 1, records: 0)
        other.learn(TrainingExample(head: 1, id: dropped, features: features, outcome: category(1)))
        #expect(late == otherPublisher.delta(records: 1).weights)
    }

    @Test("a model with classes restores to the same bytes and goes on alike", arguments: SmallModel.optimizers)
    func restoring(optimizer: OptimizerChoice) throws {
        var random = NumericTestGenerator(for: "classRestoring")
        let specification = try specification(optimizer)
        let model = OnlineModel(specification: specification)
        func train(_ model: OnlineModel, _ random: inout NumericTestGenerator) {
            for event in 0..<300 {
                let (features, _) = SmallModel.event(bits: 6, &random)
                let k = Int.random(in: 0..<3, using: &random)
                model.learn(
                    TrainingExample(head: 1, id: SmallModel.id(event), features: features, outcome: category(k)))
                let score = OutputScore(
                    raw: Logit(clamping: 0), mapped: Logit(clamping: -0.7), served: Logit(clamping: -0.7),
                    lanes: optimizer.hasLanes ? SIMD8(repeating: 0.5) : nil)
                model.judge(head: 1, scores: Array(repeating: score, count: 5), outcome: category(k))
            }
        }
        func bytes(_ model: OnlineModel) -> [UInt8] {
            var writer = ByteWriter()
            model.encode(into: &writer) { _ in }
            return writer.bytes
        }
        train(model, &random)
        let copy = OnlineModel(specification: specification)
        var reader = ByteReader(bytes(model))
        try copy.decode(&reader)
        try reader.expectEnd()
        #expect(bytes(copy) == bytes(model))
        var again = random
        train(model, &random)
        train(copy, &again)
        #expect(bytes(copy) == bytes(model))
    }

    @Test(
        "where it is asked for, every output has a standard error that falls with evidence",
        arguments: SmallModel.optimizers)
    func standardErrors(optimizer: OptimizerChoice) throws {
        let model = OnlineModel(specification: try specification(optimizer, standardErrors: true))
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let features = FeatureVector(indicators: [1], valued: [ValuedFeature(index: 2, value: 0.5)])
        let before = publisher.published.standardErrors(features)
        for event in 0..<400 {
            let outcome = category(event % 3)
            model.learn(TrainingExample(head: 1, id: SmallModel.id(event), features: features, outcome: outcome))
        }
        _ = publisher.delta(records: 1)
        let after = publisher.published.standardErrors(features)
        #expect(before.count == 5)
        for output in 0..<5 {
            let (old, new) = (try #require(before[output]), try #require(after[output]))
            #expect(old > 0 && new > 0)
            #expect((1..<4).contains(output) ? new < old : new == old)
        }
    }

    @Test("a single learner's standard error is that of its table")
    func tableStandardError() throws {
        let parameters = try FTRLParameters(alpha: 0.3)
        var specification = try SmallModel.specification(bits: 6, heads: 1, optimizer: .ftrl(parameters))
        specification.standardErrors = true
        let model = OnlineModel(specification: specification)
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let offset = CompositeMap(loss: .bce).initialOffset(baseRate: specification.heads[0].binary.baseRate)
        let table = FTRLTable(bits: 6, parameters: parameters, offsets: [offset])
        var random = NumericTestGenerator(for: "tableStandardError")
        for event in 0..<300 {
            let (features, _) = SmallModel.event(bits: 6, &random)
            let told = try #require(publisher.published.standardErrors(features)[0])
            // Rates are told as what they have fallen by: some roundings of .3 per feature.
            #expect((told - table.logitStandardError(of: features)).magnitude < 1e-5)
            let label: Float = event % 3 == 0 ? 1 : 0
            model.learn(
                TrainingExample(
                    head: 0, id: SmallModel.id(event), features: features, outcome: .observed(value: label, weight: 1)))
            table.learn(features, loss: .bce, label: Double(label), weight: 1)
            _ = publisher.delta(records: UInt64(event + 1))
        }
    }

    @Test("tags change no score and no lesson", arguments: SmallModel.optimizers)
    func tags(optimizer: OptimizerChoice) throws {
        let specification = try specification(optimizer)
        let (plain, tagged) = (OnlineModel(specification: specification), OnlineModel(specification: specification))
        let publishers = [plain, tagged].map { ModelPublisher(model: $0, epoch: 1, records: 0) }
        let features = FeatureVector(indicators: [1, 63], valued: [ValuedFeature(index: 9, value: 2)])
        let others = FeatureVector(
            indicators: [1 | 7 << 6, 63 | 1 << 31], valued: [ValuedFeature(index: 9 | 5 << 6, value: 2)])
        for head in 0..<3 {
            let outcome = head == 1 ? category(2) : Outcome.observed(value: 1, weight: 2)
            plain.learn(TrainingExample(head: head, id: SmallModel.id(0), features: features, outcome: outcome))
            tagged.learn(TrainingExample(head: head, id: SmallModel.id(0), features: others, outcome: outcome))
        }
        #expect(publishers[0].delta(records: 1) == publishers[1].delta(records: 1))
        #expect(scores(publishers[0], features) == scores(publishers[1], others))
    }
}
