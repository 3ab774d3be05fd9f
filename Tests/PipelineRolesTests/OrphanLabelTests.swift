// Labels that reach the journal before their events: they wait, join, or are found to have none; nothing is forgotten.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing

@Suite("Labels before their events")
struct OrphanLabelTests {
    private func specification(
        window: Double = 5, maximum: Int = 100, policies: [LabelPolicy] = []
    ) throws -> Specification {
        try TestSpecification.make(
            heads: 1, policies: policies, orphanWindow: TimeSpan(microseconds: Int64(window * 1e6)),
            maximumOrphans: maximum)
    }

    private func fold(_ specification: Specification) -> LearnerFold { LearnerFold.marked(specification) }

    private func event(_ id: String, _ seconds: Double) -> JournalRecord { .event(id, seconds, heads: 1) }

    @Test("a label that came first joins its event as if it had come just after it", arguments: [false, true])
    func joining(retracts: Bool) throws {
        let specification = try specification(policies: retracts ? [.retract(after: .seconds(2))] : [])
        let (early, inOrder) = (fold(specification), fold(specification))
        for record: JournalRecord in [.mark(1, 100), .outcome("a", 103), event("a", 102)] { early.take(record) }
        for record: JournalRecord in [.mark(1, 100), event("a", 102), .outcome("a", 103)] { inOrder.take(record) }
        #expect(early.joins.joiner.counts.joined == 1 && early.joins.joiner.counts.early == 1)
        #expect(inOrder.joins.joiner.counts.joined == 1 && inOrder.joins.joiner.counts.early == 0)
        #expect(early.joins.joiner.orphanCount == 0)
        for record: JournalRecord in [.mark(1, 110), .end(1)] {
            early.take(record)
            inOrder.take(record)
        }
        #expect(early.modelBytes == inOrder.modelBytes)
        #expect(early.joins.rejections.isEmpty)
    }

    @Test("it waits until event time has moved on by the window, and is then quarantined with its own place")
    func expiry() throws {
        let fold = fold(try specification())
        fold.take(.mark(1, 100))
        #expect(fold.take(.outcome("a", 103)) == nil)
        #expect(fold.joins.joiner.orphanCount == 1)
        #expect(fold.fold(.mark(1, 105)) == [])
        let found = fold.fold(.mark(1, 105.000001))
        #expect(
            found == [
                Quarantined(sequence: 2, decidedBy: 4, reason: .unknownEvent, record: .outcome("a", 103))
            ])
        #expect(fold.joins.rejections == [.unknownEvent: 1])
        #expect(fold.joins.joiner.orphanCount == 0)
        // Its event comes too late for it.
        #expect(fold.take(event("a", 104)) == nil)
        #expect(fold.joins.joiner.counts.joined == 0)
    }

    @Test("one that came before any watermark begins to wait at the first; the end of all streams ends the wait")
    func withoutWatermark() throws {
        let fold = fold(try specification())
        fold.take(.outcome("a", 1_000))
        #expect(fold.fold(.mark(1, 50)) == [])
        #expect(fold.fold(.mark(1, 55)) == [])
        #expect(fold.fold(.mark(1, 55.5)).map(\.sequence) == [1])
        fold.take(.outcome("b", 1_000))
        fold.take(.outcome("c", 1_000))
        #expect(fold.fold(.end(1)).map(\.sequence) == [5, 6])
        // The next stream begins anywhere in time.
        fold.take(.outcome("d", 3))
        #expect(fold.fold(.mark(2, 2)) == [])
        #expect(fold.fold(.mark(2, 7.5)).map(\.sequence) == [8])
    }

    @Test("several labels of one event join in journal order, each by the ordinary rules")
    func several() throws {
        let fold = fold(try specification())
        fold.take(.mark(1, 100))
        for (seconds, value) in [(103.0, 1.0), (103.0, 1.0), (102.0, 0.0), (104.0, 0.0), (900.0, 1.0)] {
            #expect(fold.take(.outcome("a", seconds, value: Float(value))) == nil)
        }
        let refused = fold.fold(event("a", 101))
        #expect(refused.map(\.reason) == [.duplicateLabel, .conflictingLabel, .lateLabel])
        #expect(refused.map(\.sequence) == [3, 4, 6])
        #expect(refused.map(\.decidedBy) == [7, 7, 7])
        let counts = fold.joins.joiner.counts
        #expect(counts.joined == 1 && counts.reversed == 1 && counts.early == 5)
    }

    @Test("beyond the bound a further label has no effect, until one leaves")
    func bound() throws {
        let fold = fold(try specification(maximum: 2))
        fold.take(.mark(1, 100))
        #expect(fold.take(.outcome("a", 100)) == nil)
        #expect(fold.take(.outcome("b", 100)) == nil)
        #expect(fold.take(.outcome("c", 100)) == .orphansFull)
        fold.take(event("a", 101))
        #expect(fold.take(.outcome("c", 100)) == nil)
        #expect(fold.joins.joiner.orphanCount == 2)
    }

    @Test("an event that is refused takes no label with it")
    func refusedEvent() throws {
        let fold = fold(try specification(window: 200))
        fold.take(.mark(1, 100))
        fold.take(.outcome("a", 100))
        #expect(fold.take(event("a", 10)) == .lateEvent)
        #expect(fold.joins.joiner.orphanCount == 1)
        #expect(fold.take(event("a", 101)) == nil)
        #expect(fold.joins.joiner.counts.joined == 1)
    }

    @Test("every label is counted under exactly one fate, whatever happens; nothing waits beyond its bound")
    func fates() throws {
        var random = SeededGenerator()
        for _ in 0..<30 {
            let specification = try TestSpecification.make(
                grace: .seconds(1), maximumPending: 20,
                policies: [random.pick([.wait, .retract(after: .seconds(3))])],
                orphanWindow: .seconds(Int64(random.below(20))), maximumOrphans: random.below(9))
            let fold = LearnerFold.marked(specification)
            let monitor = MonitorFold(specification: specification, specificationDigest: TestSpecification.digest)
            monitor.fold(.specificationMark)
            var quarantined: [UInt64] = []
            var now = 100.0
            for _ in 0..<600 {
                let record: JournalRecord
                let id = "\(random.below(60))"
                switch random.below(8) {
                case 0..<3: record = .event(id, now - Double(random.below(5)))
                case 3..<6:
                    record = .outcome(
                        id, now + Double(random.below(9)) - 3, head: UInt8(random.below(2)),
                        value: Float(random.below(2)))
                case 6: record = random.chance(0.02) ? .end(1) : .mark(1, now)
                default:
                    now += Double(random.below(4))
                    record = .mark(1, now)
                }
                quarantined += fold.fold(record).map(\.sequence)
                monitor.fold(record)
                #expect(fold.joins.joiner.orphanCount <= specification.maximumOrphans)
                let (joins, counts) = (fold.joins, fold.joins.joiner.counts)
                let refused: [RejectionReason] = [
                    .duplicateLabel, .conflictingLabel, .lateLabel, .unknownEvent, .orphansFull,
                ]
                let sum =
                    counts.joined + counts.reversed + UInt64(joins.joiner.orphanCount)
                    + refused.reduce(0) { $0 + (joins.rejections[$1] ?? 0) }
                #expect(sum == joins.labels)
            }
            #expect(Set(quarantined).count == quarantined.count)
            #expect(monitor.joins.rejections == fold.joins.rejections)
            #expect(monitor.joins.joiner.counts == fold.joins.joiner.counts)
        }
    }
}
