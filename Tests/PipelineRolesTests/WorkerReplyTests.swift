// What clients are told, to the byte, and when: scores at once, acknowledgements only after the commit.

import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A worker's replies")
struct WorkerReplyTests {
    static let score =
        "{\"id\":7,\"probability\":0.5,\"logit\":0.0,\"unseenFeatures\":3,\"modelVersion\":0,\"modelEpoch\":0,\"modelAge\":null,\"durable\":false}"

    @Test("a score, before any model: the base rate at version 0")
    func scoreBeforeModel() throws {
        let driver = try WorkerDriver()
        #expect(driver.ask("{\"id\":7,\"time\":1}") == [Self.score])
    }

    @Test("a score names the model and how long ago the learner was heard, and echoes the id as it was written")
    func scoreWithModel() throws {
        let driver = try WorkerDriver()
        driver.connect(epoch: 3, records: 42)
        driver.now = driver.now.advanced(by: .milliseconds(1_500))
        #expect(
            driver.ask("{\"time\":1,\"id\":\"\\u0061\"}") == [
                "{\"id\":\"\\u0061\",\"probability\":0.5,\"logit\":0.0,\"unseenFeatures\":3,\"modelVersion\":42,\"modelEpoch\":3,"
                    + "\"modelAge\":1.5,\"durable\":false}"
            ])
    }

    @Test("with several heads each is named, and the first stands on top")
    func heads() throws {
        let driver = try WorkerDriver(heads: 2)
        let head = "{\"probability\":0.5,\"logit\":0.0}"
        #expect(
            driver.ask("{\"id\":7,\"time\":1}") == [
                "{\"id\":7,\"probability\":0.5,\"logit\":0.0,\"heads\":{\"chargeback\":\(head),\"refund\":\(head)},"
                    + "\"unseenFeatures\":3,\"modelVersion\":0,\"modelEpoch\":0,\"modelAge\":null,\"durable\":false}"
            ])
    }

    @Test("an array or lines answer as an array, in order, with errors in place")
    func several() throws {
        let driver = try WorkerDriver()
        let missing =
            "{\"error\":{\"code\":\"missing-id\",\"message\":\"the member 'id' is missing: every event needs an id\"}}"
        let expected = ["[\(Self.score),\(missing),\(Self.score)]"]
        #expect(driver.ask("[{\"id\":7,\"time\":1},{\"time\":1},{\"id\":7,\"time\":1}]") == expected)
        #expect(driver.ask("{\"id\":7,\"time\":1}\n{\"time\":1}\n{\"id\":7,\"time\":1}\n") == expected)
        #expect(driver.ask("[]") == ["[]"])
        #expect(driver.ask("[{\"id\":7,\"time\":1}]") == ["[\(Self.score)]"])
    }

    static let errors: [(String, String)] = [
        ("", "\"code\":\"empty-message\",\"message\":\"the message is empty: send a JSON object\""),
        ("[{]", "\"code\":\"malformed-json\",\"message\":\"expected a string, at byte 2\""),
        ("7", "\"code\":\"not-an-object\",\"message\":\"a record must be a JSON object\""),
        (
            "{\"id\":7,\"time\":\"x\"}",
            "\"code\":\"invalid-time\",\"message\":\"a time must be an ISO 8601 string or a number of seconds since 1970\","
                + "\"id\":7"
        ),
        (
            "{\"id\":7,\"time\":1,\"amount\":\"x\"}",
            "\"code\":\"wrong-type\",\"message\":\"'amount' has the wrong type: numbers take JSON numbers, categories take "
                + "scalars\",\"id\":7"
        ),
        (
            "{\"amount\":1e999,\"time\":1,\"id\":\"a\"}",
            "\"code\":\"number-not-finite\",\"message\":\"the number is beyond double precision, at byte 10\",\"id\":\"a\""
        ),
        (
            "{\"label\":{\"id\":7,\"value\":2,\"time\":1}}",
            "\"code\":\"invalid-label-value\",\"message\":\"a label's value for 'chargeback' must be a number from 0 to 1\",\"id\":7"
        ),
    ]

    @Test("an error says its code and its remedy, and whose record it was", arguments: errors)
    func error(message: String, body: String) throws {
        let driver = try WorkerDriver()
        #expect(driver.ask(message) == ["{\"error\":{\(body)}}"])
        #expect(driver.worker.statistics.events == 0)
    }

    @Test("a label is acknowledged when it is durable, and not before")
    func labelAck() throws {
        let driver = try WorkerDriver()
        driver.connect()
        #expect(driver.ask("{\"label\":{\"id\":7,\"value\":1,\"time\":2}}") == [])
        #expect(!driver.worker.isIdle)
        driver.step(.flush)
        #expect(driver.frames.map(\.writerSequence) == [1])
        driver.step(.learner(.welcome(epoch: 1, accepted: 1, durable: 0, version: ModelVersion(epoch: 1, records: 1))))
        #expect(driver.replies == [])
        driver.step(.learner(.ack(durable: 1)))
        #expect(driver.replies == ["c: {\"id\":7,\"ack\":\"label\",\"durable\":true}"])
        #expect(driver.worker.isIdle)
        // The same word again changes nothing.
        driver.step(.learner(.ack(durable: 1)))
        #expect(driver.replies.count == 1)
    }

    @Test("a message that holds a label is held as a whole, and its scores are then durable too")
    func mixedMessage() throws {
        let driver = try WorkerDriver()
        driver.connect()
        #expect(
            driver.ask("{\"id\":7,\"time\":1}\n{\"label\":{\"id\":7,\"value\":1,\"time\":2}}\nx", client: "m") == [])
        // Later messages of pure scores do not wait behind it.
        #expect(driver.ask("{\"id\":8,\"time\":1}", client: "s").count == 1)
        driver.step(.flush)
        driver.forget()
        driver.step(.learner(.ack(durable: 1)))
        #expect(
            driver.replies == [
                "m: [{\"id\":7,\"probability\":0.5,\"logit\":0.0,\"unseenFeatures\":3,\"modelVersion\":1,\"modelEpoch\":1,\"modelAge\":0.0,"
                    + "\"durable\":true},{\"id\":7,\"ack\":\"label\",\"durable\":true},"
                    + "{\"error\":{\"code\":\"malformed-json\",\"message\":\"expected a value, at byte 56\"}}]"
            ])
    }

    @Test("a watermark is acknowledged with its position when it is durable")
    func watermarkAck() throws {
        let driver = try WorkerDriver()
        driver.connect()
        #expect(driver.ask("{\"watermark\":{\"source\":\"a.csv\",\"time\":5,\"position\":256}}") == [])
        driver.step(.flush)
        driver.step(.learner(.ack(durable: 1)))
        #expect(driver.replies == ["c: {\"ack\":\"watermark\",\"position\":256,\"durable\":true}"])
    }

    @Test("an acknowledgement beyond what was sent releases nothing that is still to come")
    func acknowledgementFromNowhere() throws {
        let driver = try WorkerDriver()
        driver.connect()
        driver.step(.learner(.ack(durable: .max)))
        driver.step(.learner(.welcome(epoch: 1, accepted: .max, durable: .max, version: .none)))
        #expect(driver.ask("{\"label\":{\"id\":7,\"value\":1,\"time\":2}}") == [])
        driver.step(.flush)
        #expect(driver.replies == [])
        driver.step(.learner(.ack(durable: 1)))
        #expect(driver.replies.count == 1)
    }

    @Test("a worker that cannot hand on what it takes is busy, and recovers")
    func busy() throws {
        let driver = try WorkerDriver(spoolBytes: 60)
        driver.connect()
        let busy =
            "{\"error\":{\"code\":\"busy\",\"message\":\"the journal is behind or unreachable: send again later\"}}"
        var taken = 0
        while driver.ask("{\"id\":\(taken),\"time\":1}") != [busy] {
            driver.step(.flush)
            taken += 1
            if taken > 10 { break }
        }
        #expect((1...10).contains(taken))
        #expect(driver.ask("{\"label\":{\"id\":7,\"value\":1,\"time\":2}}") == [busy])
        #expect(driver.worker.statistics.busy == 2)
        driver.step(.learner(.ack(durable: UInt64(taken))))
        #expect(driver.ask("{\"id\":7,\"time\":1}").first?.contains("probability") == true)
    }

    @Test("a client's whole address comes back with its reply")
    func address() throws {
        let driver = try WorkerDriver()
        var outputs: [ScoreWorker.Output] = []
        let client: ScoreWorker.Client = [[0, 1, 2], [], [9]]
        driver.worker.step(.request(client, Array("{\"id\":7,\"time\":1}".utf8)), at: driver.now, into: &outputs)
        guard case .reply(let address, _)? = outputs.first else {
            Issue.record("no reply")
            return
        }
        #expect(address == client)
    }
}
