// All roles in one process, over the same sockets as the daemons: only the endpoint strings differ.

public import Logging
import PipelineRoles
import ScoringRecords
import OnlineLearning
import ZeroMQ

/// Runs learner, workers, monitor and, for a replay, the replayer.
public struct RunHost: Sendable {
    /// What `weir run --replay --once` comes to.
    public enum Outcome: Sendable {
        /// The stream was played to its end; the report covers all of it.
        case report(PipelineReport)
        /// It was stopped after so many input records; the same command goes on from there.
        case stopped(records: UInt64)
    }

    let configuration: Configuration
    let workers: Int
    let newEpoch: Bool
    let stop: StopFlag
    let logger: Logger
    let context: Context
    let views: ViewBoard

    /// A pipeline that is not running yet, whose monitor leaves its views on `views`.
    public init(
        configuration: Configuration, workers: Int, newEpoch: Bool, stop: StopFlag, views: ViewBoard = ViewBoard(),
        logger: Logger
    ) throws {
        precondition(workers >= 1, "a pipeline needs a worker")
        self.configuration = configuration
        self.workers = workers
        self.newEpoch = newEpoch
        self.stop = stop
        self.views = views
        self.logger = logger
        context = try Context()
    }

    private static let journal = "inproc://journal"
    private static let model = "inproc://model"
    private static let tail = "inproc://tail"
    private static func intake(_ worker: Int) -> String { "inproc://intake-\(worker)" }

    /// Plays `path` in lock-step, waits until the last window has closed, and reports.
    ///
    /// - Throws: a role's failure, or `finding` when something acknowledged was not folded.
    public func replayOnce(
        path: String, progress: @escaping @Sendable (Double?, UInt64) -> Void
    ) throws -> Outcome {
        // The intake hashes the source's name in the same way.
        let source = FeatureHash.hash(ReplayHost.source(of: path))
        let roles = try start(clock: .stream, external: false)
        var played = ReplayHost.Outcome.completed(records: 0)
        var failure: (any Error)?
        do {
            if let sources = try roles.board.awaitSources() {
                let earlier = sources.first { $0.id == source }
                if let earlier, earlier.time != .distantFuture {
                    logger.info("resuming", metadata: ["afterInputRecords": "\(earlier.position)"])
                }
                if earlier?.time != .distantFuture {
                    let replay = ReplayHost(
                        context: context, intakes: (0..<workers).map(RunHost.intake), configuration: configuration,
                        path: path, stop: stop, logger: logger, progress: progress)
                    played = try replay.runLockStep(from: earlier?.position ?? 0)
                }
            }
        } catch { failure = error }
        let report = try finish(roles, failure: failure)
        switch played {
        case .stopped(let records): return .stopped(records: records)
        case .completed: return .report(report)
        }
    }

    /// Serves clients until the stop flag is raised; the report at that moment.
    public func serve() throws -> PipelineReport {
        let roles = try start(clock: configuration.clock, external: true)
        _ = try roles.board.awaitSources()
        try roles.board.wait { $0.hasFailed || stop.isRaised }
        return try finish(roles, failure: nil)
    }

    // MARK: Start and stop

    private struct Roles {
        let board: RunBoard
        let workerStops: [StopFlag]
        let workerThreads: [OSThread]
        let learnerStop: StopFlag
        let learnerThread: OSThread
        let monitorStop: StopFlag
        let monitorThread: OSThread
    }

    private func start(clock: StreamClock, external: Bool) throws -> Roles {
        let board = try RunBoard()
        let monitorStop = try StopFlag()
        let monitorThread = try startMonitor(board: board, stop: monitorStop, tells: external)
        let learnerStop = try StopFlag()
        let learnerThread = try startLearner(board: board, stop: learnerStop, monitor: monitorThread)
        var workerStops: [StopFlag] = []
        var workerThreads: [OSThread] = []
        for index in 0..<workers {
            var intake = [RunHost.intake(index)]
            if external { intake.append(try configuration.endpoints.intake.ofWorker(index).description) }
            let flag = try StopFlag()
            workerStops.append(flag)
            workerThreads.append(try startWorker(index, intake: intake, clock: clock, board: board, stop: flag))
        }
        return Roles(
            board: board, workerStops: workerStops, workerThreads: workerThreads, learnerStop: learnerStop,
            learnerThread: learnerThread, monitorStop: monitorStop, monitorThread: monitorThread)
    }

    private func startLearner(board: RunBoard, stop: StopFlag, monitor: OSThread) throws -> OSThread {
        let learner = LearnHost(
            context: context,
            endpoints: LearnHost.Endpoints(journal: RunHost.journal, model: RunHost.model, tail: RunHost.tail),
            configuration: configuration, newEpoch: newEpoch,
            stop: stop, logger: logger)
        return try board.thread("weir-learner") {
            let outcome = try learner.run(
                ready: { fold in board.update { $0.sources = fold.joins.clock.sources } },
                settled: { end in
                    // The tail serves until the monitor has read everything; how the monitor ended is asked later.
                    board.update { $0.finalEnd = end }
                    try? monitor.join()
                })
            board.update { $0.learner = outcome }
        }
    }

    private func startWorker(
        _ index: Int, intake: [String], clock: StreamClock, board: RunBoard, stop: StopFlag
    ) throws -> OSThread {
        let worker = ScoreHost(
            context: context,
            endpoints: ScoreHost.Endpoints(intake: intake, journal: RunHost.journal, model: RunHost.model),
            configuration: ScoreWorkerConfiguration(
                specification: configuration.specification,
                specificationDigest: configuration.specification.digest, writer: WallClock.freshNumber(),
                clock: clock, spoolBytes: configuration.spoolBytes, spoolFull: configuration.spoolFull,
                acknowledgement: configuration.acknowledgement,
                sliceFields: configuration.monitor.settings.sliceFields),
            stop: stop, logger: logger)
        return try board.thread("weir-score-\(index)") { try worker.run() }
    }

    // A replay plays what has long happened: its alarms are for the report.
    private func startMonitor(board: RunBoard, stop: StopFlag, tells: Bool) throws -> OSThread {
        let (context, logger, configuration, views) = (context, logger, configuration, views)
        return try board.thread("weir-monitor") {
            let service = try MonitorService(
                configuration: configuration, stateFolder: nil, board: views, tells: tells, logger: logger)
            var host = MonitorHost(context: context, tail: RunHost.tail, stop: stop, logger: logger)
            host.observers = service.observers
            let monitor = service.monitor
            try host.run(monitor) { monitor in
                board.read { $0.finalEnd.map { monitor.fold.joins.sequence >= $0 } ?? false }
            }
            let report = PipelineReport(
                name: configuration.name, flagging: configuration.flagging, monitor: monitor.fold)
            board.update { $0.report = report }
        }
    }

    // Workers first, so that nothing new comes; then the learner, which lets the monitor read to the end; then it.
    private func finish(_ roles: Roles, failure: (any Error)?) throws -> PipelineReport {
        var failure = failure
        func keep(_ body: () throws -> Void) {
            do { try body() } catch { if failure == nil { failure = error } }
        }
        for flag in roles.workerStops { flag.raise() }
        for thread in roles.workerThreads { keep { try thread.join() } }
        roles.learnerStop.raise()
        keep { try roles.learnerThread.join() }
        roles.monitorStop.raise()
        keep { try roles.monitorThread.join() }
        if let failure { throw failure }
        let (learner, report) = roles.board.read { ($0.learner, $0.report) }
        guard let learner, var report else {
            throw HostError(.software, "a role ended without a result", remedy: "report this with the log")
        }
        guard report.journalSequence == learner.journalSequence else {
            throw HostError(
                .finding,
                "the journal has \(learner.journalSequence) records, the monitor folded \(report.journalSequence)",
                remedy: "run weir verify on the journal")
        }
        report.take(learner)
        return report
    }
}
