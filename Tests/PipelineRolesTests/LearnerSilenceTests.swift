// A worker that says nothing for a while: time stops waiting for it, and its frames are never taken twice.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A silent worker")
struct LearnerSilenceTests {
    private func silence(_ driver: LearnerDriver, seconds: Int = 11) {
        for _ in 0...seconds {
            driver.step(.tick)
            driver.now = driver.now.advanced(by: .seconds(1))
        }
    }

    @Test("after ten seconds its source has left, once, and the others go on")
    func leaving() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.hello(6, from: 2)
        driver.append(5, 1, [.mark(5, 100)])
        driver.append(6, 1, [.mark(6, 100)], from: 2)
        silence(driver, seconds: 9)
        driver.hello(6, from: 2)
        silence(driver, seconds: 2)
        driver.commit()
        #expect(driver.learner.fold.joins.clock.sources.map(\.id) == [6])
        #expect(try driver.journal.records().filter { $0 == .sourceLeft(5) }.count == 1)
    }

    @Test("one that comes back goes on with its own numbers")
    func comingBack() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        for sequence in 1...3 { driver.append(5, UInt64(sequence), [.event("\(sequence)", 0)]) }
        driver.commit()
        silence(driver)
        _ = driver.heard()
        driver.hello(5)
        guard case .welcome(_, let accepted, let durable, _)? = driver.heard().first else {
            Issue.record("no welcome")
            return
        }
        #expect(accepted == 3 && durable == 3)
        driver.append(5, 4, [.event("4", 0)])
        driver.commit()
        #expect(driver.heard() == [.ack(durable: 4)])
        #expect(driver.learner.fold.joins.events == 4)
    }

    @Test("one that comes back before its frames were durable is not folded twice")
    func commitInFlight() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.mark(5, 0), .event("a", 0)])
        silence(driver)
        driver.hello(5)
        driver.append(5, 1, [.mark(5, 0), .event("a", 0)])
        driver.commit()
        #expect(driver.learner.fold.joins.events == 1)
        #expect(driver.journal.frames.count { $0.frame.writer == 5 } == 1)
        #expect(driver.heard().last == .ack(durable: 1))
    }

    @Test("its next watermark makes it a source again")
    func sourceAgain() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.mark(5, 100)])
        silence(driver)
        #expect(driver.learner.fold.joins.clock.sources.isEmpty)
        driver.append(5, 2, [.mark(5, 120)])
        #expect(driver.learner.fold.joins.clock.watermark == at(120))
        silence(driver)
        #expect(driver.learner.fold.joins.clock.sources.isEmpty)
    }

    @Test("a learner that stood still, or whose clock was set, does not take that for its workers' silence")
    func ownPause() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.mark(5, 100)])
        for step in [3_600.0, -7_200, 3_600, 86_400] {
            driver.now = driver.now.advanced(by: .seconds(Int64(step)))
            driver.step(.tick)
        }
        #expect(driver.learner.fold.joins.clock.sources.map(\.id) == [5])
    }

    @Test("while commits lag and nothing is read, nobody's silence counts")
    func laggingCommits() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.mark(5, 100)])
        var sequence: UInt64 = 1
        while driver.learner.wantsInput {
            sequence += 1
            driver.append(5, sequence, [.event("\(sequence)", 100)])
        }
        silence(driver, seconds: 100)
        #expect(driver.learner.fold.joins.clock.sources.map(\.id) == [5])
        driver.commit()
        silence(driver)
        #expect(driver.learner.fold.joins.clock.sources.isEmpty)
    }

    @Test("a batch whose workers have all gone makes room, and a worker that comes back sends its share again")
    func abandonedBatch() throws {
        let driver = try LearnerDriver()
        func share(_ writer: UInt64, of batch: UInt64) {
            driver.hello(writer)
            driver.append(
                writer, 1, [.event("\(writer)", 0)], batch: BatchDirective(number: batch, part: 0, parts: 2))
        }
        for writer in 11...14 { share(UInt64(writer), of: UInt64(writer)) }
        _ = driver.heard()
        share(15, of: 5)
        #expect(driver.heard().contains { if case .refused(.tooManyBatches, _) = $0 { true } else { false } })
        silence(driver)
        share(16, of: 6)
        #expect(!driver.heard().contains { if case .refused = $0 { true } else { false } })
        driver.hello(11)
        guard case .welcome(_, let accepted, _, _)? = driver.heard().last else {
            Issue.record("no welcome")
            return
        }
        #expect(accepted == 0)
    }

    @Test("whoever asks for the model in one round gets it once, at the tick")
    func snapshots() throws {
        let driver = try LearnerDriver()
        for _ in 0..<50 { driver.hear(.snapshotRequest, from: 1) }
        driver.hear(.snapshotRequest, from: 2)
        #expect(driver.sent.isEmpty)
        driver.step(.tick)
        driver.step(.tick)
        #expect(driver.heard(1).count == 1)
        #expect(driver.heard(2).count == 1)
    }
}
