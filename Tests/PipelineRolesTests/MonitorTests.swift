// The monitor follows the journal's tail and judges what was served, once per window.

import Calibration
import ElementaryMath
import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("The calibration monitor")
struct MonitorTests {
    private func monitor() throws -> CalibrationMonitor {
        CalibrationMonitor(
            fold: MonitorFold(
                specification: try TestSpecification.make(), specificationDigest: TestSpecification.digest))
    }

    private func step(_ monitor: CalibrationMonitor, _ input: CalibrationMonitor.Input, at now: Timestamp = at(0))
        -> [PipelineMessage]
    {
        var outputs: [CalibrationMonitor.Output] = []
        monitor.step(input, at: now, into: &outputs)
        return outputs.compactMap { if case .send(let message) = $0 { message } else { nil } }
    }

    private func tail(_ first: UInt64, _ records: [JournalRecord]) -> TailFrame {
        TailFrame(firstSequence: first, recordCount: UInt32(records.count), payload: RecordCoding.payload(records))
    }

    private func position(_ messages: [PipelineMessage]) -> UInt64? {
        guard case .fetch(let from, _)? = messages.first else { return nil }
        return from
    }

    @Test("it asks from where it is until it is caught up, and then once per tick")
    func following() throws {
        let monitor = try monitor()
        #expect(!monitor.isCaughtUp)
        #expect(position(step(monitor, .tick)) == 0)
        #expect(step(monitor, .tick) == [])
        let first = tail(0, [.specificationMark, .event("a", 0)])
        #expect(position(step(monitor, .message(.frames(end: 3, frames: [first])))) == 2)
        #expect(!monitor.isCaughtUp)
        #expect(step(monitor, .message(.frames(end: 3, frames: [tail(2, [.mark(1, 0)])]))) == [])
        #expect(monitor.isCaughtUp)
        #expect(position(step(monitor, .tick)) == 3)
    }

    @Test("frames that come twice, or from elsewhere, are not folded")
    func strayFrames() throws {
        let monitor = try monitor()
        _ = step(monitor, .tick)
        let first = tail(0, [.specificationMark, .event("a", 0)])
        _ = step(monitor, .message(.frames(end: 9, frames: [first, first, tail(5, [.event("b", 0)])])))
        _ = step(monitor, .message(.frames(end: 9, frames: [first])))
        #expect(monitor.fold.joins.sequence == 2)
        #expect(monitor.fold.joins.events == 1)
    }

    @Test("an answer that does not come is asked for again")
    func patience() throws {
        let monitor = try monitor()
        _ = step(monitor, .tick, at: at(100))
        #expect(position(step(monitor, .tick, at: at(106))) == 0)
        // A clock that was set back does not silence it.
        #expect(position(step(monitor, .tick, at: at(50))) == 0)
    }

    @Test("a frame that does not decode stops it, and says where")
    func damagedFrame() throws {
        let monitor = try monitor()
        var outputs: [CalibrationMonitor.Output] = []
        let bad = TailFrame(firstSequence: 0, recordCount: 1, payload: [9])
        monitor.step(.message(.frames(end: 1, frames: [bad])), at: at(0), into: &outputs)
        guard case .fail(let reason)? = outputs.first else {
            Issue.record("it went on")
            return
        }
        #expect(reason.contains("record 0") && reason.contains("format 9"))
    }

    @Test("only matured events are judged, each head once, with its outcome's weight")
    func judging() throws {
        let fold = MonitorFold(
            specification: try TestSpecification.make(), specificationDigest: TestSpecification.digest)
        for record: JournalRecord in [
            .specificationMark, .mark(1, 0), .event("a", 0), .event("b", 0), .outcome("a", 5, head: 1, weight: 3),
            .outcome("b", 5),
        ] {
            fold.fold(record)
        }
        #expect(fold.heads.map(\.outputs[0].served.sums.count) == [0, 0])
        fold.fold(.mark(1, 30))
        #expect(fold.heads.map(\.outputs[0].served.sums.count) == [0, 1])  // silence of head 1 proves nothing
        #expect(fold.heads[1].outputs[0].served.sums.weight == 3)
        fold.fold(.mark(1, 70))
        #expect(fold.heads.map(\.outputs[0].served.sums.count) == [2, 1])
        #expect(fold.heads[0].outputs[0].served.sums.observed == 1)
        fold.fold(.end(1))
        #expect(fold.heads.map(\.outputs[0].served.sums.count) == [2, 1])
        #expect(fold.newestVersion == ModelVersion(epoch: 1, records: 1))
        fold.fold(.specificationMark)
        #expect(fold.heads.map(\.outputs[0].served.sums.count) == [0, 0])
        #expect(fold.newestVersion == .none)
    }

    @Test("every stage of a score is judged for itself, by the outcome that the window ended with")
    func stages() throws {
        let fold = MonitorFold(
            specification: try TestSpecification.make(policies: [.retract(after: .seconds(2))]),
            specificationDigest: TestSpecification.digest)
        for record: JournalRecord in [
            .specificationMark, .mark(1, 0), .event("a", 0), .mark(1, 5), .outcome("a", 6), .outcome("a", 9, value: 0),
            .outcome("a", 12),
        ] {
            fold.fold(record)
        }
        #expect(fold.heads[0].outputs[0].served.sums.count == 0)
        fold.fold(.end(1))
        let head = fold.heads[0].outputs[0]
        for (sketch, logit) in [(head.raw, 0.5), (head.mapped, 0.75), (head.served, 1.0)] {
            #expect(sketch.sums.count == 1)
            #expect(sketch.sums.observed == 1)
            #expect((sketch.sums.predicted - sigmoid(logit)).magnitude < 1e-12)
        }
    }

    @Test("learner and monitor agree on every count of one journal")
    func agreement() throws {
        var random = SeededGenerator()
        let specification = try TestSpecification.make(maximumPending: 6)
        let learner = LearnerFold.marked(specification)
        let monitor = MonitorFold(specification: specification, specificationDigest: TestSpecification.digest)
        monitor.fold(.specificationMark)
        for step in 0..<2_000 {
            let id = "\(random.below(20))"
            let record: JournalRecord =
                switch random.below(3) {
                case 0: .event(id, Double(step))
                case 1: .outcome(id, Double(step), head: UInt8(random.below(2)))
                default: .mark(1, Double(step - random.below(30)))
                }
            learner.take(record)
            monitor.fold(record)
            #expect(learner.joins.joiner.pendingCount == monitor.joins.joiner.pendingCount)
        }
        #expect(learner.joins.rejections == monitor.joins.rejections)
        #expect(learner.joins.clock == monitor.joins.clock)
        #expect(learner.sequence == monitor.joins.sequence)
    }
}
