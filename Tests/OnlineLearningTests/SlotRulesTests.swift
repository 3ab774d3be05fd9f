// Slots that fade, are let in and are given up, and a census of them.

import ByteCoding
import OnlineLearning
import ScoringRecords
import Testing

@Suite("The rules for slots")
struct SlotRulesTests {
    /// A model whose replica tells every weight and every learning rate, and one feature in slot 5.
    private struct Kept {
        let model: OnlineModel
        let publisher: ModelPublisher
        let numbers: Int
        static let feature = FeatureVector(indicators: [5])
        static let other = FeatureVector(indicators: [9])

        init(_ rules: SlotRules, _ optimizer: OptimizerChoice? = nil) throws {
            var specification = try SmallModel.specification(bits: 4, heads: 1, optimizer: optimizer)
            specification.slots = rules
            specification.standardErrors = true
            numbers = specification.optimizer.servedNumbers(standardErrors: true)
            model = OnlineModel(specification: specification)
            publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        }

        func learn(_ features: FeatureVector = feature, times: Int = 1) {
            for time in 0..<times {
                model.learn(
                    TrainingExample(
                        head: 0, id: SmallModel.id(time), features: features,
                        outcome: .observed(value: time % 4 == 0 ? 1 : 0, weight: 1)))
            }
        }

        /// What is served of slot 5: weights, then by how much rates or variances have fallen.
        var served: [Float] {
            _ = publisher.delta(records: publisher.published.version.records + 1)
            var served = [Float](repeating: 0, count: numbers)
            for change in publisher.published.snapshot().weights where Int(change.index) / numbers == 5 {
                served[Int(change.index) % numbers] = change.weight
            }
            return served
        }

        var bytes: [UInt8] {
            var writer = ByteWriter()
            model.encode(into: &writer) { _ in }
            return writer.bytes
        }
    }

    private func isClose(_ left: Float, _ right: Float, _ tolerance: Float) -> Bool {
        (left - right).magnitude <= tolerance * max(left.magnitude, right.magnitude)
    }

    // MARK: Fading

    @Test("after a half-life of events the evidence counts half: the weight stays, the learning rate recovers")
    func halfLifeOfEvents() throws {
        let parameters = try FTRLParameters(alpha: 0.3)
        let kept = try Kept(SlotRules(halfLife: .events(1_600)), .ftrl(parameters))
        kept.learn(times: 4_000)
        let before = kept.served
        let empty = Float(0.3)
        // Rates are α/(1 + √n).
        let n = { (served: [Float]) in
            let root = empty / (empty - served[1]) - 1
            return root * root
        }
        for _ in 0..<1_600 { kept.model.meet(Kept.other) }
        let after = kept.served
        #expect(isClose(n(after), n(before) / 2, 1e-3))
        // √n is about 27, so half of it in n is a hundredth of the weight.
        #expect(isClose(after[0], before[0], 0.02) && after[0].magnitude < before[0].magnitude)
        for _ in 0..<1_600 * 60 { kept.model.meet(Kept.other) }
        #expect(kept.served == [0, 0])
    }

    @Test(
        "however event time comes, in small steps or in one, the evidence fades alike", arguments: SmallModel.optimizers
    )
    func halfLifeOfTime(optimizer: OptimizerChoice) throws {
        let start = Timestamp(microseconds: 1_000_000_000_000)
        let rules = SlotRules(halfLife: .time(.days(1)))
        let (slow, fast) = (try Kept(rules, optimizer), try Kept(rules, optimizer))
        for kept in [slow, fast] {
            kept.learn(times: 500)
            kept.model.passTime(start)
        }
        let before = slow.served
        for minute in 1...(3 * 24 * 60) { slow.model.passTime(start.advanced(by: .seconds(Int64(minute) * 60))) }
        fast.model.passTime(start.advanced(by: .days(3)))
        let (left, right) = (slow.served, fast.served)
        for (one, other) in zip(left, right) { #expect(isClose(one, other, 1e-4)) }
        #expect(left != before)
        // Time that stands still, goes back or is not known yet fades nothing.
        let bytes = fast.bytes
        for time in [start, .distantPast, .distantFuture, start.advanced(by: .days(3))] { fast.model.passTime(time) }
        #expect(fast.bytes == bytes)
        fast.model.passTime(start.advanced(by: .days(36_000)))
        #expect(fast.served.allSatisfy { $0 == 0 })
    }

    @Test("a Kalman weight fades to its prior by its natural parameters")
    func kalman() throws {
        let kept = try Kept(
            SlotRules(halfLife: .events(1_000)), .ekf(try EKFParameters(priorVariance: 0.5)))
        kept.learn(times: 30)
        let before = kept.served
        for _ in 0..<1_000 { kept.model.meet(Kept.other) }
        let after = kept.served
        // 1/V and w/V are halved, 1/v₀ takes over the other half of 1/V.
        let (v, faded) = (0.5 - before[1], 0.5 - after[1])
        #expect(isClose(1 / faded, 0.5 / v + 0.5 / 0.5, 1e-3))
        #expect(isClose(after[0] / faded, before[0] / v / 2, 1e-3))
    }

    // MARK: Admission

    @Test(
        "a feature learns once enough events have had it, and each lesson before that is none",
        arguments: SmallModel.optimizers)
    func admission(optimizer: OptimizerChoice) throws {
        let kept = try Kept(SlotRules(admission: 3), optimizer)
        for _ in 0..<2 {
            kept.model.meet(Kept.feature)
            kept.learn()
        }
        #expect(kept.served.allSatisfy { $0 == 0 })
        kept.model.meet(Kept.feature)
        kept.learn()
        #expect(kept.served[0] != 0)
        let plain = try Kept(SlotRules(), optimizer)
        plain.learn()
        #expect(plain.served == kept.served)
    }

    @Test("features that are met once let hardly any of their kind in, however many they are")
    func rareFeatures() throws {
        var specification = try SmallModel.specification(bits: 14, heads: 1)
        specification.slots = SlotRules(admission: 4)
        let model = OnlineModel(specification: specification)
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        var random = NumericTestGenerator(for: "rareFeatures")
        func meet(_ features: FeatureVector) {
            model.meet(features)
            model.learn(
                TrainingExample(head: 0, id: SmallModel.id(0), features: features, outcome: .silentNegative))
        }
        let frequent = (0..<100).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
        for _ in 0..<40_000 {
            meet(FeatureVector(indicators: [UInt32.random(in: 0...UInt32.max, using: &random)]))
            meet(FeatureVector(indicators: [frequent[Int.random(in: 0..<100, using: &random)]]))
        }
        _ = publisher.delta(records: 1)
        let learned = Set(publisher.published.snapshot().weights.map(\.index))
        #expect(frequent.allSatisfy { learned.contains($0 & 0x3FFF) })
        // Without a rule 40,000 features fill 91 % of 16,384 slots. With it 4 % of them are let in by mistake, into slots
        // of which some are the same.
        #expect(learned.count < 2_400, "\(learned.count) of 16384")
    }

    // MARK: Expiry

    @Test(
        "a slot without an event for the time given, and an eighth at most, is empty again",
        arguments: SmallModel.optimizers)
    func expiry(optimizer: OptimizerChoice) throws {
        let kept = try Kept(SlotRules(expiry: .events(1_600)), optimizer)
        kept.model.meet(Kept.feature)
        kept.learn(times: 10)
        for _ in 0..<1_599 { kept.model.meet(Kept.other) }
        #expect(kept.served[0] != 0 && kept.model.expiredSlots == 0)
        // Met again, it has all of its time again.
        kept.model.meet(Kept.feature)
        for _ in 0..<1_599 { kept.model.meet(Kept.other) }
        #expect(kept.served[0] != 0)
        for _ in 0..<202 { kept.model.meet(Kept.other) }
        #expect(kept.served.allSatisfy { $0 == 0 } && kept.model.expiredSlots == 1)
        // Slot 9 was in use all the time.
        kept.learn(Kept.other)
        #expect(kept.model.expiredSlots == 1)
    }

    @Test("a slot that was given up must be let in again")
    func expiryAndAdmission() throws {
        let kept = try Kept(SlotRules(admission: 2, expiry: .time(.days(8))))
        let start = Timestamp(microseconds: 0)
        kept.model.passTime(start)
        for _ in 0..<2 { kept.model.meet(Kept.feature) }
        kept.learn()
        #expect(kept.served[0] != 0)
        kept.model.passTime(start.advanced(by: .days(10)))
        #expect(kept.served[0] == 0)
        kept.learn()
        #expect(kept.served[0] == 0)
    }

    // MARK: State

    @Test("rules go on from a checkpoint as if they had never stopped", arguments: SmallModel.optimizers)
    func restoring(optimizer: OptimizerChoice) throws {
        var random = NumericTestGenerator(for: "slotRestoring")
        let rules = SlotRules(halfLife: .events(1_000), admission: 3, expiry: .time(.seconds(100)))
        let whole = try Kept(rules, optimizer)
        func live(_ kept: Kept, _ seconds: Range<Int>, _ random: inout NumericTestGenerator) {
            for second in seconds {
                let (features, _) = SmallModel.event(bits: 4, &random)
                kept.model.meet(features)
                kept.learn(features)
                kept.model.passTime(Timestamp(microseconds: Int64(second) * 1_000_000))
            }
        }
        live(whole, 0..<700, &random)
        let resumed = try Kept(rules, optimizer)
        var reader = ByteReader(whole.bytes)
        try resumed.model.decode(&reader)
        try reader.expectEnd()
        #expect(resumed.bytes == whole.bytes)
        var again = random
        live(whole, 700..<1_500, &random)
        live(resumed, 700..<1_500, &again)
        #expect(resumed.bytes == whole.bytes)
        for length in stride(from: 0, to: whole.bytes.count, by: 7) {
            var reader = ByteReader(Array(whole.bytes[..<length]))
            #expect(throws: (any Error).self) { try Kept(rules, optimizer).model.decode(&reader) }
        }
    }

    @Test("without a rule there is nothing of it in the state")
    func off() throws {
        let kept = try Kept(SlotRules())
        let bytes = kept.bytes
        kept.model.meet(Kept.feature)
        kept.model.passTime(Timestamp(microseconds: 5))
        #expect(kept.bytes == bytes)
    }

    // MARK: Census

    @Test(
        "load and collisions are those of features thrown at random, at every table size", arguments: [6, 12, 16, 20])
    func census(bits: Int) {
        var random = NumericTestGenerator(for: "census")
        var census = SlotCensus(bits: bits)
        let slots = Double(1 << bits)
        let count = Int(slots * 0.7)
        #expect(census.loadFactor == 0 && census.collisionRate == nil && census.sharedSlots == nil)
        let features = (0..<count).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
        // Twice, so that the second time every feature of a shared slot but the first is a stranger.
        for _ in 0..<2 { for index in features { census.meet(FeatureVector(indicators: [index])) } }
        let load = Double(count) / slots
        let used = 1 - Double(exponential(-load))
        // Six standard errors of a share among the slots followed.
        let error = 6 * (0.25 / Double(census.sample)).squareRoot()
        #expect((census.loadFactor - used).magnitude < error)
        let shared = 1 - load * exponential(-load) / used
        #expect(((census.sharedSlots ?? 0) - shared).magnitude < error / used)
        let strangers = 1 - used / load
        #expect(((census.collisionRate ?? 0) - strangers).magnitude < 2 * error)
    }

    @Test("a valued feature and one with another tag count as what they are")
    func censusTags() {
        var census = SlotCensus(bits: 4)
        census.meet(FeatureVector(indicators: [3, 3], valued: [ValuedFeature(index: 3, value: 2)]))
        #expect(census.collisionRate == 0 && census.sharedSlots == 0 && census.loadFactor == 1 / 16)
        census.meet(FeatureVector(indicators: [3 | 1 << 4]))
        #expect(census.collisionRate == 0.25 && census.sharedSlots == 1)
    }
}

/// e^x by its series, for the small arguments of these tests.
private func exponential(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for n in 1..<30 {
        term *= x / Double(n)
        sum += term
    }
    return sum
}
