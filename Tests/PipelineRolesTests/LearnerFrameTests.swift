// What a learner takes, answers and refuses, frame by frame.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A learner and its frames")
struct LearnerFrameTests {
    private func welcome(_ accepted: UInt64, _ durable: UInt64, records: UInt64 = 1) -> PipelineMessage {
        .welcome(epoch: 1, accepted: accepted, durable: durable, version: ModelVersion(epoch: 1, records: records))
    }

    private func isRefusal(_ messages: [PipelineMessage]) -> Bool {
        messages.count == 1 && messages.allSatisfy { if case .refused = $0 { true } else { false } }
    }

    @Test("a frame is folded at once and acknowledged when it is durable")
    func acknowledgement() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        #expect(driver.heard() == [welcome(0, 0)])
        driver.append(5, 1, [.event("a", 0), .outcome("a", 1)])
        #expect(driver.learner.fold.sequence == 3)
        #expect(driver.heard() == [])
        #expect(!driver.learner.isSettled)
        driver.hello(5)
        #expect(driver.heard() == [welcome(1, 0)])
        driver.commit()
        #expect(driver.heard() == [.ack(durable: 1)])
        #expect(driver.learner.isSettled)
    }

    @Test("a frame that comes twice is answered and folded once")
    func duplicate() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.event("a", 0)])
        driver.append(5, 1, [.event("a", 0)])
        driver.commit()
        driver.append(5, 1, [.event("a", 0)])
        #expect(driver.learner.fold.sequence == 2)
        #expect(driver.heard().dropFirst() == [.ack(durable: 0), .ack(durable: 1), .ack(durable: 1)])
    }

    @Test("after a gap the writer is told where it is, and nothing is folded")
    func gap() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.event("a", 0)])
        _ = driver.heard()
        driver.append(5, 3, [.event("c", 0)])
        #expect(driver.heard() == [welcome(1, 0)])
        #expect(driver.learner.fold.sequence == 2)
    }

    @Test("frames of a writer that has not said hello wait for it")
    func unknownWriter() throws {
        let driver = try LearnerDriver()
        driver.append(5, 1, [.event("a", 0)])
        #expect(driver.heard() == [])
        #expect(driver.learner.fold.sequence == 1)
    }

    @Test("a worker with another configuration is refused with the remedy, and its frames are not taken")
    func foreignSpecification() throws {
        let driver = try LearnerDriver()
        driver.hear(.hello(WorkerHello(writer: 5, specification: [1, 2])))
        #expect(
            driver.heard() == [
                .refused(
                    .otherConfiguration,
                    reason: "the worker's configuration differs from the learner's: start both with the same file")
            ])
        #expect(driver.failures.isEmpty)
        driver.append(5, 1, [.event("a", 0)])
        #expect(driver.learner.fold.sequence == 1)
    }

    static let badRecords: [[JournalRecord]] = [
        [.event("a", 0), .event("b", 0, lanes: .zero)], [.event("a", 0, heads: 1)], [.event("a", 0, heads: 3)],
        [.outcome("a", 0, head: 2)],
        [.label(Label(id: eventID("a"), head: 0, value: .category(0), time: at(0), weight: 1))],
        [.event("a", 0), .specificationMark],
    ]

    @Test(
        "a frame with one record that does not fit is refused whole, and nothing of it is folded", arguments: badRecords
    )
    func doesNotFit(records: [JournalRecord]) throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        _ = driver.heard()
        let before = driver.learner.fold.bytes
        driver.append(5, 1, records)
        #expect(isRefusal(driver.heard()))
        #expect(driver.warnings.count == 1)
        #expect(driver.learner.fold.bytes == before)
        // The number is still free for a frame that fits.
        driver.append(5, 1, [.event("a", 0)])
        #expect(driver.learner.fold.sequence == 2)
    }

    @Test("a payload that is not the records it claims is refused, and nothing of it is folded")
    func garbage() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        _ = driver.heard()
        let before = driver.learner.fold.bytes
        let good = RecordCoding.payload([.event("a", 0), .event("b", 0)])
        var poisoned = good
        // The last four bytes are a served logit.
        poisoned.replaceSubrange(poisoned.count - 4..<poisoned.count, with: [0, 0, 0xC0, 0x7F])
        for (payload, count) in [
            (good, 1), (good, 3), (Array(good.dropLast()), 2), ([9] + good.dropFirst(), 2), ([1, 99], 1), ([], 0),
            (poisoned, 2),
        ] as [([UInt8], UInt32)] {
            driver.hear(
                .append(AppendFrame(writer: 5, writerSequence: 1, batch: nil, recordCount: count, payload: payload)))
            #expect(isRefusal(driver.heard()))
        }
        #expect(driver.learner.fold.bytes == before)
    }

    @Test("an enormous feature value is refused before it can make a score infinite")
    func enormousValue() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        _ = driver.heard()
        driver.append(5, 1, [.event("a", 0, number: .greatestFiniteMagnitude)])
        #expect(isRefusal(driver.heard()))
        #expect(driver.learner.fold.sequence == 1)
    }

    @Test("what the joiner refuses is kept for a person, with its place in the journal")
    func quarantine() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.event("a", 0), .event("a", 0), .outcome("b", 1)])
        #expect(driver.quarantined.map(\.sequence) == [2, 3])
        #expect(driver.quarantined.map(\.reason) == [.duplicateEvent, .unknownEvent])
    }

    @Test("a change is published at most ten times a second; nothing new, nothing published")
    func publishing() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.step(.tick)
        #expect(driver.published.isEmpty)
        driver.append(5, 1, [.event("a", 0)])
        driver.step(.tick)
        driver.append(5, 2, [.event("b", 0)])
        driver.step(.tick)
        #expect(driver.published.count == 1)
        driver.now = driver.now.advanced(by: .milliseconds(100))
        driver.step(.tick)
        #expect(driver.published.map(\.version.records) == [2, 3])
        #expect(driver.published[1].base == driver.published[0].version)
    }

    @Test("a snapshot is the model published last, and goes to whoever asks")
    func snapshot() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        driver.append(5, 1, [.event("a", 0)])
        _ = driver.heard()
        driver.hear(.snapshotRequest, from: 9)
        driver.step(.tick)
        guard case .delta(let delta)? = driver.heard(9).first else {
            Issue.record("no snapshot")
            return
        }
        #expect(delta.base == .none)
        #expect(delta.version == driver.learner.version)
    }

    @Test("messages that are never a learner's are warned of and change nothing")
    func confusedPeer() throws {
        let driver = try LearnerDriver()
        let before = driver.learner.fold.bytes
        for message: PipelineMessage in [
            .ack(durable: 1), .refused(.unusableFrame, reason: "x"), .frames(end: 1, frames: []),
        ] {
            driver.hear(message)
        }
        #expect(driver.warnings.count == 3)
        #expect(driver.learner.fold.bytes == before)
    }

    @Test("a learner that is behind with its commits asks for no more")
    func backPressure() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        var sequence: UInt64 = 0
        while driver.learner.wantsInput, sequence < 1_000 {
            sequence += 1
            driver.append(5, sequence, [.rejection(.busy)])
        }
        #expect(sequence == 256)
        driver.commit()
        #expect(driver.learner.wantsInput)
        #expect(driver.heard().last == .ack(durable: 256))
    }
}
