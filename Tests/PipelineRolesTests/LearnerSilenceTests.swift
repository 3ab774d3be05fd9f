// A worker that says nothing for a while: time stops waiting for it, and its frames are never taken twice.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A silent worker")
struct LearnerSilenceTests {
    private func silence(_ driver: LearnerDriver) {
        driver.now = driver.now.advanced(by: .seconds(11))
        driver.step(.tick)
    }

    @Test("after ten seconds its source has left, once, and the others go on")
    func leaving() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.hello(6, from: 2)
        driver.append(5, 1, [.mark(5, 100)])
        driver.append(6, 1, [.mark(6, 100)], from: 2)
        driver.now = driver.now.advanced(by: .seconds(9))
        driver.hello(6, from: 2)
        driver.now = driver.now.advanced(by: .seconds(2))
        driver.step(.tick)
        driver.step(.tick)
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
}
