// What a worker does when the journal does not keep up, under either policy; and replies that wait for it.

import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A worker's spool")
struct WorkerSpoolTests {
    private static let spoolBytes = 4_000

    private func driver(_ policy: SpoolPolicy, ack: ScoreAcknowledgement = .scored) throws -> WorkerDriver {
        let driver = try WorkerDriver(spoolBytes: Self.spoolBytes, spoolFull: policy, acknowledgement: ack)
        driver.connect()
        return driver
    }

    private func event(_ id: Int) -> String { "{\"id\":\(id),\"time\":1}" }
    private func label(_ id: Int) -> String { "{\"label\":{\"id\":\(id),\"value\":1,\"time\":2}}" }

    /// Sends events until `isDone` of an answer; how many were sent.
    private func fill(_ driver: WorkerDriver, _ message: (Int) -> String, until isDone: ([String]) -> Bool) -> Int {
        for number in 0..<10_000 {
            let answers = driver.ask(message(number))
            driver.step(.flush)
            if isDone(answers) { return number }
        }
        return 10_000
    }

    private func records(_ driver: WorkerDriver) throws -> [JournalRecord] {
        var records: [JournalRecord] = []
        for frame in driver.frames {
            try RecordCoding.decode(frame.payload, count: Int(frame.recordCount)) { records.append($0) }
        }
        return records
    }

    private func isBusy(_ answers: [String]) -> Bool { answers.first?.contains("\"code\":\"busy\"") == true }
    private func isShed(_ answers: [String]) -> Bool { answers.first?.contains("\"shed\":true") == true }

    @Test("refuse: beyond the bound everything is busy; the refusals are journalled when there is room again")
    func refuse() throws {
        let driver = try driver(.refuse)
        let taken = fill(driver, event, until: isBusy)
        #expect((2..<100).contains(taken))
        #expect(driver.worker.spooledBytes > Self.spoolBytes)
        #expect(driver.worker.spooledBytes < Self.spoolBytes + 400)
        #expect(isBusy(driver.ask(label(1))))
        #expect(isBusy(driver.ask("{")))
        #expect(driver.worker.statistics.busy == 3)
        #expect(driver.worker.statistics.shed == 0)
        driver.step(.learner(.ack(durable: UInt64(taken))))
        driver.step(.flush)
        #expect(try records(driver).last == .rejections(.busy, count: 3))
        #expect(driver.ask(event(1)).count == 1)
    }

    @Test("refuse: a message that was begun is taken whole, also where the spool fills within it")
    func wholeMessages() throws {
        let driver = try driver(.refuse)
        let lines = (0..<200).map(event).joined(separator: "\n")
        #expect(driver.ask(lines).first?.contains("shed") == false)
        driver.step(.flush)
        #expect(try records(driver).count == 200)
        #expect(isBusy(driver.ask(lines)))
    }

    @Test("shed: from three quarters on events are scored and let go, and the reply says so; labels are still taken")
    func shed() throws {
        let driver = try driver(.shed)
        let taken = fill(driver, event, until: isShed)
        #expect((2..<100).contains(taken))
        #expect((Self.spoolBytes * 3 / 4...Self.spoolBytes).contains(driver.worker.spooledBytes))
        #expect(try records(driver).count == taken)
        #expect(
            driver.ask(event(7)) == [
                "{\"id\":7,\"probability\":0.5,\"logit\":0.0,\"unseenFeatures\":3,\"modelVersion\":1,\"modelEpoch\":1,"
                    + "\"modelAge\":0.0,\"durable\":false,\"shed\":true}"
            ])
        #expect(driver.ask(label(1)) == [])
        driver.step(.flush)
        guard case .label(let label)? = try records(driver).last else {
            Issue.record("the label is not on its way")
            return
        }
        #expect(label.id == eventID("1"))
        // Labels fill what is left, and are then refused: never acknowledged, never shed.
        #expect((0..<100).contains(fill(driver, self.label, until: isBusy)))
        let before = try records(driver).count
        #expect(isShed(driver.ask(event(8))))
        #expect(isBusy(driver.ask("{\"watermark\":{\"source\":\"a\",\"time\":5,\"position\":1}}")))
        #expect(driver.ask("{").first?.contains("malformed-json") == true)
        driver.step(.flush)
        #expect(try records(driver).count == before)

        driver.step(.learner(.ack(durable: .max)))
        driver.step(.flush)
        #expect(driver.worker.statistics.shed == 3)
        #expect(
            try records(driver).suffix(3) == [
                .rejections(.malformedJSON, count: 1), .rejections(.busy, count: 2), .rejections(.shed, count: 3),
            ])
        #expect(driver.ask(event(9)).first?.contains("shed") == false)
    }

    @Test("in a message of events and labels, what is shed says so and the rest waits for the commit")
    func mixed() throws {
        let driver = try driver(.shed)
        _ = fill(driver, event, until: isShed)
        #expect(driver.ask(event(500) + "\n" + label(500)) == [])
        driver.step(.flush)
        driver.forget()
        driver.step(.learner(.ack(durable: .max)))
        let reply = driver.replies.first ?? ""
        #expect(reply.contains("\"durable\":false,\"shed\":true},{\"id\":500,\"ack\":\"label\",\"durable\":true}]"))
    }

    @Test(
        "a share that was begun is taken whole, also beyond what sheds events and refuses labels",
        arguments: [false, true])
    func wholeShare(refuses: Bool) throws {
        let driver = try driver(refuses ? .refuse : .shed)
        let records = (0..<100).flatMap { [event($0), label($0)] }
        driver.ask((["{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}"] + records).joined(separator: "\n"))
        #expect(driver.worker.spooledBytes > Self.spoolBytes)
        #expect(driver.worker.statistics.shed == 0 && driver.worker.statistics.busy == 0)
        let share = try self.records(driver)
        #expect(share.count == 200 && driver.frames.count == 1)
    }

    @Test("a share of a batch is not shed in part: the batch is busy as a whole")
    func batch() throws {
        let driver = try driver(.shed)
        _ = fill(driver, event, until: isShed)
        #expect(isBusy(driver.ask("{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}\n" + event(1))))
    }

    @Test("held replies count: a worker that holds many of them is full, though their records are small")
    func heldReplies() throws {
        let driver = try driver(.refuse)
        let taken = fill(driver, label, until: isBusy)
        let recordBytes = driver.frames.reduce(0) { $0 + $1.payload.count }
        #expect(taken > 2 && recordBytes < Self.spoolBytes / 4)
        #expect(driver.worker.spooledBytes < Self.spoolBytes + 1_000)
    }

    @Test("ack: durable holds a score until its record is committed, and says so; errors do not wait")
    func durableScores() throws {
        let driver = try driver(.refuse, ack: .durable)
        #expect(driver.ask(event(7)) == [])
        #expect(driver.ask("{").count == 1)
        driver.step(.flush)
        #expect(driver.replies.count == 1)
        driver.step(.learner(.ack(durable: 1)))
        #expect(driver.replies.count == 2)
        #expect(driver.replies.last?.hasSuffix("\"modelAge\":0.0,\"durable\":true}") == true)
        #expect(driver.worker.isIdle)
    }

    @Test("ack: durable answers at once what was shed, without a promise")
    func durableAndShed() throws {
        let driver = try driver(.shed, ack: .durable)
        var sent = 0
        while driver.ask(event(sent)) == [], sent < 1_000 {
            driver.step(.flush)
            sent += 1
        }
        #expect((2..<100).contains(sent))
        #expect(driver.replies.last?.contains("\"durable\":false,\"shed\":true") == true)
        driver.forget()
        driver.step(.learner(.ack(durable: .max)))
        #expect(driver.replies.count == sent)
        #expect(driver.replies.allSatisfy { $0.contains("\"durable\":true}") })
    }
}
