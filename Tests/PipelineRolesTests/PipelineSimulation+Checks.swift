// What must hold in a simulated pipeline: at every tick, at rest, and after a loss that was noticed.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

extension PipelineSimulation {
    // The entries of a joiner this small fill one segment, with its holes another, and a few hundred bytes of tables.
    private static let joinerBytes = 4 << 16

    /// Holds at every tick: nothing grows beyond its bound.
    func checkBounds() {
        if let joiner = learner?.fold.joins.joiner {
            if joiner.pendingCount > specification.maximumPending { faults.append("too many events wait") }
            if joiner.orphanCount > specification.maximumOrphans { faults.append("too many labels wait") }
            if joiner.memoryBytes > PipelineSimulation.joinerBytes {
                faults.append("the joiner takes \(joiner.memoryBytes) bytes")
            }
        }
        for worker in workers.values
        where worker.spooledBytes > PipelineSimulation.spoolBytes + PipelineSimulation.spoolSlack {
            faults.append("a worker holds \(worker.spooledBytes) bytes")
        }
    }

    /// Holds when everything is quiet.
    func check() throws {
        let records = try journal.records()
        checkPromises(records)
        checkFrames()
        checkLessons(records)
        guard let learner else { return faults.append("no learner is left") }
        if try journal.refold(specification).bytes != learner.fold.bytes { faults.append("the refold differs") }
        let (watched, learned) = (monitor.fold.joins, learner.fold.joins)
        if watched.sequence != journal.end { faults.append("the monitor is behind") }
        if watched.rejections != learned.rejections || watched.joiner.counts != learned.joiner.counts {
            faults.append("monitor and learner count differently")
        }
        checkReplicas(learner)
    }

    /// Holds when the learner has stopped because its journal lacks what was promised.
    func checkNoticedLoss() {
        if !hasLostTail { faults.append("a loss was noticed that never was") }
        // Workers go on scoring.
        for worker in workers.values {
            var outputs: [ScoreWorker.Output] = []
            worker.step(.request([[0]], Array("{\"id\":\"probe\"}".utf8)), at: now, into: &outputs)
            let isAnswered = weather.acknowledgement == .durable || !outputs.isEmpty
            if !isAnswered { faults.append("a worker has stopped scoring") }
        }
    }

    private func checkPromises(_ records: [JournalRecord]) {
        var labels: [JournalRecord: Int] = [:]
        var events: [String: Int] = [:]
        for record in records {
            if case .label = record { labels[record, default: 0] += 1 }
            if case .scored(let event) = record { events[event.id.text, default: 0] += 1 }
        }
        if labels.values.contains(where: { $0 > 1 }) { faults.append("a label was journalled twice") }
        if events.values.contains(where: { $0 > 1 }) { faults.append("an event was journalled twice") }
        if promises.shed.contains(where: { events["\($0)"] != nil }) { faults.append("a shed event was journalled") }
        // What the disk lost is noticed by the worker that was promised it, and by nobody if that worker has gone.
        func mustBeThere(_ writer: UInt64) -> Bool { !hasLostTail || workers[writer] != nil }
        let lost =
            promises.labels.count { labels[$0.record] != 1 && mustBeThere($0.writer) }
            + promises.events.count { events["\($0.id)"] != 1 && mustBeThere($0.writer) }
        if lost > 0 { faults.append("\(lost) acknowledged records are not in the journal exactly once") }
    }

    private func checkFrames() {
        var last: [UInt64: UInt64] = [:]
        var end: UInt64 = 0
        for ordered in journal.frames {
            if ordered.firstSequence != end { faults.append("frame at \(ordered.firstSequence), expected \(end)") }
            if ordered.frame.writerSequence != last[ordered.frame.writer, default: 0] + 1 {
                faults.append("frame \(ordered.frame.writerSequence) of writer \(ordered.frame.writer) is out of order")
            }
            last[ordered.frame.writer] = ordered.frame.writerSequence
            end += UInt64(ordered.frame.recordCount)
        }
    }

    /// Each event teaches each head once, is corrected from what was taught, and ends once.
    private func checkLessons(_ records: [JournalRecord]) {
        struct Key: Hashable {
            var sequence: UInt64
            var head: Int
        }
        var taught: [Key: Outcome] = [:]
        var ended: Set<Key> = []
        var joins = JoiningFold<Int>(specification: specification, specificationDigest: TestSpecification.digest)
        for record in records {
            _ = joins.fold(
                record, payload: { 0.write(to: &$1) },
                output: { output in
                    switch output {
                    case .provisional(let joined):
                        let key = Key(sequence: joined.sequence, head: joined.head)
                        if taught.updateValue(joined.outcome, forKey: key) != nil {
                            faults.append("an example was learned twice")
                        }
                    case .correction(let joined, let old):
                        let key = Key(sequence: joined.sequence, head: joined.head)
                        if taught.updateValue(joined.outcome, forKey: key) != old {
                            faults.append("a correction takes back what was not taught")
                        }
                    case .matured(let joined):
                        if !ended.insert(Key(sequence: joined.sequence, head: joined.head)).inserted {
                            faults.append("an event was judged twice")
                        }
                    case .refused, .aged: break
                    }
                }, quarantine: { _ in })
        }
    }

    /// Workers answer as the learner's own model does, bit for bit.
    private func checkReplicas(_ learner: Learner) {
        var outputs: [Learner.Output] = []
        learner.step(.message([0], .snapshotRequest), at: now, into: &outputs)
        learner.step(.tick, at: now, into: &outputs)
        let snapshots = outputs.compactMap { if case .send([0], .delta(let delta)) = $0 { delta } else { nil } }
        guard let snapshot = snapshots.first else { return faults.append("no snapshot") }
        let expected = ModelReplica(specification: specification)
        guard expected.apply(snapshot) == .applied else { return faults.append("the snapshot does not apply") }
        for (writer, worker) in workers where worker.modelChecksum != expected.checksum {
            faults.append("worker \(writer) has another model than the learner")
        }
        guard weather.acknowledgement == .scored else { return }
        for country in ["DE", "FR", "US"] {
            let probe = Array("{\"id\":\"probe\",\"country\":\"\(country)\",\"amount\":5}".utf8)
            let logits = logits(of: probe, expected)
            for (writer, worker) in workers {
                var outputs: [ScoreWorker.Output] = []
                worker.step(.request([], probe), at: now, into: &outputs)
                guard case .reply(_, let bytes)? = outputs.first else { return faults.append("no score") }
                if !String(decoding: bytes, as: UTF8.self).contains(logits) {
                    faults.append("worker \(writer) scores otherwise than the learner")
                }
            }
        }
    }

    /// The heads as a reply names them.
    private func logits(of event: [UInt8], _ replica: ModelReplica) -> String {
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        var decoder = IntakeDecoder(schema: specification.intakeSchema())
        var (features, numbers, scratch, scores) = (FeatureVector(), [NumberObservation](), [UInt64](), [OutputScore]())
        guard (try? decoder.decode(event, range: 0..<event.count)) != nil,
            (try? extractor.extract(
                decoder.fields, moments: replica.moments, scratch: &scratch, into: &features, numbers: &numbers)) != nil
        else { return "no features" }
        replica.score(features, into: &scores)
        return "\"logit\":\(scores[0].raw.value),\"heads\""
    }
}
