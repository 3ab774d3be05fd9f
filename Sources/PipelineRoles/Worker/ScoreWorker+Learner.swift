// What a worker does with the learner's messages.

import OnlineLearning
import ScoringRecords
import WireFormat

extension ScoreWorker {
    private static let snapshotPatience = TimeSpan.seconds(5)

    func learner(_ message: PipelineMessage, at now: Timestamp, into outputs: inout [Output]) {
        switch message {
        case .welcome(let epoch, let accepted, let durable, let version):
            lastHeard = now
            outbox.welcome(epoch: epoch, accepted: accepted, durable: durable, at: now)
            held.durable(outbox.durable)
            // Within an epoch a lost delta shows as a gap at the next one.
            if replica.version.epoch != version.epoch { askForSnapshot(at: now, into: &outputs) }
            for frame in outbox.takeSendable() { outputs.append(.learner(.append(frame))) }
        case .ack(let durable):
            lastHeard = now
            outbox.acknowledge(durable)
            held.durable(outbox.durable)
            for frame in outbox.takeSendable() { outputs.append(.learner(.append(frame))) }
        case .folded(let batch, let version):
            lastHeard = now
            held.folded(batch, into: version)
        case .delta(let delta):
            let isOvertaken = delta.version.epoch == replica.version.epoch && delta.version <= replica.version
            if isOvertaken { break }  // a snapshot behind a newer delta, or the other way round
            switch replica.apply(delta) {
            case .applied:
                lastHeard = now
                snapshotAsked = nil
                let waiting = waitingBatches
                waitingBatches.removeAll()
                for (client, bytes) in waiting { request(client, bytes, at: now, into: &outputs) }
            case .gap, .mismatch:
                askForSnapshot(at: now, into: &outputs)
            }
        case .refused(.journalTailLost, let reason):
            // Scoring goes on, and what is held is kept for a journal that is whole again.
            outputs.append(.warn("the learner has stopped: \(reason)"))
        case .refused(let refusal, let reason):
            outputs.append(.fail(refusal, reason))
        case .hello, .append, .snapshotRequest, .fetch, .frames, .control, .controlled, .rollback, .rolledBack:
            break  // never sent to a worker; a confused peer changes nothing
        }
        held.release(replicaVersion: replica.version) { outputs.append(.reply($0, $1)) }
    }

    // One request at a time, repeated when the answer seems lost.
    func askForSnapshot(at now: Timestamp, into outputs: inout [Output]) {
        if let asked = snapshotAsked, now >= asked, now.since(asked) < ScoreWorker.snapshotPatience { return }
        snapshotAsked = now
        outputs.append(.learner(.snapshotRequest))
    }
}
