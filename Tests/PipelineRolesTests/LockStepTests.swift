// The same timeline through any number of workers: one journal, one model, byte for byte.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("Lock-step replay")
struct LockStepTests {
    /// Rows with labels, some of them malformed, repeated, late or out of range, as intake JSON.
    private func timeline(_ random: inout SeededGenerator, rows: Int) -> [ReplayItem] {
        let recorded = (0..<rows).map { row in
            let seconds = Double(row) * 0.2
            let id = random.chance(0.05) ? random.below(row + 1) : row
            let country = random.pick(["\"DE\"", "\"FR\"", "\"US\"", "null", "7"])
            let amount = random.chance(0.03) ? "\"x\"" : "\(random.below(500)).5"
            let event = "{\"id\":\(id),\"time\":\(seconds),\"country\":\(country),\"amount\":\(amount)}"
            let labels: [(time: Timestamp, json: [UInt8])] = (0..<random.below(3)).map { _ in
                let delay = Double(random.below(80))
                let head = random.pick(["chargeback", "refund", "refund", "unheard-of"])
                let label =
                    "{\"label\":{\"id\":\(id),\"head\":\"\(head)\",\"value\":\(random.below(2)),\"time\":\(seconds + delay)}}"
                return (at(seconds + delay), Array(label.utf8))
            }
            return RecordedRow(
                time: at(seconds), routingKey: UInt64(id),
                event: Array((random.chance(0.02) ? "{" : event).utf8), labels: labels)
        }
        return ReplaySchedule.items(recorded)
    }

    @Test("one, two, three and five workers give one sequence of records and one model")
    func workerCounts() throws {
        var random = SeededGenerator()
        let items = timeline(&random, rows: 700)
        var expected: (records: [JournalRecord], bytes: [UInt8])?
        for workers in [1, 2, 3, 5] {
            for _ in 0..<3 {
                let driver = try LockStepDriver(workers: workers, seed: random.next())
                driver.play(items)
                let records = try driver.journal.records()
                let bytes = driver.learner.fold.bytes
                #expect(records.count > items.count)
                #expect(bytes == (try driver.journal.refold(TestSpecification.make()).bytes))
                if let expected {
                    #expect(records == expected.records)
                    #expect(bytes == expected.bytes)
                }
                expected = (records, bytes)
            }
        }
    }

    @Test("batch k is scored by the model folded through batch k − 1")
    func versions() throws {
        var random = SeededGenerator()
        let driver = try LockStepDriver(workers: 3, seed: random.next())
        driver.play(timeline(&random, rows: 600))
        var batchStart: UInt64 = 1
        for (sequence, record) in try driver.journal.records().enumerated() {
            if case .scored(let event) = record { #expect(event.modelVersion.records == batchStart) }
            if case .watermark = record { batchStart = UInt64(sequence) + 1 }
        }
        #expect(batchStart > 600)
    }

    @Test("the end of the stream closes every window")
    func end() throws {
        var random = SeededGenerator()
        let driver = try LockStepDriver(workers: 2, seed: random.next())
        driver.play(timeline(&random, rows: 300))
        #expect(driver.learner.fold.joins.joiner.pendingCount == 0)
        #expect(driver.learner.fold.joins.events > 250)
    }

    @Test("workers beyond the records of a batch have empty shares, and the stream ends all the same")
    func emptyShares() throws {
        let driver = try LockStepDriver(workers: 5, seed: 1)
        driver.play(
            ReplaySchedule.items(
                (1...2).map { id in
                    RecordedRow(
                        time: at(1), routingKey: 0, event: Array("{\"id\":\(id),\"time\":1}".utf8), labels: [])
                }))
        #expect(driver.replies.count == 5)
        #expect(driver.learner.fold.joins.events == 2)
        #expect(driver.learner.fold.joins.rejections.isEmpty)
        #expect(driver.learner.fold.joins.joiner.pendingCount == 0)
    }

    @Test("a share is answered with what it took and refused")
    func replies() throws {
        let driver = try LockStepDriver(workers: 2, seed: 1)
        let items = ReplaySchedule.items(
            ["{\"id\":1,\"time\":1}", "{\"id\":2}", "{\"time\":1}", "{\"id\":3,\"time\":1}"].map {
                RecordedRow(time: at(1), routingKey: 0, event: Array($0.utf8), labels: [])
            })
        driver.play(items)
        #expect(
            driver.replies.sorted() == [
                "{\"batch\":0,\"part\":0,\"accepted\":1,\"rejected\":1,\"errors\":[{\"index\":1,\"code\":\"missing-time\","
                    + "\"message\":\"with `clock: stream` every record needs a time\"}]}",
                "{\"batch\":0,\"part\":1,\"accepted\":2,\"rejected\":1,\"errors\":[{\"index\":0,\"code\":\"missing-id\","
                    + "\"message\":\"the member 'id' is missing: every event needs an id\"}]}",
            ])
    }

    @Test("shares are folded in their order, whichever comes first, and all or none are taken")
    func shares() throws {
        let driver = try LearnerDriver()
        for writer in 5...7 { driver.hello(UInt64(writer), from: UInt8(writer)) }
        func share(_ part: UInt32) -> BatchDirective { BatchDirective(number: 0, part: part, parts: 3) }
        driver.append(7, 1, [.event("c", 0)], batch: share(2), from: 7)
        driver.append(5, 1, [.event("a", 0)], batch: share(0), from: 5)
        #expect(driver.learner.fold.sequence == 1)
        _ = (5...7).map { driver.heard(UInt8($0)) }
        driver.append(6, 1, [], batch: share(1), from: 6)
        #expect(driver.learner.fold.sequence == 3)
        let folded = PipelineMessage.folded(batch: 0, version: ModelVersion(epoch: 1, records: 3))
        for peer in 5...7 { #expect(driver.heard(UInt8(peer)) == [folded]) }
        #expect(driver.published.count == 1)
        driver.commit()
        for peer in 5...7 { #expect(driver.heard(UInt8(peer)) == [.ack(durable: 1)]) }
        #expect(try driver.journal.records().dropFirst() == [.event("a", 0), .event("c", 0)])
    }

    @Test("workers that split a batch differently are refused")
    func unequalShares() throws {
        let driver = try LearnerDriver()
        driver.hello(5, from: 5)
        driver.hello(6, from: 6)
        driver.append(5, 1, [], batch: BatchDirective(number: 0, part: 2, parts: 3), from: 5)
        _ = driver.heard(6)
        driver.append(6, 1, [], batch: BatchDirective(number: 0, part: 1, parts: 2), from: 6)
        guard case .refused? = driver.heard(6).first else {
            Issue.record("not refused")
            return
        }
    }

    @Test("a share is not answered before its model is here, and a lost model is asked for")
    func waitsForModel() throws {
        let driver = try WorkerDriver()
        driver.connect(records: 1)
        let batch = "{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}\n{\"id\":1,\"time\":1}"
        #expect(driver.ask(batch) == [])
        #expect(driver.frames.map(\.batch) == [BatchDirective(number: 0, part: 0, parts: 1)])
        driver.step(.learner(.folded(batch: 0, version: ModelVersion(epoch: 1, records: 2))))
        #expect(driver.replies == [])
        driver.forget()
        driver.step(.tick)
        #expect(driver.sent.contains(.snapshotRequest))
        driver.step(.learner(.delta(driver.emptyModel(ModelVersion(epoch: 1, records: 2)))))
        #expect(driver.replies == ["c: {\"batch\":0,\"part\":0,\"accepted\":1,\"rejected\":0,\"errors\":[]}"])
    }

    @Test("the share that ends the stream is answered when it is durable")
    func lastShare() throws {
        let driver = try WorkerDriver()
        driver.connect(records: 1)
        driver.ask(
            "{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}\n{\"watermark\":{\"source\":\"a\",\"time\":\"end\",\"position\":0}}"
        )
        driver.step(.learner(.folded(batch: 0, version: ModelVersion(epoch: 1, records: 1))))
        #expect(driver.replies == [])
        driver.step(.learner(.ack(durable: 1)))
        #expect(driver.replies.count == 1)
    }

    @Test("batches that come before the first model wait for it")
    func beforeModel() throws {
        let driver = try WorkerDriver()
        driver.ask("{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}\n{\"id\":1,\"time\":1}")
        driver.step(.flush)
        #expect(driver.worker.statistics.events == 0)
        #expect(!driver.worker.isIdle)
        driver.connect(records: 1)
        #expect(driver.worker.statistics.events == 1)
        #expect(driver.frames.count == 1)
    }
}
