// The worker role: intake messages in, scores out, and a frame for the journal of everything that was said. It reads
// no clock and never waits: the host hands it messages and the time, and does what it asks.

public import OnlineLearning
public import ScoringRecords
public import WireFormat

/// Which clock dates the stream.
public enum StreamClock: Hashable, Sendable {
    /// The worker's wall clock: missing times are stamped, times far ahead refused, a watermark written every second.
    case wall
    /// The stream's own times, moved by a replay's watermarks; nothing is stamped.
    case stream
}

/// What a worker is told once.
public struct ScoreWorkerConfiguration: Sendable {
    /// The model's shape and the intake's schema.
    public var specification: Specification
    /// Its SHA-256.
    public var specificationDigest: [UInt8]
    /// The worker's number, fresh for every process start.
    public var writer: UInt64
    /// Which clock dates the stream.
    public var clock: StreamClock
    /// Bytes of frames and replies that may wait for the commit.
    public var spoolBytes: Int
    /// What happens beyond it.
    public var spoolFull: SpoolPolicy
    /// When an event's reply is given.
    public var acknowledgement: ScoreAcknowledgement
    /// The fields whose values are journalled for the monitor, without repetition; `Limits.sliceFields` at most.
    public var sliceFields: [String]

    /// A configuration by its parts.
    public init(
        specification: Specification, specificationDigest: [UInt8], writer: UInt64, clock: StreamClock,
        spoolBytes: Int = 64 << 20, spoolFull: SpoolPolicy = .refuse, acknowledgement: ScoreAcknowledgement = .scored,
        sliceFields: [String] = []
    ) {
        precondition(sliceFields.count <= Limits.sliceFields, "a monitor slices by a bounded number of fields")
        self.specification = specification
        self.specificationDigest = specificationDigest
        self.writer = writer
        self.clock = clock
        self.spoolBytes = spoolBytes
        self.spoolFull = spoolFull
        self.acknowledgement = acknowledgement
        self.sliceFields = sliceFields
    }
}

/// Scores events with a replica and hands everything it accepted to the journal. Confined to one thread.
public final class ScoreWorker {
    /// A client's return address: the routing frames before the payload.
    public typealias Client = [[UInt8]]

    /// What the host hands in.
    public enum Input {
        /// A client's message.
        case request(Client, [UInt8])
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
    private var unjournalled = UnjournalledCounts()
    private let extractor: FeatureExtractor
    private let sliceReader: SliceReader
    private let replyHeads: [ReplyHead]
    private var decoder: IntakeDecoder

    private var isLeaving = false
    private var lastHello: Timestamp?
    private var lastWatermark: Timestamp?
    private var lastHeard: Timestamp?
    private var snapshotAsked: Timestamp?

    // Lock-step messages that came before the first model. A replayer sends one and waits for its answer.
    private var waitingBatches: [(client: Client, bytes: [UInt8])] = []

    // Reused from event to event.
    private var features = FeatureVector()
    private var numbers: [NumberObservation] = []
    private var scratch: [UInt64] = []
    private var scores: [OutputScore] = []

    /// What the worker has done since it started; for logs, not for reports, which the journal feeds.
    public private(set) var statistics = ScoreWorkerStatistics()

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

    /// The version it scores with.
    public var modelVersion: ModelVersion { replica.version }

    /// A 64-bit sum over the model it scores with: equal models have equal sums.
    public var modelChecksum: UInt64 { replica.checksum }

    /// One step. `now` is the wall clock's time.
    public func step(_ input: Input, at now: Timestamp, into outputs: inout [Output]) {
        switch input {
        case .request(let client, let bytes): request(client, bytes, at: now, into: &outputs)
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
    private var load: SpoolLoad {
        if outbox.isGatheringShare { return .open }
        return SpoolLoad(bytes: spooledBytes, of: configuration.spoolBytes, policy: configuration.spoolFull)
    }

    private func flush(into outputs: inout [Output]) {
        // Half empty: what is told now does not fill the spool again at once.
        if !unjournalled.isEmpty, spooledBytes <= configuration.spoolBytes / 2 {
            unjournalled.drain { outbox.append($0) }
        }
        outbox.close(batch: nil)
        for frame in outbox.takeSendable() { outputs.append(.learner(.append(frame))) }
    }

    // MARK: Requests

    private func request(_ client: Client, _ bytes: [UInt8], at now: Timestamp, into outputs: inout [Output]) {
        guard load != .refusing else {
            refuseBusy(client, bytes, into: &outputs)
            return
        }
        let message: IntakeMessage
        do { message = try IntakeMessage.split(bytes) } catch {
            reject(error.reason)
            outputs.append(.reply(client, IntakeReply.error(error, in: bytes)))
            return
        }
        switch message {
        case .single(let range):
            // A share of a batch with fewer records than workers is nothing but its first line.
            if let batch = batch(bytes, range) {
                lockStep(client, batch, bytes, [], at: now, into: &outputs)
                return
            }
            let result = record(bytes, range, at: now)
            let reply = { [modelAge = modelAge(at: now)] durable in
                self.encode([result], of: bytes, asArray: false, modelAge: modelAge, durable: durable)
            }
            answer(client, mustBeDurable: mustBeDurable(result), reply: reply, into: &outputs)
        case .several(let ranges):
            if let first = ranges.first, let batch = batch(bytes, first) {
                lockStep(client, batch, bytes, ranges.dropFirst(), at: now, into: &outputs)
                return
            }
            let results = ranges.map { record(bytes, $0, at: now) }
            let reply = { [modelAge = modelAge(at: now)] durable in
                self.encode(results, of: bytes, asArray: true, modelAge: modelAge, durable: durable)
            }
            answer(client, mustBeDurable: results.contains(where: mustBeDurable), reply: reply, into: &outputs)
        }
    }

    // A share of a batch begins with its directive: white space may stand before the key, but no other member. What looks
    // like a batch further on is none.
    private func batch(_ bytes: [UInt8], _ range: Range<Int>) -> BatchDirective? {
        guard IntakeMessage.firstKeyIsBatch(bytes, range), case .batch(let batch)? = try? decoder.decode(bytes, range: range)
        else { return nil }
        return batch
    }

    private func refuseBusy(_ client: Client, _ bytes: [UInt8], into outputs: inout [Output]) {
        statistics.busy += 1
        unjournalled.add(.busy)
        outputs.append(.reply(client, IntakeReply.error(.busy, in: bytes)))
    }

    // Notes a refusal for the journal, or counts it until there is room.
    private func reject(_ reason: RejectionReason) {
        if reason == .busy || load == .full { unjournalled.add(reason) } else { outbox.append(.rejection(reason)) }
    }

    // A reply that acknowledges something waits for the commit of the frame its records are in.
    private func answer(
        _ client: Client, mustBeDurable: Bool, reply: (Bool) -> [UInt8], into outputs: inout [Output]
    ) {
        if mustBeDurable {
            held.hold(client, reply(true), untilDurable: outbox.lastRecordSequence)
        } else {
            outputs.append(.reply(client, reply(false)))
        }
    }

    private func mustBeDurable(_ result: IntakeResult) -> Bool {
        switch result {
        case .label, .watermark: true
        case .score(_, let scored): configuration.acknowledgement == .durable && !scored.isShed
        case .error: false
        }
    }

    private func encode(
        _ results: [IntakeResult], of bytes: [UInt8], asArray: Bool, modelAge: Double?, durable: Bool
    ) -> [UInt8] {
        let context = IntakeReply.Context(
            message: bytes, heads: replyHeads, version: replica.version,
            modelAge: modelAge, durable: durable)
        return IntakeReply.encode(results, asArray: asArray, context: context)
    }

    private func modelAge(at now: Timestamp) -> Double? { lastHeard.map { max(0, now.since($0).inSeconds) } }

    /// Decodes one record, scores or takes it, and notes it for the journal.
    func record(_ bytes: [UInt8], _ range: Range<Int>, at now: Timestamp) -> IntakeResult {
        do throws(IntakeError) {
            switch try decoder.decode(bytes, range: range) {
            case .event(let id, let rawID, let time):
                return .score(rawID: rawID, try score(id: id, rawID: rawID, time: time, at: now))
            case .labels(let drafts, let rawID):
                // Never shed: a label that is not journalled must not be acknowledged.
                guard load != .full else { throw IntakeError(busy: rawID) }
                for draft in drafts {
                    let time = try date(draft.time, rawID: rawID, at: now)
                    outbox.append(
                        .label(
                            Label(id: draft.id, head: draft.head, value: draft.value, time: time, weight: draft.weight)
                        ))
                    statistics.labels += 1
                }
                return .label(rawID: rawID)
            case .watermark(let directive):
                guard configuration.clock == .stream else { throw IntakeError.directiveRefused }
                guard load != .full else { throw IntakeError.busy }
                outbox.append(
                    .watermark(
                        Watermark(
                            source: FeatureHash.hash(directive.source), time: directive.time,
                            position: directive.position)))
                return .watermark(directive)
            case .batch:
                throw IntakeError.directiveRefused
            }
        } catch {
            reject(error.reason)
            if error.reason == .busy { statistics.busy += 1 } else { statistics.rejected += 1 }
            return .error(error)
        }
    }

    private func score(
        id: EventID, rawID: Range<Int>, time: Timestamp?, at now: Timestamp
    ) throws(IntakeError) -> Scored {
        let time = try date(time, rawID: rawID, at: now)
        do throws(FieldError) {
            try extractor.extract(
                decoder.fields, moments: replica.moments, scratch: &scratch, into: &features, numbers: &numbers)
        } catch { throw IntakeError(error, rawID: rawID) }
        replica.score(features, into: &scores)
        let isShed = load.sheds
        if isShed {
            unjournalled.add(.shed)
            statistics.shed += 1
        } else {
            outbox.append(
                .scored(
                    ScoredEvent(
                        id: id, time: time, modelVersion: replica.version, features: features, numbers: numbers,
                        outputs: scores, slices: sliceReader.values(of: decoder.fields))))
        }
        statistics.events += 1
        return Scored(
            isShed: isShed,
            outputs: scores, standardErrors: replica.standardErrors(features),
            unseenFeatures: replica.unseenCount(features))
    }

    private func date(_ time: Timestamp?, rawID: Range<Int>, at now: Timestamp) throws(IntakeError) -> Timestamp {
        switch configuration.clock {
        case .wall:
            guard let time else { return now }
            guard time <= now.advanced(by: Limits.timeAhead) else { throw .timeTooFarAhead(rawID) }
            return time
        case .stream:
            guard let time else { throw .missingTime(rawID) }
            return time
        }
    }

    // A share of a lock-step batch: one frame of its own, answered when the learner has folded the whole batch and
    // this replica has the model that came of it.
    private func lockStep(
        _ client: Client, _ batch: BatchDirective, _ bytes: [UInt8], _ ranges: ArraySlice<Range<Int>>,
        at now: Timestamp, into outputs: inout [Output]
    ) {
        // A share must be one frame and whole: it is not shed in part.
        guard load == .open else {
            refuseBusy(client, bytes, into: &outputs)
            return
        }
        guard configuration.clock == .stream, waitingBatches.count < Limits.waitingBatches else {
            outbox.append(.rejection(.directiveRefused))
            outputs.append(.reply(client, IntakeReply.error(.directiveRefused, in: bytes)))
            return
        }
        guard ranges.count < Limits.recordsPerBatch else {
            outbox.append(.rejection(.batchTooLarge))
            let error = IntakeError(
                reason: .batchTooLarge, message: "a batch has at most \(LockStepBatch.size) records and a watermark")
            outputs.append(.reply(client, IntakeReply.error(error, in: bytes)))
            return
        }
        // Batch k is scored by the model folded through batch k − 1: without any model yet, the batch waits for it.
        guard replica.version != .none else {
            waitingBatches.append((client, bytes))
            return
        }
        outbox.beginShare()
        let results = ranges.map { record(bytes, $0, at: now) }
        let ends = results.contains { if case .watermark(let mark) = $0 { mark.time == .distantFuture } else { false } }
        let reply = IntakeReply.batch(batch, results: results, message: bytes)
        held.hold(client, reply, untilFolded: batch.number, untilDurable: ends ? outbox.nextSequence : nil)
        outbox.close(batch: batch)
        flush(into: &outputs)
    }

    // MARK: The learner

    private func learner(_ message: PipelineMessage, at now: Timestamp, into outputs: inout [Output]) {
        switch message {
        case .welcome(let epoch, let accepted, let durable, let version):
            lastHeard = now
            outbox.welcome(epoch: epoch, accepted: accepted, durable: durable, at: now)
            held.durable(outbox.durable)
            // Within an epoch a lost delta shows as a gap at the next one.
            if replica.version.epoch != version.epoch { askForSnapshot(at: now, into: &outputs) }
            for frame in outbox.takeSendable() { outputs.append(.learner(.append(frame))) }
        case .ack(let durable):
            lastHeard = now
            outbox.acknowledge(durable)
            held.durable(outbox.durable)
            for frame in outbox.takeSendable() { outputs.append(.learner(.append(frame))) }
        case .folded(let batch, let version):
            lastHeard = now
            held.folded(batch, into: version)
        case .delta(let delta):
            let isOvertaken = delta.version.epoch == replica.version.epoch && delta.version <= replica.version
            if isOvertaken { break }  // a snapshot behind a newer delta, or the other way round
            switch replica.apply(delta) {
            case .applied:
                lastHeard = now
                snapshotAsked = nil
                let waiting = waitingBatches
                waitingBatches.removeAll()
                for (client, bytes) in waiting { request(client, bytes, at: now, into: &outputs) }
            case .gap, .mismatch:
                askForSnapshot(at: now, into: &outputs)
            }
        case .refused(.journalTailLost, let reason):
            // Scoring goes on, and what is held is kept for a journal that is whole again.
            outputs.append(.warn("the learner has stopped: \(reason)"))
        case .refused(let refusal, let reason):
            outputs.append(.fail(refusal, reason))
        case .hello, .append, .snapshotRequest, .fetch, .frames, .control, .controlled, .rollback, .rolledBack:
            break  // never sent to a worker; a confused peer changes nothing
        }
        held.release(replicaVersion: replica.version) { outputs.append(.reply($0, $1)) }
    }

    // One request at a time, repeated when the answer seems lost.
    private func askForSnapshot(at now: Timestamp, into outputs: inout [Output]) {
        if let asked = snapshotAsked, now >= asked, now.since(asked) < ScoreWorker.snapshotPatience { return }
        snapshotAsked = now
        outputs.append(.learner(.snapshotRequest))
    }

    private static let helloInterval = TimeSpan.seconds(1)
    private static let watermarkInterval = TimeSpan.seconds(1)
    private static let snapshotPatience = TimeSpan.seconds(5)

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
