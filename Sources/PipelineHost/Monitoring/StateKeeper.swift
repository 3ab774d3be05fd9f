// What a monitor keeps beside it: checkpoints and history, written by a thread of their own.

public import Logging
public import PipelineRoles
public import ScoringRecords
import Synchronization
import Glibc

/// Writes a checkpoint and the history every minute that something came, and at the end.
///
/// The state becomes bytes on the monitor's thread, which costs it what waits and the panes once a minute; the disk is the
/// keeper's. A failure to write is logged, tried again a minute later, and never ends the monitor. Confined to the
/// monitor's thread.
public final class StateKeeper: MonitorObserver {
    private struct Work: Sendable {
        var checkpoint: [UInt8]
        var sequence: UInt64
        var batch: MonitorHistory.Batch
    }

    private final class Progress: Sendable {
        let isBusy = Atomic(false)
    }

    private let requests: Mailbox<Work?>
    private let thread: OSThread
    private let progress = Progress()
    private let keeping: TimeSpan
    private var last: Timestamp
    private var writtenSequence: UInt64
    private static let interval = TimeSpan.seconds(60)

    /// Makes the folder where it is missing.
    ///
    /// - Throws: a folder that cannot be used.
    public static func prepare(folder: String) throws {
        guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
            throw HostError(
                .system, "cannot create \(folder): \(String(cString: strerror(errno)))",
                remedy: "check the path and its permissions")
        }
    }

    /// Keeps the state of a monitor that starts with `fold` in `folder`.
    public init(folder: String, keeping: TimeSpan, fold: MonitorFold, now: Timestamp, logger: Logger) throws {
        let requests = try Mailbox<Work?>()
        self.requests = requests
        self.keeping = keeping
        last = now
        writtenSequence = fold.joins.sequence
        let progress = self.progress
        let checkpoints = MonitorCheckpoints(folder: folder)
        // Tried here once, so that a folder that cannot be used is told at the start.
        _ = try MonitorHistory(folder: folder, logger: logger)
        thread = try OSThread(name: "weir-keeper") {
            let history = try MonitorHistory(folder: folder, logger: logger)
            while true {
                let waiting = try requests.waitForSome(milliseconds: nil)
                for case .some(let work) in waiting {
                    do {
                        try history.put(work.batch)
                        try checkpoints.write(work.checkpoint, sequence: work.sequence)
                    } catch {
                        logger.warning("the monitor's state was not kept", metadata: ["why": "\(error)"])
                    }
                    progress.isBusy.store(false, ordering: .releasing)
                }
                if waiting.contains(where: { $0 == nil }) { return }
            }
        }
    }

    /// Hands the state over once a minute.
    public func round(_ monitor: CalibrationMonitor, at now: Timestamp) {
        guard now < last || now.since(last) >= StateKeeper.interval,
            !progress.isBusy.load(ordering: .acquiring)
        else { return }
        last = now
        hand(monitor)
    }

    /// Writes the last state and ends the thread.
    public func end(_ monitor: CalibrationMonitor, at now: Timestamp) {
        hand(monitor)
        requests.put(nil)
        try? thread.join()
    }

    private func hand(_ monitor: CalibrationMonitor) {
        let fold = monitor.fold
        guard fold.joins.sequence != writtenSequence else { return }
        progress.isBusy.store(true, ordering: .releasing)
        requests.put(
            Work(
                checkpoint: MonitorCheckpoints.encode(fold), sequence: fold.joins.sequence,
                batch: MonitorHistory.batch(fold.snapshot, keeping: keeping)))
        writtenSequence = fold.joins.sequence
    }
}
