// What one lesson does to a model of one feature, worked out by hand, and which negatives are lessons at all.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

@Suite("Lessons and their corrections")
struct ModelLessonTests {
    /// FTRL-Proximal with α = ½ and β = 1 on one feature, from a base rate of ½.
    private struct OneFeature {
        let model: OnlineModel
        let publisher: ModelPublisher
        private let features = FeatureVector(indicators: [1])

        init(loss: BinaryLoss = .bce, negatives: Double = 1) throws {
            var specification = try SmallModel.specification(bits: 4, heads: 1, loss: loss)
            specification.optimizer = .ftrl(try FTRLParameters(alpha: 0.5))
            specification.heads[0].binary.baseRate = Probability(clamping: 0.5)
            specification.heads[0].binary.treatment = try LabelTreatment(keptNegatives: negatives)
            model = OnlineModel(specification: specification)
            publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        }

        /// The weight after one more lesson.
        func learn(_ new: Float?, from old: Float? = nil, id: EventID = SmallModel.id(0)) -> Double {
            model.learn(
                TrainingExample(
                    head: 0, id: id, features: features,
                    outcome: new.map { .observed(value: $0, weight: 1) } ?? .unlabelled,
                    corrected: old.map { .observed(value: $0, weight: 1) }))
            _ = publisher.delta(records: publisher.published.version.records + 1)
            return Double(publisher.published.snapshot().weights.first?.weight ?? 0)
        }

        var raw: Double {
            var scores: [OutputScore] = []
            publisher.published.score(features, into: &scores)
            return Double(scores[0].raw.value)
        }
    }

    /// One coordinate by the definition: z ← z + g − (√n′ − √n) w/α, n′ = n + g², w = −αz/(β + √n′).
    private struct Coordinate {
        var (z, n, weight) = (0.0, 0.0, 0.0)

        mutating func step(_ gradient: Double) -> Double {
            let next = n + gradient * gradient
            z += gradient - (next.squareRoot() - n.squareRoot()) / 0.5 * weight
            n = next
            weight = -0.5 * z / (1 + n.squareRoot())
            return weight
        }
    }

    // The table computes in Float: a few roundings of numbers below one.
    private func isClose(_ got: Double, _ want: Double) -> Bool { (got - want).magnitude < 1e-6 }

    @Test("silence at logit 0 pulls by ½, a late positive then by exactly −1, a reversal by exactly +1")
    func crossEntropy() throws {
        let one = try OneFeature()
        #expect(isClose(one.learn(0), -1.0 / 6))  // g = ½: n = ¼, z = ½, w = −½ · ½/1.5
        #expect(isClose(one.learn(1, from: 0), 0.069_401_29))  // g = −1: √n = 1.118, z = −.293989
        #expect(isClose(one.learn(0, from: 1), -0.130_598_7))  // g = +1: √n = 1.5, z = .652993
        var coordinate = Coordinate()
        for (gradient, weight) in [(0.5, -1.0 / 6), (-1, 0.069_401_29), (1, -0.130_598_7)] {
            #expect(isClose(coordinate.step(gradient), weight))
        }
    }

    @Test("a correction of a focal head steps along the difference of gradients at the logit of today")
    func focal() throws {
        let loss = try BinaryLoss.focal(gamma: 2, alpha: 0.25)
        let one = try OneFeature(loss: loss)
        var coordinate = Coordinate()
        for (new, old) in [(0, nil), (1, 0), (0, 1), (0.5, 0), (nil, 0.5)] as [(Float?, Float?)] {
            let z = one.raw
            let gradient = loss.retraction(
                logit: z, from: old.map { Double($0) }, to: new.map { Double($0) }, weight: 1)
            #expect(isClose(one.learn(new, from: old), coordinate.step(gradient)))
        }
    }

    @Test("a negative that is not kept teaches nothing, and its late positive is learned alone")
    func sampledOut() throws {
        let ids = (0..<1_000).map(SmallModel.id)
        let dropped = try #require(ids.first { !SampledOutcomes.keeps($0, share: 0.1) })
        let kept = try #require(ids.first { SampledOutcomes.keeps($0, share: 0.1) })
        let one = try OneFeature(negatives: 0.1)
        // A tenth of the negatives: even odds are served from odds of ten.
        #expect((one.raw - 2.302_585).magnitude < 1e-5)
        #expect(one.learn(0, id: dropped) == 0)
        // L′(ln 10, 1) = −1/11: z = −1/11, √n = 1/11, w = ½ · 1/11 / (12/11).
        #expect(isClose(one.learn(1, from: 0, id: dropped), 1.0 / 24))
        #expect(isClose(one.learn(1, from: 1, id: dropped), 1.0 / 24))
        let other = try OneFeature(negatives: 0.1)
        var coordinate = Coordinate()
        #expect(isClose(other.learn(0, id: kept), coordinate.step(10.0 / 11)))
        #expect(isClose(other.learn(1, from: 0, id: kept), coordinate.step(-1)))
    }

    @Test("an outcome that is not labelled teaches nothing, in any learner", arguments: SmallModel.optimizers)
    func unlabelled(optimizer: OptimizerChoice) throws {
        let model = OnlineModel(specification: try SmallModel.specification(heads: 1, optimizer: optimizer))
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let features = FeatureVector(indicators: [1])
        model.learn(TrainingExample(head: 0, id: SmallModel.id(0), features: features, outcome: .unlabelled))
        let zero = Logit(clamping: 0)
        model.judge(
            head: 0, scores: [OutputScore(raw: zero, mapped: zero, served: zero, lanes: .zero)], outcome: .unlabelled)
        let delta = publisher.delta(records: 1)
        #expect(delta.weights.isEmpty && delta.checksum == publisher.published.checksum)
        #expect(delta.heads == ModelReplica(specification: model.specification).snapshot().heads)
    }

    @Test("a correction moves a Kalman weight by the variance it has, and leaves that variance")
    func kalmanCorrection() throws {
        let parameters = try EKFParameters(priorVariance: 0.5)
        var specification = try SmallModel.specification(bits: 4, heads: 1, optimizer: .ekf(parameters))
        specification.heads[0].binary.baseRate = Probability(clamping: 0.5)
        let model = OnlineModel(specification: specification)
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let features = FeatureVector(indicators: [1])
        func learn(_ new: Outcome, from old: Outcome?) -> (weight: Double, variance: Double) {
            model.learn(
                TrainingExample(head: 0, id: SmallModel.id(0), features: features, outcome: new, corrected: old))
            _ = publisher.delta(records: publisher.published.version.records + 1)
            let numbers = publisher.published.snapshot().weights
            return (Double(numbers[0].weight), 0.5 - Double(numbers[1].weight))
        }
        // g = ½, h = ¼, v = ½: 1 + hv = 9/8, w = −¼ · 8/9, v = ½ − ¼ · ¼ · 8/9.
        let silent = learn(.silentNegative, from: nil)
        #expect(isClose(silent.weight, -2.0 / 9) && isClose(silent.variance, 4.0 / 9))
        let corrected = learn(.observed(value: 1, weight: 1), from: .silentNegative)
        #expect(isClose(corrected.weight, 2.0 / 9) && isClose(corrected.variance, 4.0 / 9))
    }

    // MARK: Sampling

    @Test("a share of negatives is kept, chosen by the id alone", arguments: [0.01, 0.1, 0.5])
    func share(share: Double) {
        var random = NumericTestGenerator(for: "share")
        let count = 20_000
        var kept = 0
        for _ in 0..<count {
            let id = SmallModel.id(Int.random(in: 0..<Int.max, using: &random))
            let isKept = SampledOutcomes.keeps(id, share: share)
            #expect(SampledOutcomes.keeps(id, share: share) == isKept)
            // Whoever is kept at a share is kept at every greater one.
            if isKept { #expect(SampledOutcomes.keeps(id, share: min(1, share * 1.5))) }
            kept += isKept ? 1 : 0
        }
        // Binomial, six standard deviations: passed by all but two seeds in a thousand million.
        let deviation = (Double(count) * share * (1 - share)).squareRoot()
        #expect((Double(kept) - Double(count) * share).magnitude < 6 * deviation)
    }

    @Test("the choice is part of what a journal folds to")
    func goldenChoice() {
        let kept = (0..<40).filter { SampledOutcomes.keeps(SmallModel.id($0), share: 0.2) }
        #expect(kept == [0, 15, 23, 24, 33, 37])
        #expect((0..<40).allSatisfy { SampledOutcomes.keeps(SmallModel.id($0), share: 1) })
    }

    // MARK: Calibration

    @Test("a tenth of the negatives under a focal loss serves what is observed", arguments: SmallModel.optimizers)
    func calibrated(optimizer: OptimizerChoice) throws {
        var random = NumericTestGenerator(for: "calibrated")
        var specification = try SmallModel.specification(
            bits: 4, heads: 1, loss: .focal(gamma: 2), optimizer: optimizer)
        specification.heads[0].binary.treatment = try LabelTreatment(keptNegatives: 0.1)
        let model = OnlineModel(specification: specification)
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        var scores: [OutputScore] = []
        var (served, mapped, observed, count) = (0.0, 0.0, 0.0, 0.0)
        for event in 0..<40_000 {
            let category = UInt32.random(in: 0..<8, using: &random)
            let features = FeatureVector(indicators: [15, category])
            publisher.published.score(features, into: &scores)
            let isPositive = Double.random(in: 0..<1, using: &random) < sigmoid(Double(category) * 0.5 - 4)
            let outcome = Outcome.observed(value: isPositive ? 1 : 0, weight: 1)
            model.learn(TrainingExample(head: 0, id: SmallModel.id(event), features: features, outcome: outcome))
            model.judge(head: 0, scores: scores, outcome: outcome)
            if event % 10 == 0 { _ = publisher.delta(records: UInt64(event)) }
            guard event >= 10_000 else { continue }
            served += sigmoid(Double(scores[0].served.value))
            mapped += sigmoid(Double(scores[0].mapped.value))
            observed += isPositive ? 1 : 0
            count += 1
        }
        // A mean rate of .13 over 30,000 events: a standard error of .0019. Of some 2,600 kept negatives and 3,900
        // positives the odds are known to 2.5 %, which is .0028 of the rate. Five times both together is .017.
        #expect((served - observed).magnitude < 0.017 * count, "served \(served / count), observed \(observed / count)")
        #expect((mapped - observed).magnitude < 0.017 * count, "mapped \(mapped / count), observed \(observed / count)")
    }
}
