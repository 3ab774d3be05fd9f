// What keeps a head from learning: an operator's command, and labels that have stopped.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("Freezing, thawing, and label outages")
struct LearningGuardTests {
    /// What a joiner says, as "id+value" for a lesson, "id old>new" for a correction, "id=value" for the end.
    private func says(_ joins: inout JoiningFold<Int>, _ records: [JournalRecord]) -> [String] {
        func text(_ outcome: Outcome) -> String {
            if case .observed(let value, _) = outcome { "\(Int(value))" } else { "-" }
        }
        var said: [String] = []
        for record in records {
            _ = joins.fold(
                record, payload: { 0.write(to: &$1) },
                output: { output in
                    switch output {
                    case .provisional(let joined): said.append("\(joined.id.text)+\(text(joined.outcome))")
                    case .correction(let joined, let old):
                        said.append("\(joined.id.text) \(text(old))>\(text(joined.outcome))")
                    case .matured(let joined): said.append("\(joined.id.text)=\(text(joined.outcome))")
                    case .refused, .aged: break
                    }
                }, quarantine: { _ in })
        }
        return said
    }

    private func joins(_ policy: LabelPolicy, labelOutage: TimeSpan? = nil) throws -> JoiningFold<Int> {
        var joins = JoiningFold<Int>(
            specification: try TestSpecification.make(heads: 1, policies: [policy], labelOutage: labelOutage),
            specificationDigest: TestSpecification.digest)
        _ = says(&joins, [.specificationMark])
        return joins
    }

    private func event(_ id: String, _ seconds: Double) -> JournalRecord { .event(id, seconds, heads: 1) }

    @Test("while frozen nothing is learned and everything is judged; what waits is learned after the thaw")
    func freezing() throws {
        var joins = try joins(.retract(after: .seconds(10)))
        #expect(says(&joins, [event("a", 0), event("b", 0), event("c", 20), .mark(1, 11)]) == ["a+0", "b+0"])
        #expect(says(&joins, [.control(.freeze), .outcome("a", 12), .mark(1, 31)]) == [])
        #expect(says(&joins, [.outcome("c", 32)]) == [])
        // b stays as it was taught; a is corrected at the end, c is learned at its own.
        #expect(says(&joins, [.control(.thaw), .mark(1, 61)]) == ["a 0>1", "a=1", "b=0"])
        #expect(says(&joins, [.mark(1, 81)]) == ["c+1", "c=1"])
    }

    @Test("a label that came while frozen is what is learned when the wait ends after the thaw")
    func labelledWhileFrozen() throws {
        var joins = try joins(.retract(after: .seconds(10)))
        #expect(says(&joins, [.control(.freeze), event("a", 0), .outcome("a", 2), .control(.thaw)]) == [])
        #expect(says(&joins, [.mark(1, 11)]) == ["a+1"])
        #expect(says(&joins, [.mark(1, 61)]) == ["a=1"])
    }

    @Test("an event whose window closes while frozen is judged and never learned")
    func closedWhileFrozen() throws {
        for policy in [LabelPolicy.wait, .retract(after: .seconds(10))] {
            var joins = try joins(policy)
            #expect(says(&joins, [.control(.freeze), event("a", 0), .outcome("a", 5), .mark(1, 61)]) == ["a=1"])
            #expect(says(&joins, [.control(.thaw), .end(1)]) == [])
        }
    }

    @Test("a frozen model keeps its weights, byte for byte, also over a restart")
    func frozenModel() throws {
        let fold = LearnerFold.marked(
            try TestSpecification.make(heads: 1, policies: [.retract(after: .seconds(5))]))
        fold.take(event("a", 0))
        fold.take(.control(.freeze))
        let before = fold.modelBytes
        let restored = try fold.restored()
        #expect(restored.joins.joiner.isFrozen)
        for fold in [fold, restored] {
            fold.take(.outcome("a", 1))
            #expect(fold.modelBytes == before)
            fold.take(.control(.thaw))
            fold.take(.outcome("a", 2, value: 0))
            #expect(fold.modelBytes != before)
        }
        #expect(fold.bytes == restored.bytes)
    }

    /// A stream of an event a second, each labelled a second later, until the labels stop.
    private func dried(
        _ joins: inout JoiningFold<Int>, labelled: Int, silent: Int, from start: Int = 0
    ) -> [String] {
        var said: [String] = []
        for second in start..<start + labelled + silent {
            let now = Double(second)
            var records = [event("e\(second)", now)]
            if second > start, second <= start + labelled { records.append(.outcome("e\(second - 1)", now)) }
            said += says(&joins, records + [.mark(1, now)])
        }
        return said
    }

    @Test("labels that stop while events go on end the reading of silence, until they return")
    func outage() throws {
        var joins = try joins(.retract(after: .seconds(2)), labelOutage: .seconds(30))
        let said = dried(&joins, labelled: 100, silent: 100)
        let status = joins.joiner.labelStream(of: 0)
        #expect(status.isOut && status.outages == 1)
        // Silence was learned until the outage was noticed, and not after it.
        let silences = said.filter { $0.hasSuffix("+0") }
        #expect((25...32).contains(silences.count))
        // Windows of 60 s close unjudged.
        #expect(status.withheld == UInt64(said.count { $0.hasSuffix("=-") }))
        #expect(status.withheld > 0 && !said.contains { $0.hasSuffix("=0") })
        // The first label ends it.
        _ = says(&joins, [.outcome("e199", 200)])
        #expect(!joins.joiner.labelStream(of: 0).isOut)
        #expect(dried(&joins, labelled: 1, silent: 5, from: 200).contains { $0.hasSuffix("+0") })
    }

    @Test("a pause without events, or one that few labels were to be expected in, is no outage")
    func noOutage() throws {
        var quiet = try joins(.retract(after: .seconds(2)), labelOutage: .seconds(30))
        _ = dried(&quiet, labelled: 100, silent: 0)
        _ = says(&quiet, [.mark(1, 100_000)])
        #expect(quiet.joiner.labelStream(of: 0).outages == 0)
        // One label in ten events: 100 silent seconds would have brought ten.
        var rare = try joins(.retract(after: .seconds(2)), labelOutage: .seconds(30))
        for second in 0..<1_000 {
            let now = Double(second)
            let labels: [JournalRecord] = second % 10 == 9 && second < 900 ? [.outcome("e\(second)", now)] : []
            _ = says(&rare, [event("e\(second)", now)] + labels + [.mark(1, now)])
        }
        #expect(rare.joiner.labelStream(of: 0).outages == 0)
        // Without the key nothing is withheld, however long the silence.
        var unguarded = try joins(.retract(after: .seconds(2)))
        _ = dried(&unguarded, labelled: 100, silent: 500)
        #expect(unguarded.joiner.labelStream(of: 0).outages == 0 && unguarded.joiner.labelStream(of: 0).withheld == 0)
    }

    @Test("a command is journalled by the learner, folded at once, and answered when it is durable")
    func command() throws {
        let driver = try LearnerDriver()
        driver.hear(.control(.freeze), from: 9)
        #expect(driver.learner.fold.joins.joiner.isFrozen)
        #expect(driver.heard(9) == [])
        driver.commit()
        #expect(driver.heard(9) == [.controlled(.freeze, sequence: 1)])
        #expect(try driver.journal.records().last == .control(.freeze))
        driver.hear(.control(.thaw), from: 9)
        driver.commit()
        #expect(driver.heard(9) == [.controlled(.thaw, sequence: 2)])
        #expect(!driver.learner.fold.joins.joiner.isFrozen)
        #expect(try driver.journal.refold(driver.learner.fold.specification).bytes == driver.learner.fold.bytes)
    }

    @Test("a worker's frame cannot hold a command")
    func notByFrame() throws {
        let driver = try LearnerDriver()
        driver.hello(5)
        _ = driver.heard()
        driver.append(5, 1, [.control(.freeze)])
        guard case .refused(.unusableFrame, _)? = driver.heard().first else {
            Issue.record("the frame was taken")
            return
        }
        #expect(!driver.learner.fold.joins.joiner.isFrozen)
    }
}
