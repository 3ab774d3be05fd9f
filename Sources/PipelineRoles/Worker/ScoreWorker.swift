// The worker role: intake messages in, scores out, and a frame for the journal of everything that was said. It reads
// no clock and never waits: the host hands it messages and the time, and does what it asks.

import OnlineLearning
public import ScoringRecords
public import WireFormat

/// Scores events with a replica and hands everything it accepted to the journal. Confined to one thread.
public final class ScoreWorker {
    /// A client's return address: the routing frames before the payload.
    public typealias Client = ReturnAddress

    /// What the host hands in.
    public enum Input {
        /// A client's message.
        case request(Client, [UInt8])
        /// Clients' messages, answered as if they had come one after the other, and sooner than that.
        case requests(ClientMessages)
        /// A client's message whose return address is beyond the limits: nobody can be answered.
        case unanswerable
        /// A message of the learner, from either of its sockets.
        case learner(PipelineMessage)
        /// All waiting messages were handed in: send what has gathered.
        case flush
        /// Some time has passed; at least four times a second.
        case tick
    }

    /// What the host shall do.
    public enum Output {
        /// Answer a client.
        case reply(Client, [UInt8])
        /// Send to the learner.
        case learner(PipelineMessage)
        /// Tell the operator.
        case warn(String)
        /// End the worker: the learner will never take its frames.
        case fail(PipelineRefusal, String)
    }

    let configuration: ScoreWorkerConfiguration
    let replica: ModelReplica
    var outbox: FrameOutbox
    var held = HeldReplies()
    var unjournalled = UnjournalledCounts()
    let extractor: FeatureExtractor
    let sliceReader: SliceReader
    let replyHeads: [ReplyHead]
    var decoder: IntakeDecoder

    private var isLeaving = false
    private var lastHello: Timestamp?
    private var lastWatermark: Timestamp?
    var lastHeard: Timestamp?
    var snapshotAsked: Timestamp?

    // Lock-step messages that came before the first model. A replayer sends one and waits for its answer.
    var waitingBatches: [(client: Client, bytes: [UInt8])] = []

    // Reused from event to event. Nothing is prepared between two steps.
    var prepared = PreparedRecords()
    var scratch: [UInt64] = []
    var scores: [OutputScore] = []
    // Reused from message to message: what became of its records, and the text of the reply.
    var results = IntakeResults()
    var footing = ReplyFooting()
    var replyText = JSONWriter()

    /// What the worker has done since it started; for logs, not for reports, which the journal feeds.
    public internal(set) var statistics = ScoreWorkerStatistics()

    /// A worker that knows no model yet.
    public init(_ configuration: ScoreWorkerConfiguration) {
        self.configuration = configuration
        replica = ModelReplica(specification: configuration.specification)
        extractor = FeatureExtractor(
            definitions: configuration.specification.features, bits: configuration.specification.bits)
        replyHeads = ReplyHead.heads(of: configuration.specification)
        let schema = configuration.specification.intakeSchema(slicedBy: configuration.sliceFields)
        decoder = IntakeDecoder(schema: schema)
        sliceReader = SliceReader(fields: configuration.sliceFields, schema: schema.event)
        outbox = FrameOutbox(writer: configuration.writer)
    }

    /// Whether everything handed over is durable and every reply given.
    public var isIdle: Bool { outbox.isEmpty && held.isEmpty && waitingBatches.isEmpty }

    /// Whether the frame being gathered may wait a little for further records: it has some, not many, and no reply waits for it.
    public var mayGather: Bool {
        (1..<ScoreWorker.recordsPerFrame).contains(outbox.gatheredRecords)
            && held.lastAcknowledgement < outbox.nextSequence
    }

    // Records for whose sake a frame does not wait any longer.
    private static let recordsPerFrame: UInt32 = 256

    /// The version it scores with.
    public var modelVersion: ModelVersion { replica.version }

    /// A 64-bit sum over the model it scores with: equal models have equal sums.
    public var modelChecksum: UInt64 { replica.checksum }

    /// One step. `now` is the wall clock's time.
    public func step(_ input: Input, at now: Timestamp, into outputs: inout [Output]) {
        switch input {
        case .request(let client, let bytes): request(client, bytes, at: now, into: &outputs)
        case .requests(let messages): requests(messages, at: now, into: &outputs)
        case .unanswerable:
            statistics.rejected += 1
            reject(.messageTooLarge)
        case .learner(let message): learner(message, at: now, into: &outputs)
        case .flush: flush(into: &outputs)
        case .tick: tick(at: now, into: &outputs)
        }
    }

    /// Leaves: the last frame says that this source no longer speaks.
    public func leave(into outputs: inout [Output]) {
        isLeaving = true
        if configuration.clock == .wall, lastWatermark != nil {
            outbox.append(.sourceLeft(configuration.writer))
        }
        flush(into: &outputs)
    }

    /// Bytes of frames and replies that wait for the commit: at most `spoolBytes` and one message or share. Lock-step messages that
    /// wait for a first model, `Limits.waitingBatches` at most, are not among them.
    public var spooledBytes: Int { outbox.heldBytes + held.heldBytes }

    // A share that was begun is taken whole, whatever it comes to: it was let in while the spool was open.
    var load: SpoolLoad {
        if outbox.isGatheringShare { return .open }
        return SpoolLoad(bytes: spooledBytes, of: configuration.spoolBytes, policy: configuration.spoolFull)
    }

    func flush(into outputs: inout [Output]) {
        // Half empty: what is told now does not fill the spool again at once.
        if !unjournalled.isEmpty, spooledBytes <= configuration.spoolBytes / 2 {
            unjournalled.drain { outbox.append($0) }
        }
        outbox.close(batch: nil)
        for frame in outbox.takeSendable() { outputs.append(.learner(.append(frame))) }
    }

    // MARK: Time

    private static let helloInterval = TimeSpan.seconds(1)
    private static let watermarkInterval = TimeSpan.seconds(1)

    private func tick(at now: Timestamp, into outputs: inout [Output]) {
        if lastHello.map({ now.since($0) >= ScoreWorker.helloInterval || now < $0 }) ?? true {
            lastHello = now
            outputs.append(
                .learner(
                    .hello(
                        WorkerHello(
                            writer: configuration.writer, specification: configuration.specificationDigest,
                            durable: outbox.durable, recorded: outbox.recorded))))
        }
        if configuration.clock == .wall, !isLeaving, lastHeard != nil, outbox.isKeepingUp,
            lastWatermark.map({ now.since($0) >= ScoreWorker.watermarkInterval }) ?? true
        {
            lastWatermark = now
            outbox.append(.watermark(Watermark(source: configuration.writer, time: now, position: 0)))
        }
        if snapshotAsked != nil || held.waitsForModel(after: replica.version) {
            askForSnapshot(at: now, into: &outputs)
        }
        flush(into: &outputs)
    }
}
