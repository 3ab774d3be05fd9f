// What the learner's thread does with the role's outputs.

import Logging
import PipelineRoles
import ScoringRecords
import WireFormat
import ZeroMQ

/// The learner's loop body: one per thread, stepped by `LearnHost`.
struct LearnLoop {
    let learner: Learner
    let quarantine: QuarantineFile
    let commits: CommitThread
    let logger: Logger
    let checkpointRecords: UInt64

    private var outputs: [Learner.Output] = []
    // Written once their records are durable: what never happened must not lie in the file.
    private var pendingQuarantine: [Quarantined] = []
    private var lastCheckpoint: UInt64
    private var checkpointed: UInt64?

    init(
        learner: Learner, quarantine: QuarantineFile, commits: CommitThread, logger: Logger, checkpointRecords: UInt64
    ) {
        self.learner = learner
        self.quarantine = quarantine
        self.commits = commits
        self.logger = logger
        self.checkpointRecords = checkpointRecords
        lastCheckpoint = learner.fold.sequence
    }

    mutating func receive(_ parts: [[UInt8]]) {
        guard parts.count == 2 else { return }
        do throws(RecordCodingError) {
            let message = try PipelineMessage(decoding: parts[1])
            learner.step(.message(parts[0], message), at: WallClock.now(), into: &outputs)
        } catch {
            logger.warning("a worker's message was unreadable; ignored", metadata: ["why": "\(error)"])
        }
    }

    mutating func tick() {
        learner.step(.tick, at: WallClock.now(), into: &outputs)
        if learner.fold.sequence - lastCheckpoint >= checkpointRecords { checkpoint() }
    }

    mutating func takeCommits() throws {
        for result in commits.results.takeAll() {
            switch result {
            case .committed(let end):
                learner.step(.committed(end: end), at: WallClock.now(), into: &outputs)
                let durable = pendingQuarantine.prefix { $0.decidedBy < end }
                for quarantined in durable { quarantine.write(quarantined) }
                pendingQuarantine.removeFirst(durable.count)
            case .checkpointed(let sequence):
                checkpointed = sequence
                logger.info("checkpoint written", metadata: ["sequence": "\(sequence)"])
            case .failed(let why):
                throw HostError(
                    .system, "the journal cannot be written: \(why)",
                    remedy: "mend the cause and start the learner again; nothing acknowledged is lost")
            }
        }
    }

    mutating func perform(socket: borrowing Socket, model: borrowing Socket) throws {
        for output in outputs {
            switch output {
            case .send(let peer, let message):
                do throws(ZeroMQError) {
                    _ = try socket.sendMultipart([peer, message.encoded()], mode: .immediate)
                } catch {
                    if error.code != .hostUnreachable { throw error }  // the worker has gone; it will say hello again
                }
            case .publish(let delta):
                _ = try model.send(PipelineMessage.delta(delta).encoded(), mode: .immediate)
            case .commit(let frames):
                commits.jobs.put(.append(frames))
            case .quarantine(let quarantined):
                pendingQuarantine.append(quarantined)
            case .warn(let message):
                logger.warning("\(message)")
            case .fail(let refusal, let reason):
                throw HostError(refusal, "the learner stops (\(refusal.code)): \(reason)")
            }
        }
        outputs.removeAll(keepingCapacity: true)
    }

    // The bytes are made now, the file only after everything before it was committed: jobs are done in order.
    private mutating func checkpoint() {
        lastCheckpoint = learner.fold.sequence
        commits.jobs.put(
            .checkpoint(bytes: CheckpointStore.encode(learner.fold), sequence: learner.fold.sequence))
    }

    /// Waits until everything folded is durable, acknowledged, and in a checkpoint.
    mutating func settle(socket: borrowing Socket, model: borrowing Socket) throws {
        try perform(socket: socket, model: model)
        checkpoint()
        while !learner.isSettled || checkpointed != learner.fold.sequence {
            try commits.results.waitUntilSome()
            try takeCommits()
            try perform(socket: socket, model: model)
        }
    }
}
