// Messages handed in together are answered as if they had come one after the other: replies, frames and counts.

import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A worker's messages together")
struct WorkerTogetherTests {
    /// A message as clients send them, most of them single events in one order.
    private func message(_ number: Int, _ random: inout SeededGenerator) -> String {
        func event(_ id: Int) -> String {
            "{\"id\":\(id),\"time\":\(number),\"country\":\"\(random.pick(["DE", "FR", "US"]))\",\"amount\":\(random.below(900))}"
        }
        func record(_ id: Int) -> String {
            switch random.below(12) {
            case 0: "{\"label\":{\"id\":\(id),\"head\":\"chargeback\",\"value\":1,\"time\":\(number)}}"
            case 1: "{\"country\":\"DE\",\"time\":\(number),\"id\":\(id)}"
            case 2: random.pick(["{", "{}", "x", "{\"id\":1,\"amount\":\"x\",\"time\":1}", "{\"id\":1}", "[]", ""])
            case 3: "{\"watermark\":{\"source\":\"a\",\"time\":\(number),\"position\":\(number)}}"
            case 4:
                random.pick([
                    "{\"batch\":3,\"id\":\(id),\"time\":1}", "{\"batch\":{\"number\":0,\"part\":0,\"parts\":2}}",
                ])
            default: event(id)
            }
        }
        switch random.below(8) {
        case 0: return (0..<random.below(9)).map { record(number * 10 + $0) }.joined(separator: "\n")
        case 1: return "[" + (0..<random.below(9)).map { event(number * 10 + $0) }.joined(separator: ",") + "]"
        default: return record(number * 10)
        }
    }

    @Test(
        "any grouping gives the same bytes, also while the spool fills",
        arguments: [SpoolPolicy.refuse, .shed], [ScoreAcknowledgement.scored, .durable])
    func grouping(policy: SpoolPolicy, acknowledgement: ScoreAcknowledgement) throws {
        var random = SeededGenerator()
        func driver() throws -> WorkerDriver {
            let driver = try WorkerDriver(
                spoolBytes: 12_000, spoolFull: policy, acknowledgement: acknowledgement, heads: 2,
                sliceFields: ["country"])
            driver.connect()
            return driver
        }
        let (one, together) = (try driver(), try driver())
        var waiting = ClientMessages()
        var number = 0
        for round in 0..<400 {
            waiting.removeAll()
            for _ in 0..<random.below(ClientMessages.capacity + 1) {
                number += 1
                let (client, payload) = ("client \(number % 7)", Array(message(number, &random).utf8))
                one.step(.request([Array(client.utf8), []], payload))
                let isAdded = waiting.append { message in
                    message.client = [Array(client.utf8), []]
                    message.payload = payload
                    return true
                }
                #expect(isAdded)
            }
            together.step(.requests(waiting))
            #expect(one.worker.spooledBytes == together.worker.spooledBytes)
            for driver in [one, together] {
                driver.step(.flush)
                if round % 9 == 8 { driver.step(.learner(.ack(durable: .max))) }
                driver.now = driver.now.advanced(by: .milliseconds(10))
            }
            guard one.replies == together.replies, one.sent == together.sent else {
                Issue.record("round \(round): \(one.replies.count) replies, \(together.replies.count) together")
                return
            }
        }
        #expect(one.worker.statistics == together.worker.statistics)
        let counts = one.worker.statistics
        #expect(counts.events > 0 && counts.labels > 0 && counts.rejected > 0 && counts.busy > 0)
        #expect((counts.shed > 0) == (policy == .shed))
    }

    @Test("a frame has the room of its records, whatever frames came before it")
    func frameRoom() throws {
        let driver = try WorkerDriver()
        driver.connect()
        driver.ask((0..<1_000).map { "{\"id\":\($0),\"time\":1}" }.joined(separator: "\n"))
        driver.step(.flush)
        for id in 0..<20 {
            driver.ask("{\"id\":\(id),\"time\":1}")
            driver.step(.flush)
        }
        for frame in driver.frames.dropFirst() {
            #expect(frame.payload.count < 100)
            #expect(frame.payload.capacity < frame.payload.count + 64)
        }
    }

    @Test("records may gather while no reply waits for them, up to a number")
    func gathering() throws {
        let driver = try WorkerDriver()
        driver.connect()
        #expect(!driver.worker.mayGather)
        driver.ask("{\"id\":1,\"time\":1}")
        #expect(driver.worker.mayGather)
        driver.ask("{\"label\":{\"id\":1,\"value\":1,\"time\":2}}")
        #expect(!driver.worker.mayGather)
        driver.step(.flush)
        driver.ask("{\"id\":2,\"time\":1}")
        // The label waits for its commit, not for this frame.
        #expect(driver.worker.mayGather)
        for id in 3..<300 { driver.ask("{\"id\":\(id),\"time\":1}") }
        #expect(!driver.worker.mayGather)
    }

    @Test(
        "an address gives its frames back as they came",
        arguments: [[], [[]], [[7]], [[1, 2, 3], [], [9]], [[], [], []]])
    func address(frames: [[UInt8]]) {
        let address = ReturnAddress(frames)
        #expect(address.frames == frames)
        #expect(address.isEmpty == frames.isEmpty)
        #expect(address.byteCount == frames.reduce(0) { $0 + $1.count + 2 })
        let long = frames + [[UInt8](repeating: 3, count: 4_096)]
        #expect(ReturnAddress(long).frames == long)
        #expect(ReturnAddress(long) != address)
    }
}
