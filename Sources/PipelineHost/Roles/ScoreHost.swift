// A score worker as a thread: sockets in, the pure role in the middle, sockets out.

public import Logging
public import PipelineRoles
import ScoringRecords
import WireFormat
public import ZeroMQ

/// Runs one `ScoreWorker`.
public struct ScoreHost: Sendable {
    /// Where its sockets go.
    public struct Endpoints: Sendable {
        /// Bound for clients; several where a process serves itself and the outside.
        public var intake: [String]
        /// The learner's journal endpoint.
        public var journal: String
        /// The learner's model endpoint.
        public var model: String

        /// Endpoints by their addresses.
        public init(intake: [String], journal: String, model: String) {
            self.intake = intake
            self.journal = journal
            self.model = model
        }
    }

    let context: Context
    let endpoints: Endpoints
    let configuration: ScoreWorkerConfiguration
    let stop: StopFlag
    let logger: Logger

    /// A host that is not running yet.
    public init(
        context: Context, endpoints: Endpoints, configuration: ScoreWorkerConfiguration, stop: StopFlag, logger: Logger
    ) {
        self.context = context
        self.endpoints = endpoints
        self.configuration = configuration
        self.stop = stop
        self.logger = logger
    }

    // Messages taken from clients before the learner's answers are looked at again: bounds how old an answer gets.
    private static let requestsPerRound = 256
    // How long records that nobody waits for may gather before their frame is sent: so that single events do not each make
    // a frame, a fold and a commit beside the score of the next. A commit waits longer than that for its neighbours.
    private static let gatherMilliseconds = 1
    // How long a stopping worker waits for its last frames to become durable.
    private static let drainPatience = TimeSpan.seconds(5)

    /// Serves until the stop flag is raised and everything taken is durable. Blocks its thread.
    public func run() throws {
        let intake = try Socket(.router, in: context, options: SocketSettings.intake)
        let locks = try endpoints.intake.map { try EndpointLock.bind(intake, to: $0) }
        defer { withExtendedLifetime(locks) {} }
        let learner = try Socket(.dealer, in: context, options: SocketSettings.pipeline)
        try learner.connect(endpoints.journal)
        let model = try Socket(.subscribe, in: context, options: SocketSettings.model)
        try model.subscribe(to: [])
        try model.connect(endpoints.model)
        var poller = Poller()
        let intakeToken = poller.add(intake)
        let learnerToken = poller.add(learner)
        let modelToken = poller.add(model)
        let stopToken = poller.add(fileDescriptor: stop.wakeup.fileDescriptor)

        let worker = ScoreWorker(configuration)
        var outputs: [ScoreWorker.Output] = []
        var reading = IntakeReading()
        var announced = false
        var leaving: MonotonicDeadline?
        // When what has gathered leaves at the latest, by the steady clock.
        var frameDue: UInt64?
        var clock = EventClock(wall: WallClock.now(), steady: SteadyClock.nanoseconds())
        worker.step(.tick, at: clock.now(), into: &outputs)
        try perform(&outputs, intake: intake, learner: learner)
        logger.info("score worker listens", metadata: ["intake": "\(endpoints.intake.joined(separator: " "))"])

        while true {
            try poller.wait(milliseconds: frameDue == nil ? loopMilliseconds : ScoreHost.gatherMilliseconds)
            let now = clock.now()
            if poller.isReadable(learnerToken) {
                try drain(learner, worker, at: now, outputs: &outputs)
            }
            if poller.isReadable(modelToken) {
                try drain(model, worker, at: now, outputs: &outputs)
            }
            if poller.isReadable(intakeToken), leaving == nil {
                try serve(intake, worker, at: now, &reading, outputs: &outputs, learner: learner)
            }
            if worker.mayGather, frameDue.map({ SteadyClock.nanoseconds() < $0 }) ?? true {
                frameDue = frameDue ?? SteadyClock.nanoseconds() + UInt64(ScoreHost.gatherMilliseconds) * 1_000_000
            } else {
                frameDue = nil
                worker.step(.flush, at: now, into: &outputs)
                worker.step(.tick, at: now, into: &outputs)
            }
            try perform(&outputs, intake: intake, learner: learner)
            if !announced, worker.modelVersion != .none {
                announced = true
                logger.info("score worker has a model", metadata: ["version": "\(worker.modelVersion.records)"])
            }
            if poller.isReadable(stopToken) || stop.isRaised, leaving == nil {
                leaving = MonotonicDeadline(after: ScoreHost.drainPatience)
                poller.setInterest(of: stopToken, to: [])
                worker.leave(into: &outputs)
                try perform(&outputs, intake: intake, learner: learner)
            }
            if let patience = leaving, worker.isIdle || patience.isOver {
                try finish(worker)
                return
            }
        }
    }

    // Answers what clients have sent, some messages at a time, each time before the next are looked at.
    private func serve(
        _ intake: borrowing Socket, _ worker: ScoreWorker, at now: Timestamp, _ reading: inout IntakeReading,
        outputs: inout [ScoreWorker.Output], learner: borrowing Socket
    ) throws {
        var taken = 0
        while taken < ScoreHost.requestsPerRound {
            let end = try reading.fill(from: intake)
            worker.step(.requests(reading.messages), at: now, into: &outputs)
            if end == .unanswerable { worker.step(.unanswerable, at: now, into: &outputs) }
            try perform(&outputs, intake: intake, learner: learner)
            if end == .nothingWaits { return }
            taken += max(1, reading.messages.count)
        }
    }

    private func finish(_ worker: ScoreWorker) throws {
        let counts = worker.statistics
        logger.info(
            "score worker stopped",
            metadata: [
                "events": "\(counts.events)", "labels": "\(counts.labels)", "rejected": "\(counts.rejected)",
                "busy": "\(counts.busy)", "shed": "\(counts.shed)",
            ])
        guard worker.isIdle else {
            throw HostError(
                .unavailable, "the worker stopped with frames that the learner never acknowledged",
                remedy: "labels in them were not acknowledged either: their clients will send them again")
        }
    }

    private func drain(
        _ socket: borrowing Socket, _ worker: ScoreWorker, at now: Timestamp, outputs: inout [ScoreWorker.Output]
    ) throws {
        while let parts = try socket.receiveParts() {
            guard let bytes = parts.last else { continue }
            do throws(RecordCodingError) {
                worker.step(.learner(try PipelineMessage(decoding: bytes)), at: now, into: &outputs)
            } catch {
                logger.warning("a message of the learner was unreadable", metadata: ["why": "\(error)"])
            }
        }
    }

    private func perform(
        _ outputs: inout [ScoreWorker.Output], intake: borrowing Socket, learner: borrowing Socket
    ) throws {
        for output in outputs {
            switch output {
            case .reply(let client, let bytes):
                do throws(ZeroMQError) {
                    if try !intake.send(bytes, to: client) {
                        logger.debug("a client reads too slowly; its reply was dropped")
                    }
                } catch {
                    // The client has gone. What it sent is journalled; it will ask again if it cares.
                    if error.code != .hostUnreachable { throw error }
                }
            case .learner(let message):
                // A full queue drops the message here: hello repeats itself, frames are sent again after a welcome.
                _ = try learner.send(message.encoded(), mode: .immediate)
            case .warn(let message):
                logger.warning("\(message)")
            case .fail(let refusal, let reason):
                throw HostError(refusal, "the learner refused this worker (\(refusal.code)): \(reason)")
            }
        }
        outputs.removeAll(keepingCapacity: true)
    }
}

extension Socket {
    /// Sends a reply behind its return address; `false` where the client's queue is full, and then nothing of it was sent.
    fileprivate borrowing func send(_ reply: [UInt8], to client: ReturnAddress) throws(ZeroMQError) -> Bool {
        var isTaken = true
        try client.forEachFrame { (frame) throws(ZeroMQError) in
            // Only the first part can meet a full queue.
            if isTaken { isTaken = try send(RawSpan(_unsafeBytes: frame), more: true, mode: .immediate) }
        }
        guard isTaken else { return false }
        return try send(reply, mode: .immediate)
    }
}
