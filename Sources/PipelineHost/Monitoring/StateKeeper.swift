// What a monitor keeps beside it: checkpoints and history, written by a thread of their own.

import Glibc
public import Logging
public import PipelineRoles
public import ScoringRecords
import Synchronization

/// Writes a checkpoint and the history every minute that something came, and at the end.
///
/// The state becomes bytes on the monitor's thread, which costs it what waits and the panes once a minute; the disk is the
/// keeper's. A failure to write is logged, tried again a minute later and at the end, and never ends the monitor. Confined
/// to the monitor's thread.
public final class StateKeeper: MonitorObserver {
    private struct Mark: Hashable, Sendable {
        var sequence: UInt64
        var untold: UInt64?
    }

    private struct Work: Sendable {
        var mark: Mark
        var checkpoint: [UInt8]
        var batch: MonitorHistory.Batch
    }

    private final class Progress: Sendable {
        let isBusy = Atomic(false)
        /// What the newest checkpoint on the disk is of.
        let written: Mutex<Mark>

        init(written: Mark) { self.written = Mutex(written) }
    }

    private let requests: Mailbox<Work?>
    private let thread: OSThread
    private let progress: Progress
    private let keeping: TimeSpan
    private let teller: AlarmTeller?
    private let logger: Logger
    private var last: Timestamp
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

    /// Keeps the state of a monitor in `folder`.
    ///
    /// - Parameters:
    ///   - restored: the checkpoint that the monitor starts from.
    ///   - teller: who tells of alarms; must end before this.
    public init(
        folder: String, keeping: TimeSpan, restored: MonitorCheckpoints.Restored?, teller: AlarmTeller?, logger: Logger
    ) throws {
        let requests = try Mailbox<Work?>()
        self.requests = requests
        self.keeping = keeping
        self.teller = teller
        self.logger = logger
        last = WallClock.now()
        let progress = Progress(written: Mark(sequence: restored?.fold.joins.sequence ?? 0, untold: restored?.untold))
        self.progress = progress
        let checkpoints = MonitorCheckpoints(folder: folder)
        // Tried here once, so that a folder that cannot be used is told at the start.
        _ = try MonitorHistory(folder: folder, logger: logger)
        thread = try OSThread(name: "weir-keeper") {
            var history: MonitorHistory?
            while true {
                let waiting = try requests.waitForSome(milliseconds: nil)
                for case .some(let work) in waiting {
                    do {
                        let opened = try history ?? MonitorHistory(folder: folder, logger: logger)
                        history = opened
                        try opened.put(work.batch)
                        try checkpoints.write(work.checkpoint, sequence: work.mark.sequence)
                        progress.written.withLock { $0 = work.mark }
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
        do { try thread.join() } catch {
            logger.error("the monitor's state is not kept any more", metadata: ["why": "\(error)"])
        }
    }

    private func hand(_ monitor: CalibrationMonitor) {
        let fold = monitor.fold
        let mark = Mark(sequence: fold.joins.sequence, untold: teller.map(\.untold) ?? fold.alarmCount)
        guard mark.sequence > 0, mark != progress.written.withLock({ $0 }) else { return }
        progress.isBusy.store(true, ordering: .releasing)
        requests.put(
            Work(
                mark: mark, checkpoint: MonitorCheckpoints.encode(fold, untold: mark.untold),
                batch: MonitorHistory.batch(fold.snapshot, keeping: keeping)))
    }
}
