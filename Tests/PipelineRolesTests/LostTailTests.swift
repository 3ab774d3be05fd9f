// A journal that lacks what workers were told is durable: noticed at the first hello, and refused by name.

import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A journal that lost its tail")
struct LostTailTests {
    /// A journal in which writer 5 has made so many frames durable.
    private func journal(frames: Int) throws -> MemoryJournal {
        let driver = try LearnerDriver()
        driver.hello(5)
        for sequence in 0..<frames { driver.append(5, UInt64(sequence + 1), [.event("\(sequence)", 0)]) }
        driver.commit()
        return driver.journal
    }

    @Test("a worker that was acknowledged beyond the journal's end stops the learner; it is told why")
    func noticed() throws {
        var journal = try journal(frames: 4)
        journal.truncate(to: 3)  // the specification's mark and two frames of the writer
        let driver = try LearnerDriver(journal: journal, epoch: 2)
        driver.hello(5, durable: 4)
        #expect(driver.failures == [.journalTailLost])
        guard case .refused(.journalTailLost, let reason)? = driver.heard().first else {
            Issue.record("the worker was not told")
            return
        }
        #expect(reason.contains("frames up to 4 are durable") && reason.contains("only up to 2"))
    }

    @Test("another journal is noticed as well; a worker that was acknowledged nothing is welcome to any")
    func anotherJournal() throws {
        let driver = try LearnerDriver(epoch: 9)
        driver.hello(6)
        #expect(driver.failures.isEmpty && driver.heard().count == 1)
        driver.hello(5, durable: 1)
        #expect(driver.failures == [.journalTailLost])
    }

    @Test("what was never acknowledged may be lost: the worker sends it again")
    func unacknowledged() throws {
        var journal = try journal(frames: 4)
        journal.truncate(to: 3)
        let driver = try LearnerDriver(journal: journal, epoch: 2)
        driver.hello(5, durable: 2)
        #expect(driver.failures.isEmpty)
        guard case .welcome(_, let accepted, let durable, _)? = driver.heard().first else {
            Issue.record("no welcome")
            return
        }
        #expect(accepted == 2 && durable == 2)
    }

    @Test("frames without records leave no trace in the journal, and are no loss")
    func emptyFrames() throws {
        let journal = try journal(frames: 2)
        let driver = try LearnerDriver(journal: journal, epoch: 2)
        // Frames 3 and 4 were empty shares of batches.
        driver.hello(5, durable: 4, recorded: 2)
        #expect(driver.failures.isEmpty)
        guard case .welcome(_, let accepted, let durable, _)? = driver.heard().first else {
            Issue.record("no welcome")
            return
        }
        #expect(accepted == 4 && durable == 4)
        driver.append(5, 5, [.event("next", 0)])
        driver.commit()
        #expect(driver.heard() == [.ack(durable: 5)])
    }

    @Test("an old hello that arrives late is no sign of a loss and takes nothing back")
    func lateHello() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.event("a", 0)])
        driver.commit()
        driver.hello(5, durable: 1)
        driver.hello(5, durable: 0)
        driver.append(5, 1, [.event("a", 0)])
        #expect(driver.failures.isEmpty)
        #expect(driver.learner.fold.joins.events == 1)
    }

    @Test("a worker whose share waits for its batch is held up, so that the journal has its frames in order")
    func heldUp() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.hello(6, from: 2)
        let first = BatchDirective(number: 0, part: 0, parts: 2)
        driver.append(5, 1, [.event("a", 0)], batch: first)
        driver.append(5, 2, [.rejection(.malformedJSON)])
        driver.append(5, 2, [], batch: BatchDirective(number: 1, part: 0, parts: 2))
        #expect(driver.learner.fold.sequence == 1)
        driver.append(6, 1, [.event("b", 0)], batch: BatchDirective(number: 0, part: 1, parts: 2), from: 2)
        driver.append(5, 2, [.rejection(.malformedJSON)])
        driver.commit()
        #expect(driver.journal.frames.map(\.frame.writer) == [MemoryJournal.host, 5, 6, 5])
        #expect(driver.journal.frames.filter { $0.frame.writer == 5 }.map(\.frame.writerSequence) == [1, 2])
        #expect(driver.heard().last == .ack(durable: 2))
    }

    @Test("shares beyond the bound are refused, and are not taken for accepted")
    func tooManyBatches() throws {
        let driver = try LearnerDriver()
        for writer in 5...9 {
            driver.hello(UInt64(writer), from: UInt8(writer))
            _ = driver.heard(UInt8(writer))
            driver.append(
                UInt64(writer), 1, [.event("\(writer)", 0)],
                batch: BatchDirective(number: UInt64(writer), part: 0, parts: 2), from: UInt8(writer))
        }
        #expect(driver.heard(9) == [.refused(.tooManyBatches, reason: "too many incomplete batches")])
        driver.hello(9, from: 9)
        guard case .welcome(_, let accepted, _, _)? = driver.heard(9).first else {
            Issue.record("no welcome")
            return
        }
        #expect(accepted == 0)
    }
}
