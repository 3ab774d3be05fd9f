// A learner and workers on threads of this process, over tcp as daemons have it, with a journal that is thrown away.

import Glibc
import Journal
import Logging
import PipelineHost
import PipelineRoles
import ScoringRecords
import Synchronization
import ZeroMQ

/// The first error of any role, for clients that would wait for answers in vain.
final class StageFailure: Sendable {
    private let first = Mutex<(any Error)?>(nil)

    /// Runs `body` and keeps what it throws.
    func noting(_ body: () throws -> Void) throws {
        do { try body() } catch {
            first.withLock { $0 = $0 ?? error }
            throw error
        }
    }

    /// Throws what a role has thrown.
    func check() throws {
        if let error = first.withLock({ $0 }) { throw error }
    }
}

/// A running pipeline.
final class PipelineStage {
    let context: Context
    /// Where each worker takes messages.
    let intakes: [String]
    let configuration: Configuration
    let journalPath: String

    /// Where a role leaves what ended it.
    let failure = StageFailure()

    private let folder: BenchmarkFolder

    // A worker answers faster than a learner learns: what is sent in some seconds must find room.
    private static let spoolBytes = 4 << 30

    private let learnerStop: StopFlag
    private let learnerThread: OSThread
    private let workerStops: [StopFlag]
    private let workerThreads: [OSThread]

    /// Starts everything; clients may send at once, and are answered when the first model has come.
    init(_ settings: PipelineSettings, acknowledgement: ScoreAcknowledgement, commitInterval: String = "4ms") throws {
        folder = try BenchmarkFolder(in: settings.folder)
        journalPath = folder.journalPath
        let context = try Context()
        self.context = context
        let endpoints = try PipelineStage.freeEndpoints(3 + settings.workers)
        intakes = Array(endpoints[3...])
        let configuration = try Configuration.parse(
            yaml: PipelineStage.yaml(
                bits: settings.bits, optimizer: settings.optimizer, acknowledgement: acknowledgement,
                commitInterval: commitInterval,
                endpoints: endpoints, journal: journalPath), source: "the benchmark's configuration")
        self.configuration = configuration
        var logger = Logger(label: "weir.bench")
        logger.logLevel = .error
        let learnerStop = try StopFlag()
        self.learnerStop = learnerStop
        let learner = LearnHost(
            context: context,
            endpoints: LearnHost.Endpoints(journal: endpoints[0], model: endpoints[1], tail: endpoints[2]),
            configuration: configuration, newEpoch: false, stop: learnerStop, logger: logger)
        learnerThread = try OSThread(name: "weir-learner") { [failure] in try failure.noting { _ = try learner.run() } }
        var stops: [StopFlag] = []
        workerThreads = try intakes.enumerated().map { [logger, failure] index, intake in
            let stop = try StopFlag()
            stops.append(stop)
            let worker = ScoreHost(
                context: context,
                endpoints: ScoreHost.Endpoints(intake: [intake], journal: endpoints[0], model: endpoints[1]),
                configuration: ScoreWorkerConfiguration(
                    specification: configuration.specification,
                    specificationDigest: configuration.specification.digest, writer: WallClock.freshNumber(),
                    clock: .wall, spoolBytes: PipelineStage.spoolBytes, acknowledgement: acknowledgement),
                stop: stop, logger: logger)
            return try OSThread(name: "weir-score-\(index)") { try failure.noting { try worker.run() } }
        }
        workerStops = stops
    }

    /// Waits until the learner has made durable whatever every worker has answered so far.
    func settle() throws {
        for intake in intakes {
            let socket = try Socket(.dealer, in: context, options: SocketOptions())
            try socket.connect(intake)
            // A label is acknowledged when its frame is durable, and all frames before it. Of this event there is none.
            _ = try socket.send(Array("{\"label\":{\"id\":\"settled\",\"value\":0}}".utf8), mode: .blocking)
            var poller = Poller()
            let answer = poller.add(socket)
            while !poller.isReadable(answer) {
                try failure.check()
                try poller.wait(milliseconds: 1_000)
            }
        }
    }

    /// Stops everything in good order: what was taken is durable and folded.
    func stop() throws {
        for stop in workerStops { stop.raise() }
        for thread in workerThreads { try thread.join() }
        learnerStop.raise()
        try learnerThread.join()
    }

    /// Endpoints whose ports are free now; nobody else is likely to take them before the roles do.
    private static func freeEndpoints(_ count: Int) throws -> [String] {
        // Plain sockets: a libzmq socket gives its port back some time after it was closed. All are held until the last is
        // found, or all would be the same.
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            held.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let port = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> UInt16? in
                    guard bind(descriptor, address, length) == 0, getsockname(descriptor, address, &length) == 0 else {
                        return nil
                    }
                    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        $0.pointee.sin_port.bigEndian
                    }
                }
            }
            guard let port else {
                throw HostError(.system, "no port of 127.0.0.1 is free", remedy: "end what holds them (ss -ltnp)")
            }
            return "tcp://127.0.0.1:\(port)"
        }
    }

    /// The configuration of a pipeline under measurement.
    static func yaml(
        bits: Int, optimizer: BenchmarkOptimizer, acknowledgement: ScoreAcknowledgement, commitInterval: String,
        endpoints: [String], journal: String
    ) -> String {
        let features =
            IntakeWorkload.numbers.map { "  - { number: \($0), transform: raw, standardize: false }" }
            + IntakeWorkload.categories.map { "  - { hash: \($0) }" }
        return """
            name: bench
            event: { id: id, time: time }
            features:
            \(features.joined(separator: "\n"))
            heads:
              - { name: click, loss: bce, baseRate: 0.05, window: 2s, missingLabel: negative }
            model: { bits: \(bits), optimizer: \(optimizer.rawValue) }
            stream: { clock: wall, grace: 0s }
            intake: { ack: \(acknowledgement == .durable ? "durable" : "scored") }
            endpoints: { journal: "\(endpoints[0])", model: "\(endpoints[1])", tail: "\(endpoints[2])", intake: "\(endpoints[3])" }
            journal: { path: "\(journal)", commitInterval: \(commitInterval) }
            """
    }
}
