// What the commit thread does with its jobs: group frames into commits, and keep files beside the journal in step.

import Journal
import PipelineRoles
import ScoringRecords

/// Owns a journal that is being written, and decides when a commit begins. Confined to one thread.
struct JournalCommitter {
    private let journal: SQLiteJournal
    private let checkpoints: CheckpointStore
    private let checkpointWriter: CheckpointWriter
    private let quarantine: QuarantineFile
    private let interval: UInt64
    private let bytes: Int
    private var retention: Retention

    private var pending: [JournalFrame] = []
    private var pendingBytes = 0
    // When the oldest of the pending frames was handed over, on the steady clock.
    private var oldest: UInt64 = 0
    // Written once their records are durable: what never happened must not lie in the file.
    private var findings: [Quarantined] = []

    /// How long frames waited from being handed over to being durable, the oldest of each commit.
    private(set) var waits = DurationHistogram()
    /// How long the journal took for each commit.
    private(set) var writes = DurationHistogram()

    init(
        journal: SQLiteJournal, checkpoints: CheckpointStore, checkpointWriter: CheckpointWriter,
        quarantine: QuarantineFile, readers: ReaderPositions, settings: JournalSettings
    ) {
        self.journal = journal
        self.checkpoints = checkpoints
        self.checkpointWriter = checkpointWriter
        self.quarantine = quarantine
        interval = UInt64(max(0, settings.commitInterval.microseconds)) * 1_000
        bytes = settings.commitBytes
        retention = Retention(bytes: settings.retainBytes, age: settings.retainAge, readers: readers)
    }

    /// How long the thread may wait for further jobs, in milliseconds; `nil` where nothing is left to do.
    func patience(at now: UInt64) -> Int? {
        if pending.isEmpty { return retention.isActive ? 0 : nil }
        let due = oldest + interval
        // Rounded up: a wait that ends too early would only be repeated.
        return due <= now ? 0 : Int((due - now + 999_999) / 1_000_000)
    }

    /// Takes frames on; commits when there are enough of them.
    mutating func append(_ frames: [JournalFrame], handedOver: UInt64, results: Mailbox<CommitResult>) throws {
        if pending.count + frames.count > JournalLimits.maximumFramesPerAppend { try commit(results) }
        if pending.isEmpty { oldest = handedOver }
        pending.append(contentsOf: frames)
        pendingBytes += frames.reduce(0) { $0 + $1.payload.count }
        if pendingBytes >= bytes { try commit(results) }
    }

    /// Takes a finding on; it is written with the commit of its record.
    mutating func quarantine(_ finding: Quarantined) { findings.append(finding) }

    /// Commits if the oldest frame has waited long enough, and removes a slice of old frames: under a stream that leaves no
    /// moment without pending frames they go as well.
    mutating func work(at now: UInt64, results: Mailbox<CommitResult>) throws {
        if !pending.isEmpty, oldest + interval <= now { try commit(results) }
        guard retention.isActive else { return }
        do {
            if let reader = try retention.step(on: journal) {
                results.put(
                    .warning("old frames stay until the next checkpoint", why: "a monitor reads at record \(reader)"))
            }
        } catch {
            // What cannot be removed is no reason to stop writing: the journal only grows.
            retention.pause()
            results.put(.warning("old frames were not removed", why: "\(error)"))
        }
    }

    /// Makes everything handed over durable.
    mutating func commit(_ results: Mailbox<CommitResult>) throws {
        guard let last = pending.last else { return }
        let begun = SteadyClock.nanoseconds()
        try journal.append(pending)
        let ended = SteadyClock.nanoseconds()
        writes.add(ended - begun)
        waits.add(ended - min(oldest, ended))
        results.put(.committed(end: last.endSequence))
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
        let durable = findings.prefix { $0.decidedBy < last.endSequence }
        for finding in durable { quarantine.write(finding) }
        findings.removeFirst(durable.count)
    }

    /// Makes everything handed over before a checkpoint durable, and hands the checkpoint on to be written.
    mutating func write(_ checkpoint: Checkpoint, results: Mailbox<CommitResult>) throws {
        try commit(results)
        quarantine.sync()
        do {
            guard let chain = try journal.chainValue(at: checkpoint.sequence) else {
                throw HostError(
                    .software, "no frame of the journal ends at the checkpoint", remedy: "report this with the log")
            }
            checkpointWriter.put(checkpoint, chain: chain)
        } catch {
            results.put(.checkpointFailed(sequence: checkpoint.sequence, why: "\(error)"))
        }
    }

    /// Begins to remove what no checkpoint needs, one having been written at this event time.
    mutating func removeOldFrames(watermark: Timestamp, results: Mailbox<CommitResult>) {
        do {
            guard let floor = try checkpoints.retentionFloor else { return }
            retention.begin(floor: floor, watermark: watermark)
        } catch {
            results.put(.warning("old frames were not removed", why: "\(error)"))
        }
    }

    /// Waits until every checkpoint handed on is written.
    func finish() { checkpointWriter.stop() }
}
