// The learner's state as a fold over the journal: resuming equals never having stopped, and only accepted records teach.

import ByteCoding
import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing

@Suite("The learner's fold")
struct LearnerFoldTests {
    /// A journal in which everything happens that can happen.
    private func journal(_ random: inout SeededGenerator, count: Int) -> [JournalRecord] {
        var records: [JournalRecord] = [.specificationMark]
        var now = 100.0
        for index in 0..<count {
            now += Double(random.below(4))
            let id = "\(random.below(40))"
            switch random.below(20) {
            case 0..<8:
                records.append(
                    .event(
                        id, now - Double(random.below(20)), slot: UInt32(random.below(64)),
                        number: Float(random.below(9)) - 2,
                        lanes: random.chance(0.5) ? SIMD8((0..<8).map { _ in Float(random.below(9)) - 4 }) : nil))
            case 8..<14:
                records.append(
                    .outcome(
                        id, now - Double(random.below(8)), head: UInt8(random.below(2)),
                        value: Float(random.below(3)) / 2,
                        weight: Float(random.below(3))))
            case 14..<17: records.append(.mark(UInt64(1 + random.below(3)), now, position: UInt64(index)))
            case 17: records.append(.sourceLeft(UInt64(1 + random.below(3))))
            case 18:
                let reason = random.pick(RejectionReason.allCases)
                records.append(
                    random.chance(0.5) ? .rejection(reason) : .rejections(reason, count: random.next() >> 2))
            case 19 where random.chance(0.2): records.append(.control(random.pick(LearningControl.allCases)))
            default: records.append(random.chance(0.2) ? .end(UInt64(1 + random.below(3))) : .mark(4, now - 50))
            }
        }
        return records
    }

    @Test("restored at any record, it ends with the same bytes as without the break")
    func resume() throws {
        var random = SeededGenerator()
        let policies: [[LabelPolicy]] = [
            [.wait, .wait], [.retract(after: .seconds(4)), .retract(after: .zero)],
            [.wait, .retract(after: .seconds(5))],
        ]
        for (optimizer, policies) in try TestSpecification.optimizers().flatMap({ choice in
            policies.map { (choice, $0) }
        }) {
            let specification = try TestSpecification.make(
                grace: .seconds(2), maximumPending: 12, policies: policies, optimizer: optimizer,
                orphanWindow: .seconds(9), maximumOrphans: 7, labelOutage: .seconds(6),
                guards: LearningGuards(gradientLimit: 0.7, biasLimit: BiasLimit(nats: 0.05, per: .seconds(20))))
            let records = journal(&random, count: 150)
            let whole = LearnerFold(specification: specification, specificationDigest: TestSpecification.digest)
            var states: [LearnerFold] = [try whole.restored()]
            for record in records {
                whole.take(record)
                states.append(try whole.restored())
                #expect(states.last?.bytes == whole.bytes)
            }
            for (cut, state) in states.enumerated() {
                for record in records[cut...] { state.take(record) }
                #expect(state.bytes == whole.bytes)
            }
            #expect(whole.sequence == UInt64(records.count))
        }
    }

    @Test("a specification mark starts everything afresh but the count of records")
    func specificationReset() throws {
        var random = SeededGenerator()
        let specification = try TestSpecification.make()
        let first = journal(&random, count: 80)
        let second = journal(&random, count: 80)
        let both = LearnerFold(specification: specification, specificationDigest: TestSpecification.digest)
        let alone = LearnerFold(specification: specification, specificationDigest: TestSpecification.digest)
        for record in first + second { both.take(record) }
        for record in second { alone.take(record) }
        #expect(both.sequence == alone.sequence + UInt64(first.count))
        #expect(both.modelBytes == alone.modelBytes)
        #expect(both.joins.events == alone.joins.events)
        #expect(both.joins.rejections == alone.joins.rejections)
    }

    @Test("records under another specification count and do nothing")
    func foreignSpecification() throws {
        var random = SeededGenerator()
        let fold = LearnerFold(
            specification: try TestSpecification.make(), specificationDigest: TestSpecification.digest)
        let empty = fold.modelBytes
        fold.take(.specification(digest: [1, 2, 3]))
        #expect(!fold.joins.isOwnSpecification)
        for record in journal(&random, count: 50).dropFirst() { fold.take(record) }
        #expect(fold.sequence == 51)
        #expect(fold.modelBytes == empty)
        #expect(fold.joins.events == 0)
        fold.take(.specificationMark)
        #expect(fold.joins.isOwnSpecification)
    }

    @Test("a record without effect leaves the model's bytes as they are")
    func rejectedRecords() throws {
        var random = SeededGenerator()
        let fold = LearnerFold(
            specification: try TestSpecification.make(maximumPending: 5), specificationDigest: TestSpecification.digest)
        var quarantined = 0
        for record in journal(&random, count: 2_000) {
            let before = fold.modelBytes
            let waiting = fold.joins.joiner.pendingCount
            if fold.take(record) != nil {
                quarantined += 1
                #expect(fold.modelBytes == before)
                #expect(fold.joins.joiner.pendingCount == waiting)
            }
        }
        #expect(quarantined > 100)
    }

    @Test("a head learns when its window closes: not before, and not from silence that says nothing")
    func learning() throws {
        let fold = LearnerFold.marked(try TestSpecification.make())
        fold.take(.mark(1, 0))
        fold.take(.event("a", 0))
        let observed = fold.modelBytes
        fold.take(.outcome("a", 5))
        #expect(fold.modelBytes == observed)
        fold.take(.mark(1, 11))
        #expect(fold.modelBytes == observed)  // head 1 closed unlabelled
        fold.take(.mark(1, 61))
        #expect(fold.modelBytes != observed)  // head 0 learned its positive
    }

    @Test(
        "a head that retracts learns from silence after its wait, corrects itself, and judges the final outcome alone")
    func retracting() throws {
        let fold = LearnerFold.marked(try TestSpecification.make(heads: 1, policies: [.retract(after: .seconds(10))]))
        /// The model after these lessons, by hand.
        func taught(_ lessons: [(Outcome, Outcome?)]) -> [UInt8] {
            let other = LearnerFold.marked(fold.specification)
            other.take(.event("a", 0, heads: 1))
            guard case .scored(let event) = JournalRecord.event("a", 0, heads: 1) else { return [] }
            for (outcome, corrected) in lessons {
                other.model.learn(
                    TrainingExample(
                        head: 0, id: event.id, features: event.features, outcome: outcome, corrected: corrected))
            }
            return other.modelBytes
        }
        let positive = Outcome.observed(value: 1, weight: 1)
        fold.take(.event("a", 0, heads: 1))
        fold.take(.mark(1, 10))
        #expect(fold.modelBytes == taught([]))
        fold.take(.mark(1, 11))
        #expect(fold.modelBytes == taught([(.silentNegative, nil)]))
        fold.take(.outcome("a", 20))
        #expect(fold.modelBytes == taught([(.silentNegative, nil), (positive, .silentNegative)]))
        fold.take(.outcome("a", 30, value: 0))
        let reversed = taught([
            (.silentNegative, nil), (positive, .silentNegative), (.silentNegative, positive),
        ])
        #expect(fold.modelBytes == reversed)
        #expect(fold.joins.joiner.counts.reversed == 1)
        fold.take(.end(1))
        #expect(fold.modelBytes != reversed)  // the recalibrator has judged the outcome
    }

    @Test("the numbers of an accepted event are observed once, those of a refused one never")
    func moments() throws {
        let fold = LearnerFold.marked(try TestSpecification.make())
        fold.take(.event("a", 0, number: 4))
        fold.take(.event("a", 0, number: 9))
        fold.take(.event("b", 0, number: 6))
        #expect(fold.model.moments == [NumberMoments(count: 2, mean: 5, squaredDeviations: 2)])
        #expect(fold.joins.events == 3)
        #expect(fold.joins.rejections == [.duplicateEvent: 1])
    }

    @Test("the order of the journal decides, and nothing else: two folds agree byte for byte")
    func determinism() throws {
        var random = SeededGenerator()
        let records = journal(&random, count: 500)
        let folds = try (0..<2).map { _ in
            LearnerFold(specification: try TestSpecification.make(), specificationDigest: TestSpecification.digest)
        }
        for fold in folds { for record in records { fold.take(record) } }
        #expect(folds[0].bytes == folds[1].bytes)
    }

    @Test("the bytes of a state say where its model's are")
    func modelRange() throws {
        var random = SeededGenerator()
        let fold = LearnerFold(
            specification: try TestSpecification.make(), specificationDigest: TestSpecification.digest)
        for record in journal(&random, count: 300) { _ = fold.fold(record) }
        var (whole, model) = (ByteWriter(), ByteWriter())
        fold.encode(into: &whole) { _ in }
        fold.model.encode(into: &model) { _ in }
        let (bytes, range) = fold.encoded()
        #expect(bytes == whole.bytes)
        #expect(Array(bytes[range]) == model.bytes)
    }

    @Test("bytes of another format, cut short, or with more behind them are refused")
    func refusals() throws {
        let fold = LearnerFold.marked(try TestSpecification.make())
        fold.take(.event("a", 0))
        fold.take(.outcome("a", 1))
        let good = fold.bytes
        func decode(_ bytes: [UInt8]) throws {
            var reader = ByteReader(bytes)
            _ = try LearnerFold(
                decoding: &reader, specification: fold.specification, specificationDigest: TestSpecification.digest)
        }
        try decode(good)
        for length in good.indices { #expect(throws: (any Error).self) { try decode(Array(good[..<length])) } }
        #expect(throws: (any Error).self) { try decode(good + [0]) }
        #expect(throws: FoldStateError.unknownFormat(9)) { try decode([9] + good.dropFirst()) }
    }

    @Test("a record is valid when its outputs, lanes, ordinals, heads and classes are those of the specification")
    func validity() throws {
        let specification = try TestSpecification.make()
        func isValid(_ record: JournalRecord) -> Bool {
            JoiningFold<WaitingEvent>.isValid(record, for: specification, numbers: 1)
        }
        // Above the slots' bits an index has its tag.
        #expect(isValid(.event("a", 0, slot: 63)) && isValid(.event("a", 0, slot: .max)))
        #expect(!isValid(.event("a", 0, lanes: .zero)))
        #expect(!isValid(.event("a", 0, heads: 1)))
        #expect(!isValid(.event("a", 0, heads: 3)))
        #expect(isValid(.outcome("a", 0, head: 1)))
        #expect(!isValid(.outcome("a", 0, head: 2)))
        #expect(!isValid(.specificationMark))
        #expect(isValid(.mark(1, 0)) && isValid(.sourceLeft(1)) && isValid(.rejection(.busy)))
        #expect(isValid(.rejections(.shed, count: 9)))
        #expect(!isValid(.control(.freeze)))
        #expect(!isValid(.modelPart([1])))
        #expect(!isValid(.rollback(Rollback(records: 1, byteCount: 1))))
        guard case .scored(var event) = JournalRecord.event("a", 0) else { return }
        event.numbers[0].ordinal = 1
        #expect(!isValid(.scored(event)))
        let label = Label(id: eventID("a"), head: 0, value: .category(0), time: at(0), weight: 1)
        #expect(!isValid(.label(label)))
        var classes = specification
        classes.heads[0].task = .classes(
            try ClassTask(loss: CategoricalLoss(classWeights: [1, 1]), classes: ["a", "b"]))
        func isValidClass(_ value: LabelValue) -> Bool {
            var label = label
            label.value = value
            return JoiningFold<WaitingEvent>.isValid(.label(label), for: classes, numbers: 1)
        }
        #expect(isValidClass(.category(1)) && !isValidClass(.category(2)) && !isValidClass(.share(1)))
        #expect(JoiningFold<WaitingEvent>.isValid(.event("a", 0, heads: 3), for: classes, numbers: 1))
        #expect(!JoiningFold<WaitingEvent>.isValid(.event("a", 0), for: classes, numbers: 1))
    }
}
