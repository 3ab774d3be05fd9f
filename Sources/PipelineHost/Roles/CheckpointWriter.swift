// The thread that writes checkpoints: a large one takes the disk a second, and no commit may wait for that.

import PipelineRoles

/// Writes checkpoints one after the other. Each is of what was durable when it was handed over.
final class CheckpointWriter: Sendable {
    private enum Job: Sendable {
        case write(Checkpoint, chain: UInt32)
        case stop
    }

    private let jobs: Mailbox<Job>
    private let thread: OSThread

    /// Starts the thread. What becomes of a checkpoint is told in the results of `commits`; after one that was written its
    /// thread is asked to remove old frames.
    init(store: CheckpointStore, commits: CommitThread) throws {
        let jobs = try Mailbox<Job>()
        self.jobs = jobs
        thread = try OSThread(name: "weir-checkpoint") {
            do {
                while true {
                    for job in try jobs.waitForSome(milliseconds: nil) {
                        guard case .write(let checkpoint, let chain) = job else { return }
                        CheckpointWriter.write(checkpoint, chain: chain, store: store, commits: commits)
                    }
                }
            } catch { commits.results.put(.failed("no checkpoint can be written: \(error)")) }
        }
    }

    private static func write(_ checkpoint: Checkpoint, chain: UInt32, store: CheckpointStore, commits: CommitThread) {
        do {
            try store.write(checkpoint, chain: chain)
            commits.jobs.put(.removeOldFrames(watermark: checkpoint.watermark))
            commits.results.put(.checkpointed(sequence: checkpoint.sequence))
        } catch {
            // The journal is the truth: without the checkpoint a restart folds more of it.
            commits.results.put(.checkpointFailed(sequence: checkpoint.sequence, why: "\(error)"))
        }
    }

    /// Hands a checkpoint over. The journal is durable up to it, and has this chain value there.
    func put(_ checkpoint: Checkpoint, chain: UInt32) { jobs.put(.write(checkpoint, chain: chain)) }

    /// Waits until everything handed over is written, and ends the thread.
    func stop() {
        jobs.put(.stop)
        try? thread.join()  // what it could throw it has told
    }
}
