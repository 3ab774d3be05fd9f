// The learner as threads: one folds, one commits, one serves the journal's tail.

import Journal
public import Logging
import OnlineLearning
public import PipelineRoles
import ScoringRecords
public import ZeroMQ

/// Runs one `Learner` over one journal.
public struct LearnHost: Sendable {
    /// Where its sockets are bound.
    public struct Endpoints: Sendable {
        /// Workers append here.
        public var journal: String
        /// Workers subscribe to the model here.
        public var model: String
        /// Monitors read the journal here.
        public var tail: String

        /// Endpoints by their addresses.
        public init(journal: String, model: String, tail: String) {
            self.journal = journal
            self.model = model
            self.tail = tail
        }
    }

    /// How a learner ended.
    public struct Outcome: Sendable {
        /// Digests of the final state.
        public var digests: StateDigests
        /// Records in the journal, all durable, all folded.
        public var journalSequence: UInt64
    }

    let context: Context
    let endpoints: Endpoints
    let configuration: Configuration
    private var specification: Specification { configuration.specification }
    private var settings: JournalSettings { configuration.journal }
    let newEpoch: Bool
    let stop: StopFlag
    let logger: Logger

    /// A host that is not running yet.
    ///
    /// - Parameter newEpoch: start the model afresh if the journal was made under another configuration.
    public init(
        context: Context, endpoints: Endpoints, configuration: Configuration, newEpoch: Bool, stop: StopFlag,
        logger: Logger
    ) {
        self.context = context
        self.endpoints = endpoints
        self.configuration = configuration
        self.newEpoch = newEpoch
        self.stop = stop
        self.logger = logger
    }

    // Frames taken from workers before commits are looked at again.
    private static let framesPerRound = 64

    /// Serves until the stop flag is raised and everything folded is durable and in a checkpoint. Blocks its thread.
    ///
    /// - Parameters:
    ///   - ready: called with the restored state once sockets are bound.
    ///   - settled: called with the journal's final end while its tail is still served.
    public func run(
        ready: (LearnerFold) -> Void = { _ in }, settled: (UInt64) -> Void = { _ in }
    ) throws -> Outcome {
        let checkpoints = CheckpointStore(journalPath: settings.path, keep: settings.keepCheckpoints)
        let journal = try JournalRestore.open(path: settings.path, checkpoints: checkpoints)
        try checkpoints.removePartialFiles()
        for notes in [
            QuarantineFile.notes(journalPath: settings.path), ReturnedLabels.notes(journalPath: settings.path),
        ] { try notes.setAsideIfForeign(to: journal, logger: logger) }
        let quarantine = try QuarantineFile(journalPath: settings.path)
        let fold = try JournalRestore(specification: specification, logger: logger)
            .restore(from: journal, checkpoints: checkpoints, allowForeign: newEpoch, quarantine: quarantine)
        try JournalRestore.mark(journal, folding: fold)
        try JournalRestore.keep(configuration.yaml, in: journal)
        let epoch = try JournalRestore.nextEpoch(of: journal)
        let ownWriter = WallClock.freshNumber()
        let known = Dictionary(
            uniqueKeysWithValues: try journal.writers().map { ($0.writer, $0.lastSequence) })
        let learner = Learner(
            fold: fold, epoch: epoch, ownWriter: ownWriter, durableEnd: fold.sequence,
            durableWriters: { known[$0] ?? 0 })

        let socket = try Socket(.router, in: context, options: SocketSettings.pipeline)
        let journalLock = try EndpointLock.bind(socket, to: endpoints.journal)
        let model = try Socket(.publish, in: context, options: SocketSettings.model)
        let modelLock = try EndpointLock.bind(model, to: endpoints.model)
        defer { withExtendedLifetime((journalLock, modelLock)) {} }
        let commits = try CommitThread()
        let readers = ReaderPositions()
        let commitThread = try startCommits(
            commits,
            JournalCommitter(
                journal: journal, checkpoints: checkpoints,
                checkpointWriter: try CheckpointWriter(store: checkpoints, commits: commits), quarantine: quarantine,
                readers: readers, settings: settings))
        // However this ends, nobody is left with the journal in hand. What was handed over is committed first.
        defer {
            commits.jobs.put(.stop)
            try? commitThread.join()
        }
        let tailStop = try StopFlag()
        let tail = TailHost(
            context: context, endpoint: endpoints.tail, journalPath: settings.path, readers: readers, stop: tailStop,
            logger: logger)
        let tailThread = try OSThread(name: "weir-tail") { [stop] in
            do { try tail.run() } catch {
                stop.raise()  // a learner whose journal nobody can read stops in good order and says why
                throw error
            }
        }

        defer {
            tailStop.raise()
            try? tailThread.join()
        }
        var loop = LearnLoop(
            learner: learner, commits: commits, logger: logger,
            checkpointRecords: UInt64(settings.checkpointRecords), checkpoints: checkpoints)
        try loop.perform(socket: socket, model: model)
        logger.info(
            "learner listens",
            metadata: ["journal": "\(endpoints.journal)", "sequence": "\(fold.sequence)", "epoch": "\(epoch)"])
        ready(fold)

        try serve(&loop, socket: socket, model: model, commits: commits)
        try loop.settle(socket: socket, model: model)
        let outcome = Outcome(digests: fold.digests(), journalSequence: fold.sequence)
        settled(fold.sequence)
        commits.jobs.put(.stop)
        try commitThread.join()
        tailStop.raise()
        try tailThread.join()
        logger.info("learner stopped", metadata: ["sequence": "\(fold.sequence)"])
        return outcome
    }

    private func startCommits(_ commits: CommitThread, _ committer: JournalCommitter) throws -> OSThread {
        // The journal and its files are handed over: from here on only the commit thread touches them, and the one that
        // it has checkpoints written by, until it is joined.
        nonisolated(unsafe) let owned = committer
        return try OSThread(name: "weir-commit") { [logger] in commits.run(owned, logger: logger) }
    }

    private func serve(
        _ loop: inout LearnLoop, socket: borrowing Socket, model: borrowing Socket, commits: CommitThread
    ) throws {
        var poller = Poller()
        let frames = poller.add(socket)
        _ = poller.add(fileDescriptor: commits.results.wakeup.fileDescriptor)
        _ = poller.add(fileDescriptor: stop.wakeup.fileDescriptor)
        while !stop.isRaised {
            poller.setInterest(of: frames, to: loop.learner.wantsInput ? .readable : [])
            try poller.wait(milliseconds: loopMilliseconds)
            try loop.takeCommits()
            if poller.isReadable(frames) {
                for _ in 0..<LearnHost.framesPerRound where loop.learner.wantsInput {
                    guard let parts = try socket.receiveParts() else { break }
                    loop.receive(parts)
                }
            }
            loop.tick()
            try loop.perform(socket: socket, model: model)
        }
        // Frames that had arrived before the stop are still taken; workers that go on keep theirs.
        while let parts = try socket.receiveParts() {
            loop.receive(parts)
            try loop.perform(socket: socket, model: model)
        }
    }
}
