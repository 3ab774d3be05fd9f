// Going back to an earlier model: the state is still a fold of the journal, and nothing is taken back that the model
// does not know.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("Rolling a model back")
struct RollbackTests {
    private func fold(_ optimizer: OptimizerChoice? = nil) throws -> LearnerFold {
        LearnerFold.marked(
            try TestSpecification.make(
                policies: [.retract(after: .seconds(5)), .retract(after: .seconds(5))], optimizer: optimizer))
    }

    private func rollback(to earlier: LearnerFold, partBytes: Int = 100) -> [JournalRecord] {
        let state = earlier.rollbackState()
        let parts = stride(from: 0, to: state.count, by: partBytes).map {
            JournalRecord.modelPart(Array(state[$0..<min($0 + partBytes, state.count)]))
        }
        return parts + [.rollback(Rollback(records: earlier.sequence, byteCount: UInt64(state.count)))]
    }

    @Test("brings back the model byte for byte, whatever learns, and leaves what waits")
    func model() throws {
        for optimizer in try TestSpecification.optimizers() {
            let lanes: SIMD8<Float>? = optimizer.hasLanes ? .zero : nil
            let fold = try fold(optimizer)
            fold.take(.event("a", 0, lanes: lanes))
            fold.take(.outcome("a", 1))
            let earlier = try fold.restored()
            fold.take(.event("b", 2, lanes: lanes))
            fold.take(.outcome("b", 3))
            #expect(fold.modelBytes != earlier.modelBytes)
            for record in rollback(to: earlier) { #expect(fold.take(record) == nil) }
            #expect(fold.modelBytes == earlier.modelBytes)
            #expect(fold.joins.joiner.pendingCount == 2)
            #expect(fold.joins.labels == 2)
        }
    }

    @Test("a lesson that was taken back is not learned again by itself, and is by a label that comes later")
    func forgotten() throws {
        let fold = try fold()
        fold.take(.event("silent", 0))
        let earlier = try fold.restored()
        fold.take(.event("poisoned", 1))
        fold.take(.outcome("poisoned", 2))
        fold.take(.mark(1, 6))  // silence is learned of the first
        for record in rollback(to: earlier) { fold.take(record) }
        let back = fold.modelBytes
        #expect(back == earlier.modelBytes)
        let (closing, labelled) = (try fold.restored(), try fold.restored())
        // Windows close: both are judged, and nothing is learned of them. The line of recalibration counts what is judged.
        let untaught = try self.fold()
        closing.take(.mark(1, 200))
        #expect(closing.joins.joiner.pendingCount == 0)
        #expect(weights(closing) == weights(earlier))
        #expect(weights(closing) == weights(untaught))
        // A label that comes after the rollback teaches in full, as a first lesson.
        labelled.take(.outcome("poisoned", 3, value: 0))
        #expect(labelled.modelBytes != back)
        let alone = try self.fold()
        alone.take(.event("poisoned", 1))
        alone.take(.outcome("poisoned", 3, value: 0))
        #expect(weights(labelled) == weights(alone))
    }

    @Test("a lesson learned before the checkpoint and corrected after it is corrected from what the model knows")
    func correctedSince() throws {
        let fold = try fold()
        fold.take(.event("a", 0))
        fold.take(.outcome("a", 1))
        let earlier = try fold.restored()
        fold.take(.outcome("a", 2, value: 0))
        for record in rollback(to: earlier) { fold.take(record) }
        fold.take(.outcome("a", 3, value: 0.5))
        earlier.take(.outcome("a", 3, value: 0.5))
        #expect(weights(fold) == weights(earlier))
    }

    @Test("stopped and restored at any record of it, it ends in the same bytes")
    func resumed() throws {
        let fold = try fold()
        fold.take(.event("a", 0))
        let earlier = try fold.restored()
        fold.take(.outcome("a", 1))
        let records = rollback(to: earlier) + [.event("b", 2), .outcome("b", 3), .mark(1, 200)]
        let cuts = try (0...records.count).map { cut in
            let state = try fold.restored()
            for record in records[..<cut] { state.take(record) }
            return try state.restored()
        }
        for record in records { fold.take(record) }
        for (cut, state) in cuts.enumerated() {
            for record in records[cut...] { state.take(record) }
            #expect(state.bytes == fold.bytes, "cut at \(cut)")
        }
    }

    @Test("pieces that make no model change nothing, are counted, and are gone afterwards")
    func unusable() throws {
        let fold = try fold()
        fold.take(.event("a", 0))
        let whole = rollback(to: fold)
        fold.take(.outcome("a", 1))
        let before = fold.modelBytes
        #expect(fold.take(.rollback(Rollback(records: 2, byteCount: 0))) == .modelUnusable)
        // A piece is missing.
        for record in whole.dropFirst() {
            #expect(fold.take(record) == (record == whole.last ? .modelUnusable : nil))
        }
        var random = SeededGenerator()
        let state = fold.rollbackState()
        for _ in 0..<300 {
            var bytes = state
            bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
            let copy = try fold.restored()
            copy.take(.modelPart(bytes))
            // Most numbers are as good as others; what is no state is refused, and nothing traps.
            if copy.take(.rollback(Rollback(records: 2, byteCount: UInt64(bytes.count)))) != nil {
                #expect(copy.modelBytes == before)
            }
        }
        #expect(fold.modelBytes == before)
        #expect(fold.joins.rejections[.modelUnusable] == 2)
        for record in whole { #expect(fold.take(record) == nil) }
        #expect(fold.modelBytes != before)
    }

    @Test("the learner reads the checkpoint, journals it whole, serves it, and answers when it is durable")
    func command() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.event("a", 0), .outcome("a", 1), .mark(5, 100)])
        driver.commit()
        let earlier = try driver.learner.fold.restored()
        driver.append(5, 2, [.event("b", 101), .outcome("b", 102), .mark(5, 300)])
        driver.commit()
        _ = driver.heard()
        driver.hear(.rollback(to: earlier.sequence), from: 9)
        #expect(driver.checkpointsAsked == [earlier.sequence])
        driver.step(.rollback([9], to: earlier.sequence, state: earlier.rollbackState()))
        #expect(driver.learner.fold.modelBytes == earlier.modelBytes)
        #expect(driver.heard(9) == [])
        let served = try #require(driver.published.last)
        #expect(served.base == .none)
        #expect(served.version.records == driver.learner.fold.sequence)
        let replica = ModelReplica(specification: driver.learner.fold.specification)
        #expect(replica.apply(served) == .applied)
        driver.commit()
        #expect(driver.heard(9) == [.rolledBack(to: earlier.sequence, sequence: driver.learner.fold.sequence - 1)])
        #expect(try driver.journal.refold(driver.learner.fold.specification).bytes == driver.learner.fold.bytes)
        // What is learned next is a delta on top of it.
        driver.append(5, 3, [.event("c", 301), .outcome("c", 302), .mark(5, 500)])
        driver.now = driver.now.advanced(by: .seconds(1))
        driver.step(.tick)
        #expect(replica.apply(try #require(driver.published.last)) == .applied)
        #expect(replica.version == driver.learner.version)
    }

    /// Scores of a probe, which only lessons change.
    private func weights(_ fold: LearnerFold) -> [OutputScore] {
        let replica = ModelReplica(specification: fold.specification)
        let publisher = ModelPublisher(model: fold.model, epoch: 1, records: fold.sequence)
        _ = replica.apply(publisher.published.snapshot())
        var scores: [OutputScore] = []
        replica.score(
            FeatureVector(indicators: [0, 1], valued: [ValuedFeature(index: 2, value: 1)]), into: &scores)
        return scores
    }
}
