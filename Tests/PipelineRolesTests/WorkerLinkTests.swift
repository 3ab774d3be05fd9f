// A worker and its learner: what it sends within its credit, sends again, and asks for.

import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A worker's link to the learner")
struct WorkerLinkTests {
    private func welcome(_ driver: WorkerDriver, epoch: UInt32 = 1, accepted: UInt64, durable: UInt64 = 0) {
        let version = ModelVersion(epoch: epoch, records: 1)
        driver.step(.learner(.welcome(epoch: epoch, accepted: accepted, durable: durable, version: version)))
    }

    private func fill(_ driver: WorkerDriver, frames: Int) {
        for number in 0..<frames {
            driver.ask("{\"id\":\(number),\"time\":1}")
            driver.step(.flush)
        }
    }

    private func requests(_ driver: WorkerDriver) -> Int { driver.sent.count { $0 == .snapshotRequest } }

    @Test("nothing is sent before a welcome, then everything in order, within the credit")
    func credit() throws {
        let driver = try WorkerDriver()
        fill(driver, frames: 100)
        #expect(driver.frames.isEmpty)
        driver.connect()
        #expect(driver.frames.map(\.writerSequence) == Array(1...64))
        driver.step(.learner(.ack(durable: 10)))
        #expect(driver.frames.map(\.writerSequence) == Array(1...74))
        driver.step(.learner(.ack(durable: 74)))
        driver.step(.learner(.ack(durable: 100)))
        #expect(driver.frames.map(\.writerSequence) == Array(1...100))
        #expect(driver.worker.isIdle)
    }

    @Test("another learner gets everything that it does not have")
    func anotherLearner() throws {
        let driver = try WorkerDriver()
        driver.connect()
        fill(driver, frames: 5)
        driver.forget()
        welcome(driver, epoch: 2, accepted: 2, durable: 2)
        #expect(driver.frames.map(\.writerSequence) == [3, 4, 5])
    }

    @Test("the same learner gets frames again only after it has stood still")
    func resending() throws {
        let driver = try WorkerDriver()
        driver.connect()
        fill(driver, frames: 5)
        driver.forget()
        welcome(driver, accepted: 3)
        #expect(driver.frames.isEmpty)
        driver.now = driver.now.advanced(by: .milliseconds(1_900))
        welcome(driver, accepted: 3)
        #expect(driver.frames.isEmpty)
        driver.now = driver.now.advanced(by: .milliseconds(200))
        welcome(driver, accepted: 3)
        #expect(driver.frames.map(\.writerSequence) == [4, 5])
    }

    @Test("a gap in the deltas asks for a snapshot, once, and again when the answer seems lost")
    func gap() throws {
        let driver = try WorkerDriver()
        driver.connect(records: 10)
        driver.forget()
        var late = driver.emptyModel(ModelVersion(epoch: 1, records: 30))
        late.base = ModelVersion(epoch: 1, records: 20)
        driver.step(.learner(.delta(late)))
        driver.step(.learner(.delta(late)))
        #expect(requests(driver) == 1)
        #expect(driver.worker.modelVersion.records == 10)
        driver.now = driver.now.advanced(by: .seconds(6))
        driver.step(.learner(.delta(late)))
        #expect(requests(driver) == 2)
        driver.step(.learner(.delta(driver.emptyModel(ModelVersion(epoch: 1, records: 40)))))
        #expect(driver.worker.modelVersion.records == 40)
    }

    @Test("a snapshot that does not come is asked for again, also when no further delta shows the gap")
    func lostSnapshot() throws {
        let driver = try WorkerDriver()
        driver.step(.learner(.welcome(epoch: 1, accepted: 0, durable: 0, version: ModelVersion(epoch: 1, records: 1))))
        #expect(requests(driver) == 1)
        driver.step(.tick)
        #expect(requests(driver) == 1)
        driver.now = driver.now.advanced(by: .seconds(5))
        driver.step(.tick)
        #expect(requests(driver) == 2)
        driver.step(.learner(.delta(driver.emptyModel(ModelVersion(epoch: 1, records: 1)))))
        driver.now = driver.now.advanced(by: .seconds(60))
        driver.step(.tick)
        #expect(requests(driver) == 2)
    }

    @Test("a snapshot that was overtaken is ignored; one of another epoch is not")
    func overtaken() throws {
        let driver = try WorkerDriver()
        driver.connect(epoch: 2, records: 10)
        driver.step(.learner(.delta(driver.emptyModel(ModelVersion(epoch: 2, records: 5)))))
        #expect(driver.worker.modelVersion == ModelVersion(epoch: 2, records: 10))
        driver.step(.learner(.delta(driver.emptyModel(ModelVersion(epoch: 3, records: 5)))))
        #expect(driver.worker.modelVersion == ModelVersion(epoch: 3, records: 5))
    }

    @Test("a learner of another epoch makes the worker ask for its model")
    func epochChange() throws {
        let driver = try WorkerDriver()
        driver.connect(epoch: 1)
        driver.forget()
        driver.now = driver.now.advanced(by: .seconds(1))
        welcome(driver, epoch: 2, accepted: 0)
        #expect(requests(driver) == 1)
    }

    @Test(
        "a refusal ends the worker with its reason",
        arguments: PipelineRefusal.allCases.filter { $0 != .journalTailLost })
    func refusal(refusal: PipelineRefusal) throws {
        let driver = try WorkerDriver()
        driver.step(.learner(.refused(refusal, reason: "no")))
        #expect(driver.failures == [refusal])
    }

    @Test("a learner whose journal has lost frames does not end the worker: it scores on and keeps what it has")
    func lostTail() throws {
        let driver = try WorkerDriver()
        driver.connect()
        driver.ask("{\"label\":{\"id\":7,\"value\":1,\"time\":2}}")
        driver.step(.flush)
        driver.step(.learner(.refused(.journalTailLost, reason: "lost")))
        #expect(driver.failures.isEmpty && driver.warnings.count == 1)
        #expect(driver.ask("{\"id\":8,\"time\":1}").count == 1)
        driver.forget()
        // A journal that is whole again gets what it does not have, and the label is acknowledged then.
        welcome(driver, epoch: 2, accepted: 0)
        driver.step(.flush)
        #expect(driver.frames.map(\.writerSequence) == [1, 2])
        driver.step(.learner(.ack(durable: 2)))
        #expect(driver.replies == ["c: {\"id\":7,\"ack\":\"label\",\"durable\":true}"])
    }

    @Test("its hello says up to where it was acknowledged, and the last of these frames that holds a record")
    func hello() throws {
        let driver = try WorkerDriver()
        driver.connect()
        func hello() -> WorkerHello? {
            driver.forget()
            driver.now = driver.now.advanced(by: .seconds(1))
            driver.step(.tick)
            guard case .hello(let hello)? = driver.sent.first else { return nil }
            return hello
        }
        #expect(hello()?.durable == 0)
        fill(driver, frames: 3)
        driver.ask("{\"batch\":{\"number\":0,\"part\":0,\"parts\":2}}\n{\"id\":9,\"time\":1}")
        driver.ask("{\"batch\":{\"number\":1,\"part\":0,\"parts\":2}}\n\n")
        #expect(hello()?.durable == 0)
        driver.step(.learner(.ack(durable: 2)))
        #expect(hello().map { [$0.durable, $0.recorded] } == [2, 2])
        driver.step(.learner(.ack(durable: 5)))
        #expect(hello().map { [$0.durable, $0.recorded] } == [5, 4])
    }

    @Test("messages that are never a worker's change nothing")
    func confusedPeer() throws {
        let driver = try WorkerDriver()
        driver.connect()
        driver.forget()
        for message: PipelineMessage in [
            .hello(WorkerHello(writer: 1, specification: [])), .snapshotRequest, .fetch(from: 0, maximumBytes: 1),
            .frames(end: 9, frames: []),
            .append(AppendFrame(writer: 1, writerSequence: 1, batch: nil, recordCount: 0, payload: [1])),
        ] {
            driver.step(.learner(message))
        }
        #expect(driver.sent.isEmpty && driver.replies.isEmpty && driver.failures.isEmpty)
    }
}
