// Lessons wait a moment for their memory. Nothing that reads a model may see that.

import ByteCoding
import OnlineLearning
import ScoringRecords
import Testing

@Suite("Lessons that wait for their memory")
struct LessonQueueTests {
    private func bytes(_ model: OnlineModel) -> [UInt8] {
        var writer = ByteWriter()
        model.encode(into: &writer) { _ in }
        return writer.bytes
    }

    /// Learns the same lessons with two models, of which one is read after each; fails unless both end alike.
    private func compare(_ specification: Specification, _ count: Int, _ name: String) {
        var generator = NumericTestGenerator(for: name)
        let (watched, alone) = (
            OnlineModel(specification: specification), OnlineModel(specification: specification)
        )
        var last = bytes(watched)
        for number in 0..<count {
            let features = FeatureVector(
                indicators: (0..<3).map { _ in UInt32.random(in: 0..<16, using: &generator) },
                valued: [ValuedFeature(index: 7, value: Float.random(in: -1...1, using: &generator))])
            let example = TrainingExample(
                head: Int.random(in: 0..<specification.heads.count, using: &generator), id: SmallModel.id(number),
                features: features,
                outcome: .observed(value: Bool.random(using: &generator) ? 1 : 0, weight: 1))
            for model in [watched, alone] {
                model.meet(features)
                model.learn(example)
                model.passTime(Timestamp(microseconds: Int64(number) * 1_000_000))
            }
            let now = bytes(watched)
            #expect(now != last, "\(name): lesson \(number) was not seen")
            last = now
        }
        #expect(bytes(alone) == last, "\(name), \(count) lessons")
        let publishers = [watched, alone].map { ModelPublisher(model: $0, epoch: 1, records: 0) }
        #expect(publishers[0].published.snapshot() == publishers[1].published.snapshot())
    }

    @Test("a model that is read after every lesson and one that is never read are the same", arguments: 1...9)
    func readingChangesNothing(count: Int) throws {
        let choices: [(String, OptimizerChoice)] = [
            ("ftrl", .ftrl(try FTRLParameters(alpha: 0.3))), ("portfolio", .portfolio(.standard, mixtureHalfLife: nil)),
            ("ekf", .ekf(try EKFParameters(priorVariance: 1))),
        ]
        for (name, optimizer) in choices {
            let specification = try SmallModel.specification(bits: 4, heads: 2, optimizer: optimizer)
            compare(specification, count, name)
        }
    }

    @Test("fading and expiry meet every lesson that came before them", arguments: [3, 40])
    func slotRules(count: Int) throws {
        var specification = try SmallModel.specification(bits: 4, heads: 1)
        specification.slots = SlotRules(
            halfLife: .time(.seconds(20)), admission: 2, expiry: .time(.seconds(30)))
        compare(specification, count, "rules")
    }

    @Test("a publisher's delta has the lesson that came just before it")
    func deltasAreUpToDate() throws {
        let model = OnlineModel(specification: try SmallModel.specification(bits: 4, heads: 1))
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        for number in 0..<5 {
            model.learn(
                TrainingExample(
                    head: 0, id: SmallModel.id(number), features: FeatureVector(indicators: [UInt32(number)]),
                    outcome: .observed(value: 1, weight: 1)))
            let delta = publisher.delta(records: UInt64(number + 1))
            #expect(delta.weights.map(\.index).contains { $0 / UInt32(SmallModel.served(model)) == UInt32(number) })
        }
    }
}

extension SmallModel {
    fileprivate static func served(_ model: OnlineModel) -> Int {
        model.specification.outputCount
            * model.specification.optimizer.servedNumbers(standardErrors: model.specification.standardErrors)
    }
}
