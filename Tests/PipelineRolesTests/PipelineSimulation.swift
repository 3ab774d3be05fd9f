// The whole pipeline in memory under a hostile network: workers, a learner and a monitor that crash, clients. One seed
// decides everything that happens, so a seed is all it takes to see a failure again.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// Steps every role, a tenth of a second at a time, and watches what must never happen.
final class PipelineSimulation {
    struct Commit {
        var due: Int
        var frames: [OrderedFrame]
    }

    /// How a run ended.
    enum Ending {
        /// Everything came to rest.
        case quiet
        /// The learner noticed that its journal had lost acknowledged frames.
        case tailLost
    }

    static let spoolBytes = 8_000
    // Beyond its bound a worker holds the message that crossed it, with its reply, and the watermarks of 64 frames.
    static let spoolSlack = 6_000 + 64 * 170
    static let firstWriter: UInt64 = 100

    let specification: Specification
    var random: SeededGenerator
    var weather: SimulatedWeather
    var tick = 0

    var journal = MemoryJournal()
    var learner: Learner?
    var epoch: UInt32 = 1
    var checkpoint: [UInt8]?
    var checkpointAsked: (peer: Learner.Peer, records: UInt64)?
    var commits: [Commit] = []
    var restart = 0
    /// Whether the disk has lost durable frames.
    var hasLostTail = false
    var hasNoticedLoss = false

    var workers: [UInt64: ScoreWorker] = [:]
    var nextWriter = PipelineSimulation.firstWriter
    var cutOff: [UInt64: Int] = [:]
    var network = SimulatedNetwork()

    var monitor: CalibrationMonitor
    var monitorMail: [(due: Int, message: PipelineMessage)] = []

    var nextID = 0
    var nextRequest = 0
    /// What requests carried, until they are answered.
    var asked: [Int: [SimulatedLine]] = [:]
    /// What clients were told, and by whom.
    var promises = SimulatedPromises()
    /// What went wrong, in words.
    var faults: [String] = []
    private var isQuietening = false

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        weather = SimulatedWeather(&random)
        var specification = try TestSpecification.make(
            windows: [.seconds(6), .seconds(2)], grace: .seconds(1), maximumPending: 60,
            policies: [
                random.pick([.wait, .retract(after: .seconds(2))]), random.pick([.wait, .retract(after: .zero)]),
            ], orphanWindow: random.pick([.zero, .seconds(3)]), maximumOrphans: 10)
        specification.heads[0].labelOutage = random.pick([nil, .seconds(4)])
        self.specification = specification
        monitor = CalibrationMonitor(
            fold: MonitorFold(specification: specification, specificationDigest: TestSpecification.digest))
        learner = try journal.learner(specification, epoch: epoch)
        for _ in 0..<weather.workers { startWorker() }
    }

    var now: Timestamp { at(10_000).advanced(by: .milliseconds(Int64(tick) * 100)) }

    /// Runs `ticks` tenths of a second in bad weather, then until everything is quiet, and checks what must hold.
    func run(ticks: Int) throws {
        for _ in 0..<ticks where !hasNoticedLoss { try step() }
        weather.clear()
        cutOff = [:]
        isQuietening = true
        // Live workers go on for a while: the next delta shows whether one was lost.
        for _ in 0..<50 where !hasNoticedLoss { try step() }
        if !hasNoticedLoss { leave() }
        switch try ending() {
        case .quiet: try check()
        case .tailLost: checkNoticedLoss()
        case nil: faults.append("the pipeline did not come to rest: \(unrest)")
        }
    }

    private func leave() {
        for writer in workers.keys.sorted() {
            var outputs: [ScoreWorker.Output] = []
            workers[writer]?.leave(into: &outputs)
            perform(outputs, of: writer)
        }
    }

    private func ending() throws -> Ending? {
        // Longer than every patience in the pipeline together.
        for _ in 0..<600 {
            if hasNoticedLoss { return .tailLost }
            if isQuiet { return .quiet }
            try step()
        }
        return nil
    }

    private var isQuiet: Bool {
        guard let learner, learner.isSettled, learner.version.records == learner.fold.sequence else { return false }
        return workers.values.allSatisfy { $0.isIdle && $0.modelVersion == learner.version }
            && monitor.fold.joins.sequence == journal.end && network.isEmpty
    }

    private var unrest: String {
        let versions = workers.sorted { $0.key < $1.key }.map {
            "\($0.key): \($0.value.modelVersion.records), idle \($0.value.isIdle)"
        }
        return "learner at \(learner?.fold.sequence ?? 0), published \(learner?.version.records ?? 0), settled "
            + "\(learner?.isSettled ?? false); workers \(versions); monitor at \(monitor.fold.joins.sequence), journal at "
            + "\(journal.end)"
    }

    private func step() throws {
        tick += 1
        try misfortune()
        if !isQuietening { for _ in 0..<random.below(3) { request() } }
        if random.chance(weather.control) { control(random.pick(LearningControl.allCases)) }
        if random.chance(weather.control / 4) { try rollBack() }
        deliver()
        for writer in workers.keys.sorted() { step(worker: writer, .tick) }
        finishCommits()
        learn(.tick)
        watch()
        checkBounds()
    }
}
