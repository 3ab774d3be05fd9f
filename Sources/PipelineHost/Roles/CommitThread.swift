// The thread that owns the journal file: it makes the learner's order durable while the learner goes on folding.

import Journal
import Logging
import PipelineRoles

/// Work for the commit thread, in order.
enum CommitJob: Sendable {
    /// Append these frames, all or nothing.
    case append([OrderedFrame])
    /// Write a checkpoint of everything appended before.
    case checkpoint(bytes: [UInt8], sequence: UInt64)
    /// Finish: everything before is done.
    case stop
}

/// What the commit thread has done.
enum CommitResult: Sendable {
    /// Every record below `end` is durable.
    case committed(end: UInt64)
    /// A checkpoint is on disk.
    case checkpointed(sequence: UInt64)
    /// The journal cannot be written: the learner must stop, nothing more is acknowledged.
    case failed(String)
}

/// Appends in groups: whatever has gathered while one commit was on its way to the disk goes into the next.
final class CommitThread: Sendable {
    let jobs: Mailbox<CommitJob>
    let results: Mailbox<CommitResult>

    // A unit of frames is committed whole; units are grouped up to this many frames, the journal's own bound.
    private static let framesPerCommit = JournalLimits.maximumFramesPerAppend

    init() throws {
        jobs = try Mailbox()
        results = try Mailbox()
    }

    /// Runs until `stop`. The journal is used by this thread alone while it runs.
    func run(journal: sending SQLiteJournal, checkpoints: CheckpointStore, logger: Logger) {
        do {
            while true {
                var pending: [JournalFrame] = []
                for job in try jobs.waitForSome() {
                    switch job {
                    case .append(let frames):
                        if pending.count + frames.count > CommitThread.framesPerCommit {
                            try commit(&pending, to: journal)
                        }
                        pending.append(contentsOf: frames.map(JournalFrame.init))
                    case .checkpoint(let bytes, let sequence):
                        try commit(&pending, to: journal)
                        try checkpoints.write(bytes, sequence: sequence)
                        results.put(.checkpointed(sequence: sequence))
                    case .stop:
                        try commit(&pending, to: journal)
                        return
                    }
                }
                try commit(&pending, to: journal)
            }
        } catch {
            results.put(.failed("\(error)"))
        }
    }

    private func commit(_ frames: inout [JournalFrame], to journal: SQLiteJournal) throws {
        guard let last = frames.last else { return }
        try journal.append(frames)
        results.put(.committed(end: last.endSequence))
        frames.removeAll(keepingCapacity: true)
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
