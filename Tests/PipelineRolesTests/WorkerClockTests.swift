// Which clock dates a record, and what each clock refuses.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A worker's clock")
struct WorkerClockTests {
    /// The records that the worker hands to the journal.
    private func records(_ driver: WorkerDriver) throws -> [JournalRecord] {
        driver.step(.flush)
        var records: [JournalRecord] = []
        for frame in driver.frames {
            try RecordCoding.decode(frame.payload, count: Int(frame.recordCount)) { records.append($0) }
        }
        return records
    }

    private func times(_ records: [JournalRecord]) -> [Timestamp] {
        records.compactMap { record in
            switch record {
            case .scored(let event): event.time
            case .label(let label): label.time
            default: nil
            }
        }
    }

    @Test("under the wall clock a missing time is stamped, a given one kept")
    func stamping() throws {
        let driver = try WorkerDriver(clock: .wall)
        driver.connect()
        driver.now = at(5_000)
        driver.ask(
            "{\"id\":1}\n{\"id\":2,\"time\":17}\n{\"label\":{\"id\":1,\"value\":1}}\n{\"label\":{\"id\":2,\"value\":1,\"time\":18}}"
        )
        #expect(times(try records(driver)) == [at(5_000), at(17), at(5_000), at(18)])
    }

    @Test("under the wall clock a time may be a day ahead, and not a microsecond more")
    func tooFarAhead() throws {
        let driver = try WorkerDriver(clock: .wall)
        driver.now = at(1_000)
        #expect(driver.ask("{\"id\":1,\"time\":87400}").first?.contains("probability") == true)
        let refused =
            "{\"error\":{\"code\":\"time-too-far-ahead\",\"message\":\"the time lies more than a day ahead of the worker's "
            + "clock\",\"id\":1}}"
        #expect(driver.ask("{\"id\":1,\"time\":87400.000001}") == [refused])
        #expect(driver.ask("{\"label\":{\"id\":1,\"value\":1,\"time\":87401}}") == [refused])
    }

    @Test("under the stream clock every record needs a time, which may be any")
    func streamTimes() throws {
        let driver = try WorkerDriver(clock: .stream)
        driver.connect()
        let refused =
            "{\"error\":{\"code\":\"missing-time\",\"message\":\"with `clock: stream` every record needs a time\",\"id\":1}}"
        #expect(driver.ask("{\"id\":1}") == [refused])
        #expect(driver.ask("{\"label\":{\"id\":1,\"value\":1}}") == [refused])
        #expect(driver.ask("{\"id\":1,\"time\":\"9999-01-01\"}").first?.contains("probability") == true)
        #expect(try records(driver).filter { $0 == .rejection(.missingTime) }.count == 2)
    }

    @Test(
        "directives are a replay's: under the wall clock they are refused",
        arguments: [
            "{\"watermark\":{\"source\":\"a\",\"time\":5,\"position\":1}}",
            "{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}",
            "{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}\n{\"id\":1,\"time\":1}",
        ])
    func directives(text: String) throws {
        let driver = try WorkerDriver(clock: .wall)
        driver.connect()
        let reply = try #require(driver.ask(text).first)
        #expect(reply.contains("\"code\":\"directive-refused\""))
        #expect(try records(driver) == [.rejection(.directiveRefused)])
    }

    @Test("a batch directive heads a message; anywhere else it is refused")
    func strayBatch() throws {
        let driver = try WorkerDriver()
        driver.connect()
        let replies = driver.ask("{\"id\":1,\"time\":1}\n{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}")
        #expect(replies.first?.contains("\"code\":\"directive-refused\"") == true)
    }

    @Test("a live worker says once a second how far it is, once it has met its learner, and says when it leaves")
    func watermarks() throws {
        let driver = try WorkerDriver(clock: .wall)
        driver.step(.tick)
        #expect(driver.sent == [.hello(WorkerHello(writer: 7, specification: TestSpecification.digest))])
        driver.connect()
        for tick in 0..<9 {
            driver.now = at(2_000 + Double(tick) / 4)
            driver.step(.tick)
        }
        let marks = [2_000.0, 2_001, 2_002].map { JournalRecord.mark(7, $0) }
        #expect(try records(driver) == marks)
        var outputs: [ScoreWorker.Output] = []
        driver.worker.leave(into: &outputs)
        guard case .learner(.append(let last))? = outputs.last else {
            Issue.record("no last frame")
            return
        }
        #expect(last.payload == RecordCoding.payload([.sourceLeft(7)]))
    }

    @Test("under the stream clock a worker has no time of its own")
    func noWatermarks() throws {
        let driver = try WorkerDriver(clock: .stream)
        driver.connect()
        for tick in 0..<9 {
            driver.now = at(2_000 + Double(tick))
            driver.step(.tick)
        }
        #expect(try records(driver).isEmpty)
    }

    @Test("a replay's source is known by the hash of its name")
    func sourceNames() throws {
        let driver = try WorkerDriver()
        driver.connect()
        driver.ask("{\"watermark\":{\"source\":\"a.csv\",\"time\":\"end\",\"position\":3}}")
        let mark = Watermark(source: FeatureHash.hash("a.csv"), time: .distantFuture, position: 3)
        #expect(try records(driver) == [.watermark(mark)])
    }
}
