// The thread that owns the journal file: it makes the learner's order durable while the learner goes on folding.

import Journal
import Logging
import PipelineRoles
import ScoringRecords

/// Work for the commit thread, in order.
enum CommitJob: Sendable {
    /// Append these frames, all or nothing; handed over at this time of the steady clock.
    case append([OrderedFrame], at: UInt64)
    /// Note this finding once the record that decided it is durable.
    case quarantine(Quarantined)
    /// Have a checkpoint written of everything appended before.
    case checkpoint(Checkpoint)
    /// A checkpoint was written: remove what is no longer needed with it.
    case removeOldFrames(watermark: Timestamp)
    /// Finish: everything before is done.
    case stop
}

/// What the commit thread has done.
enum CommitResult: Sendable {
    /// Every record below `end` is durable.
    case committed(end: UInt64)
    /// A checkpoint is on disk.
    case checkpointed(sequence: UInt64)
    /// A checkpoint could not be written; the journal goes on without it.
    case checkpointFailed(sequence: UInt64, why: String)
    /// Something for the log.
    case warning(String, why: String)
    /// The journal cannot be written: the learner must stop, nothing more is acknowledged.
    case failed(String)
}

/// Appends in groups: a commit begins when its oldest frame has waited for the interval, or its bytes are enough. What
/// gathers while one commit is on its way to the disk goes into the next.
final class CommitThread: Sendable {
    let jobs: Mailbox<CommitJob>
    let results: Mailbox<CommitResult>

    init() throws {
        jobs = try Mailbox()
        results = try Mailbox()
    }

    /// Runs until `stop`. What the committer owns is used by this thread alone while it runs.
    func run(_ committer: consuming sending JournalCommitter, logger: Logger) {
        var committer = committer
        do {
            while try serve(&committer) {}
        } catch {
            results.put(.failed("\(error)"))
        }
        committer.finish()
        CommitThread.report(committer, to: logger)
    }

    /// One round; `false` after `stop`.
    private func serve(_ committer: inout JournalCommitter) throws -> Bool {
        for job in try jobs.waitForSome(milliseconds: committer.patience(at: SteadyClock.nanoseconds())) {
            switch job {
            case .append(let frames, let time):
                try committer.append(frames.map(JournalFrame.init), handedOver: time, results: results)
            case .quarantine(let finding):
                committer.quarantine(finding)
            case .checkpoint(let checkpoint):
                try committer.write(checkpoint, results: results)
            case .removeOldFrames(let watermark):
                committer.removeOldFrames(watermark: watermark, results: results)
            case .stop:
                try committer.commit(results)
                return false
            }
        }
        try committer.work(at: SteadyClock.nanoseconds(), results: results)
        return true
    }

    private static func report(_ committer: JournalCommitter, to logger: Logger) {
        guard committer.writes.count > 0 else { return }
        func milliseconds(_ nanoseconds: UInt64) -> Logger.MetadataValue {
            "\(Double(nanoseconds / 1_000) / 1_000)ms"
        }
        let (waits, writes) = (committer.waits, committer.writes)
        logger.info(
            "commits",
            metadata: [
                "count": "\(writes.count)", "durableP50": milliseconds(waits.quantile(0.5)),
                "durableP99": milliseconds(waits.quantile(0.99)), "durableMax": milliseconds(waits.maximum),
                "writeP50": milliseconds(writes.quantile(0.5)), "writeP99": milliseconds(writes.quantile(0.99)),
                "writeMax": milliseconds(writes.maximum),
            ])
    }
}

extension JournalFrame {
    fileprivate init(_ ordered: OrderedFrame) {
        self.init(
            firstSequence: ordered.firstSequence, recordCount: ordered.frame.recordCount,
            writer: ordered.frame.writer, writerSequence: ordered.frame.writerSequence,
            payload: ordered.frame.payload)
    }
}
