// What the learner's thread does with the role's outputs.

import Logging
import PipelineRoles
import ScoringRecords
import WireFormat
import ZeroMQ

/// The learner's loop body: one per thread, stepped by `LearnHost`.
struct LearnLoop {
    let learner: Learner
    let commits: CommitThread
    let logger: Logger
    let checkpointRecords: UInt64
    let checkpoints: CheckpointStore

    private var outputs: [Learner.Output] = []
    // What is being done, while it may bring further outputs.
    private var current: [Learner.Output] = []
    private var lastCheckpoint: UInt64
    // Bytes of each checkpoint that is still to be written, the oldest first.
    private var checkpointsUnderWay: [Int] = []

    // A disk that is slower than the stream gets no further checkpoint while so many bytes wait for it.
    private static let waitingCheckpointBytes = 64 << 20

    init(
        learner: Learner, commits: CommitThread, logger: Logger, checkpointRecords: UInt64, checkpoints: CheckpointStore
    ) {
        self.learner = learner
        self.checkpoints = checkpoints
        self.commits = commits
        self.logger = logger
        self.checkpointRecords = checkpointRecords
        lastCheckpoint = learner.fold.sequence
    }

    mutating func receive(_ parts: [[UInt8]]) {
        guard parts.count == 2 else {
            logger.warning("a message had \(parts.count) parts instead of two; ignored")
            return
        }
        do throws(RecordCodingError) {
            let message = try PipelineMessage(decoding: parts[1])
            learner.step(.message(parts[0], message), at: WallClock.now(), into: &outputs)
        } catch {
            logger.warning("a worker's message was unreadable; ignored", metadata: ["why": "\(error)"])
        }
    }

    mutating func tick() {
        learner.step(.tick, at: WallClock.now(), into: &outputs)
    }

    mutating func takeCommits() throws {
        for result in commits.results.takeAll() {
            switch result {
            case .committed(let end):
                learner.step(.committed(end: end), at: WallClock.now(), into: &outputs)
            case .checkpointed(let sequence):
                checkpointsUnderWay.removeFirst()
                logger.info("checkpoint written", metadata: ["sequence": "\(sequence)"])
            case .checkpointFailed(let sequence, let why):
                checkpointsUnderWay.removeFirst()
                logger.warning(
                    "checkpoint not written, the next start folds more of the journal",
                    metadata: ["sequence": "\(sequence)", "why": "\(why)"])
            case .warning(let what, let why):
                logger.warning("\(what)", metadata: ["why": "\(why)"])
            case .failed(let why):
                throw HostError(
                    .system, "the journal cannot be written: \(why)",
                    remedy: "mend the cause and start the learner again; nothing acknowledged is lost")
            }
        }
    }

    mutating func perform(socket: borrowing Socket, model: borrowing Socket) throws {
        while !outputs.isEmpty {
            swap(&outputs, &current)
            for output in current { try perform(output, socket: socket, model: model) }
            current.removeAll(keepingCapacity: true)
        }
        // Only now has everything folded been handed to the commit thread, in front of the checkpoint.
        if learner.fold.sequence - lastCheckpoint >= checkpointRecords,
            checkpointsUnderWay.reduce(0, +) < LearnLoop.waitingCheckpointBytes
        {
            checkpoint()
        }
    }

    private mutating func perform(
        _ output: Learner.Output, socket: borrowing Socket, model: borrowing Socket
    ) throws {
        switch output {
        case .send(let peer, let message):
            try send(message, to: peer, socket: socket)
        case .readCheckpoint(let peer, let records):
            do {
                let state = try rollbackState(records)
                learner.step(.rollback(peer, to: records, state: state), at: WallClock.now(), into: &outputs)
            } catch let error as HostError {
                try send(.refused(.checkpointUnusable, reason: error.message), to: peer, socket: socket)
            }
        case .publish(let delta):
            _ = try model.send(PipelineMessage.delta(delta).encoded(), mode: .immediate)
        case .commit(let frames):
            commits.jobs.put(.append(frames, at: SteadyClock.nanoseconds()))
        case .quarantine(let quarantined):
            commits.jobs.put(.quarantine(quarantined))
        case .warn(let message):
            logger.warning("\(message)")
        case .fail(let refusal, let reason):
            throw HostError(refusal, "the learner stops (\(refusal.code)): \(reason)")
        }
    }

    private func send(_ message: PipelineMessage, to peer: Learner.Peer, socket: borrowing Socket) throws {
        do throws(ZeroMQError) {
            _ = try socket.sendMultipart([peer, message.encoded()], mode: .immediate)
        } catch {
            if error.code != .hostUnreachable { throw error }  // the peer has gone; a worker will say hello again
        }
    }

    // Read on this thread: workers score meanwhile, and nothing may be learned between the command and its effect.
    private func rollbackState(_ records: UInt64) throws -> [UInt8] {
        let fold = learner.fold
        return try checkpoints.restore(
            after: records, specification: fold.specification, specificationDigest: fold.specificationDigest
        ).rollbackState()
    }

    // The state is taken now, the file written after everything before it was committed: jobs are done in order.
    private mutating func checkpoint() {
        lastCheckpoint = learner.fold.sequence
        let checkpoint = Checkpoint(of: learner.fold)
        checkpointsUnderWay.append(checkpoint.byteCount)
        commits.jobs.put(.checkpoint(checkpoint))
    }

    /// Waits until everything folded is durable, acknowledged, and in a checkpoint if one can be written.
    mutating func settle(socket: borrowing Socket, model: borrowing Socket) throws {
        try perform(socket: socket, model: model)
        checkpoint()
        while !learner.isSettled || !checkpointsUnderWay.isEmpty {
            try commits.results.waitUntilSome()
            try takeCommits()
            try perform(socket: socket, model: model)
        }
    }
}
