// The roles of a simulated pipeline: stepped, connected, and ended in the middle of what they do.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

extension PipelineSimulation {
    // MARK: Misfortune

    func misfortune() throws {
        if learner == nil, tick >= restart { try startLearner() }
        if learner != nil, random.chance(weather.learnerCrash) { crashLearner() }
        if random.chance(weather.monitorCrash) { restartMonitor() }
        for writer in workers.keys.sorted() {
            if random.chance(weather.partition) { cutOff[writer] = tick + random.below(200) }
            if random.chance(weather.workerCrash) { crashWorker(writer) }
        }
    }

    /// What of an action's outputs is done: all of them, or the first few before the process dies.
    private func survivors(_ count: Int) -> Int? {
        count > 0 && random.chance(weather.stepCrash) ? random.below(count + 1) : nil
    }

    func startWorker() {
        workers[nextWriter] = ScoreWorker(
            ScoreWorkerConfiguration(
                specification: specification, specificationDigest: TestSpecification.digest, writer: nextWriter,
                clock: .wall, spoolBytes: PipelineSimulation.spoolBytes, spoolFull: weather.spoolFull,
                acknowledgement: weather.acknowledgement))
        nextWriter += 1
    }

    private func crashWorker(_ writer: UInt64) {
        workers[writer] = nil
        startWorker()
    }

    private func crashLearner() {
        learner = nil
        // Of what was under way to the disk, the first part arrived.
        for commit in commits.prefix(random.below(commits.count + 1)) { journal.commit(commit.frames) }
        commits = []
        restart = tick + random.below(40)
        guard random.chance(weather.tailLoss), journal.frames.count > 1 else { return }
        hasLostTail = true
        // A host refuses a journal that is shorter than its checkpoint; here somebody has removed the checkpoint.
        checkpoint = nil
        journal.truncate(to: 1 + random.below(journal.frames.count - 1))
    }

    private func startLearner() throws {
        epoch += 1
        var fold: LearnerFold?
        if let checkpoint, random.chance(0.5) {
            fold = try LearnerFold.restored(from: checkpoint, specification)
        }
        learner = try journal.learner(specification, epoch: epoch, from: fold)
    }

    private func restartMonitor() {
        monitor = CalibrationMonitor(
            fold: MonitorFold(specification: specification, specificationDigest: TestSpecification.digest))
        monitorMail = []
    }

    // MARK: Workers

    func deliver() {
        for (link, bytes) in network.arrived(at: tick) {
            guard let message = try? PipelineMessage(decoding: bytes) else {
                faults.append("a message did not decode")
                continue
            }
            switch link {
            case .toWorker(let writer):
                if cutOff[writer, default: 0] <= tick { step(worker: writer, .learner(message)) }
            case .fromWorker(let writer):
                if cutOff[writer, default: 0] <= tick { learn(.message(peer(of: writer), message)) }
            }
        }
    }

    private func peer(of writer: UInt64) -> Learner.Peer { Array("\(writer)".utf8) }

    private func writer(of peer: Learner.Peer) -> UInt64? { UInt64(String(decoding: peer, as: UTF8.self)) }

    func step(worker writer: UInt64, _ input: ScoreWorker.Input) {
        var outputs: [ScoreWorker.Output] = []
        workers[writer]?.step(input, at: now, into: &outputs)
        perform(outputs, of: writer)
    }

    func perform(_ outputs: [ScoreWorker.Output], of writer: UInt64) {
        let survivors = survivors(outputs.count)
        for output in outputs.prefix(survivors ?? outputs.count) {
            switch output {
            case .reply(let client, let bytes): answered(client, bytes, by: writer)
            case .learner(let message): network.send(message, .fromWorker(writer), at: tick, in: weather, &random)
            case .warn: break
            case .fail(_, let reason): faults.append("worker \(writer) failed: \(reason)")
            }
        }
        if survivors != nil { crashWorker(writer) }
    }

    // MARK: Learner

    func learn(_ input: Learner.Input) {
        guard let learner, !hasNoticedLoss else { return }
        var outputs: [Learner.Output] = []
        learner.step(input, at: now, into: &outputs)
        let survivors = survivors(outputs.count)
        for output in outputs.prefix(survivors ?? outputs.count) {
            switch output {
            case .send(let peer, let message):
                if let writer = writer(of: peer) {
                    network.send(message, .toWorker(writer), at: tick, in: weather, &random)
                }
            case .publish(let delta):
                for writer in workers.keys.sorted() {
                    network.send(.delta(delta), .toWorker(writer), at: tick, in: weather, &random)
                }
            case .commit(let frames):
                let previous = commits.last?.due ?? 0
                commits.append(Commit(due: max(previous, tick + random.below(weather.slowestCommit)), frames: frames))
            case .readCheckpoint(let peer, let records): checkpointAsked = (peer, records)
            case .quarantine, .warn: break
            case .fail(.journalTailLost, _): hasNoticedLoss = true
            case .fail(_, let reason): faults.append("the learner failed: \(reason)")
            }
        }
        if survivors != nil { crashLearner() }
    }

    /// An operator's command; nobody waits for the answer.
    func control(_ control: LearningControl) { learn(.message(peer(of: 0), .control(control))) }

    /// An operator's command to go back to the checkpoint, which the learner's host reads at once.
    func rollBack() throws {
        guard let checkpoint else { return }
        let fold = try LearnerFold.restored(from: checkpoint, specification)
        learn(.message(peer(of: 0), .rollback(to: fold.sequence)))
        guard let (peer, records) = checkpointAsked else { return }
        checkpointAsked = nil
        learn(.rollback(peer, to: records, state: fold.rollbackState()))
    }

    func finishCommits() {
        while let first = commits.first, first.due <= tick {
            commits.removeFirst()
            journal.commit(first.frames)
            learn(.committed(end: journal.end))
        }
        if let learner, learner.isSettled, random.chance(0.05) { checkpoint = learner.fold.bytes }
    }

    // MARK: Monitor

    func watch() {
        let due = monitorMail.filter { $0.due <= tick }
        monitorMail.removeAll { $0.due <= tick }
        for mail in due { step(monitor: .message(mail.message)) }
        step(monitor: .tick)
    }

    private func step(monitor input: CalibrationMonitor.Input) {
        var outputs: [CalibrationMonitor.Output] = []
        monitor.step(input, at: now, into: &outputs)
        for output in outputs {
            switch output {
            case .send(.fetch(let from, _)): answerMonitor(from: from)
            case .send: faults.append("the monitor sent something else than a fetch")
            case .fail(let reason):
                if !hasLostTail { faults.append("the monitor failed: \(reason)") }
                return restartMonitor()
            }
        }
    }

    // The tail's answers keep their order, as on any one connection, and may be lost.
    private func answerMonitor(from: UInt64) {
        if random.chance(weather.loss) { return }
        // A tail sends a few frames at a time.
        let frames = journal.frames.drop { $0.firstSequence < from }.prefix(1 + random.below(8)).map {
            TailFrame(firstSequence: $0.firstSequence, recordCount: $0.frame.recordCount, payload: $0.frame.payload)
        }
        let due = max(monitorMail.last?.due ?? 0, tick + random.below(weather.delay + 1))
        monitorMail.append((due, .frames(end: journal.end, frames: frames)))
    }
}
