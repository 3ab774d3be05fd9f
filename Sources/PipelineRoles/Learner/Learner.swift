// The learner role: frames in, order decided, state folded, deltas and acknowledgements out. It decides the journal's
// order; the host makes that order durable on another thread and reports back.

import OnlineLearning
public import ScoringRecords
public import WireFormat

/// A frame with its place in the journal, on its way to be made durable.
public struct OrderedFrame: Hashable, Sendable {
    /// The sequence number of its first record.
    public var firstSequence: UInt64
    /// The frame.
    public var frame: AppendFrame
}

/// Folds frames into the model. Only this role changes weights. Confined to one thread.
public final class Learner {
    /// A worker's return address.
    public typealias Peer = [UInt8]

    /// What the host hands in.
    public enum Input {
        /// A worker's message.
        case message(Peer, PipelineMessage)
        /// Every record below this sequence number is durable.
        case committed(end: UInt64)
        /// The state of a checkpoint that a peer wants back, as `LearnerFold.rollbackState` gives it.
        case rollback(Peer, to: UInt64, state: [UInt8])
        /// All waiting messages were handed in: publish if it is time.
        case tick
    }

    /// What the host shall do.
    public enum Output {
        /// Send to one worker.
        case send(Peer, PipelineMessage)
        /// Send to every subscriber; may be lost.
        case publish(ModelDelta)
        /// Make durable, all or nothing, in this order.
        case commit([OrderedFrame])
        /// Read the checkpoint after so many records and hand its state in, or tell the peer why not.
        case readCheckpoint(Peer, records: UInt64)
        /// Keep a record that had no effect where a person can look at it.
        case quarantine(Quarantined)
        /// Tell the operator.
        case warn(String)
        /// Stop at once: to go on would bury what the journal has lost.
        case fail(PipelineRefusal, String)
    }

    struct Writer {
        var peer: Peer
        var accepted: UInt64
        var durable: UInt64
        // For how long the learner has listened without hearing of it.
        var silence = TimeSpan.zero
        var isSilent = false
    }

    private struct InFlight {
        var end: UInt64
        var writers: [(writer: UInt64, sequence: UInt64)]
    }

    private struct PartialBatch {
        var parts: UInt32
        var shares: [UInt32: AppendFrame]
        var peers: [UInt32: Peer]
    }

    /// The state.
    public let fold: LearnerFold
    private var publisher: ModelPublisher
    private let epoch: UInt32
    private let ownWriter: UInt64
    private var ownSequence: UInt64 = 0
    private let durableWriters: (UInt64) -> UInt64
    private let standardizedCount: Int

    private var writers: [UInt64: Writer] = [:]
    private var inFlight: [InFlight] = []
    private var batches: [UInt64: PartialBatch] = [:]
    private var lastPublished: Timestamp?
    private var hasAdoptedSources = false
    // Who waits for a command to be durable, and as which record.
    private var controls: [(peer: Peer, answer: PipelineMessage, sequence: UInt64)] = []
    private var headsWithoutLabels: Set<Int> = []
    // Who is to get the whole model, once each, at the next tick.
    private var snapshotsAsked: [Peer] = []
    private var lastTick: Timestamp?

    /// Every record below this is durable.
    public private(set) var durableEnd: UInt64

    // How often a live model is published: often enough that scores follow labels within a blink, seldom enough that
    // publishing costs little beside learning.
    private static let publishInterval = TimeSpan.milliseconds(100)
    /// A worker that said nothing for so long no longer holds windows open.
    public static let writerPatience = TimeSpan.seconds(10)
    // The longest that may pass between two ticks of a learner that is running.
    private static let tickPatience = TimeSpan.seconds(1)
    // Commands that may wait for their commit at once.
    private static let waitingCommands = 1_000
    // Units that may wait for their commit before the learner stops reading.
    private static let unitsInFlight = 256
    // Batches whose shares are incomplete at once; lock-step needs one.
    private static let partialBatches = 4

    /// A learner that goes on from `fold`.
    ///
    /// - Parameters:
    ///   - epoch: grows with every start, at least 1.
    ///   - ownWriter: the number under which the learner itself journals what it notices.
    ///   - durableEnd: the journal's end, which `fold` has reached.
    ///   - durableWriters: the last durable frame of a writer, 0 for one unknown.
    public init(
        fold: LearnerFold, epoch: UInt32, ownWriter: UInt64, durableEnd: UInt64,
        durableWriters: @escaping (UInt64) -> UInt64
    ) {
        precondition(fold.sequence == durableEnd, "the fold must have reached the journal's end")
        precondition(fold.joins.isOwnSpecification, "the journal must be marked with this specification")
        self.fold = fold
        self.epoch = epoch
        self.ownWriter = ownWriter
        self.durableEnd = durableEnd
        self.durableWriters = durableWriters
        publisher = ModelPublisher(
            model: fold.model, epoch: epoch, records: fold.sequence)
        standardizedCount = fold.model.moments.count
    }

    /// The version published last.
    public var version: ModelVersion { publisher.published.version }

    /// Whether the host may hand in further appends: the commits keep up.
    public var wantsInput: Bool { inFlight.count < Learner.unitsInFlight }

    /// Whether everything folded is durable.
    public var isSettled: Bool { inFlight.isEmpty && durableEnd == fold.sequence }

    /// One step. `now` is the wall clock's time.
    public func step(_ input: Input, at now: Timestamp, into outputs: inout [Output]) {
        switch input {
        case .message(let peer, let message): receive(message, from: peer, at: now, into: &outputs)
        case .committed(let end): committed(end, into: &outputs)
        case .rollback(let peer, let records, let state): rollBack(to: records, state, for: peer, into: &outputs)
        case .tick: tick(at: now, into: &outputs)
        }
    }

    private func receive(
        _ message: PipelineMessage, from peer: Peer, at now: Timestamp, into outputs: inout [Output]
    ) {
        switch message {
        case .hello(let hello):
            greet(hello, from: peer, at: now, into: &outputs)
        case .append(let frame):
            append(frame, from: peer, at: now, into: &outputs)
        case .snapshotRequest:
            if !snapshotsAsked.contains(peer) { snapshotsAsked.append(peer) }
        case .control, .rollback:
            command(message, from: peer, into: &outputs)
        case .welcome, .refused, .ack, .folded, .delta, .fetch, .frames, .controlled, .rolledBack:
            outputs.append(.warn("a peer sent a message that is not for a learner; ignored"))
        }
    }

    private func command(_ message: PipelineMessage, from peer: Peer, into outputs: inout [Output]) {
        guard controls.count < Learner.waitingCommands else {
            outputs.append(.warn("too many commands wait for their commit; one was ignored"))
            return
        }
        switch message {
        case .control(let control):
            controls.append((peer, .controlled(control, sequence: fold.sequence), fold.sequence))
            let told =
                switch control {
                case .freeze: "learning is frozen by command"
                case .thaw: "learning goes on by command"
                case .resetTime: "event time starts afresh by command"
                }
            outputs.append(.warn(told))
            journal([.control(control)], into: &outputs)
        case .rollback(let records):
            outputs.append(.readCheckpoint(peer, records: records))
        default: break
        }
    }

    private func greet(_ hello: WorkerHello, from peer: Peer, at now: Timestamp, into outputs: inout [Output]) {
        guard hello.specification == fold.specificationDigest else {
            let reason = "the worker's configuration differs from the learner's: start both with the same file"
            outputs.append(.send(peer, .refused(.otherConfiguration, reason: reason)))
            return
        }
        let known = writers[hello.writer]
        let durable = known?.durable ?? durableWriters(hello.writer)
        // A worker was told that these are durable. A journal without them is not the one that they were written to, or
        // has lost its tail; going on would acknowledge more on top of the loss.
        guard hello.recorded <= durable else {
            let reason =
                "worker \(hello.writer) was told that its frames up to \(hello.recorded) are durable, "
                + "but the journal has them only up to \(durable)"
            outputs.append(.send(peer, .refused(.journalTailLost, reason: reason)))
            outputs.append(.fail(.journalTailLost, reason))
            return
        }
        // Frames without records are acknowledged but leave no trace in the journal: the worker itself knows of them.
        writers[hello.writer] = Writer(
            peer: peer, accepted: max(known?.accepted ?? durable, hello.durable), durable: max(durable, hello.durable))
        welcome(hello.writer, into: &outputs)
    }

    private func welcome(_ id: UInt64, into outputs: inout [Output]) {
        guard let writer = writers[id] else { return }
        outputs.append(
            .send(
                writer.peer,
                .welcome(epoch: epoch, accepted: writer.accepted, durable: writer.durable, version: version)))
    }

    // MARK: Appends

    private func append(_ frame: AppendFrame, from peer: Peer, at now: Timestamp, into outputs: inout [Output]) {
        guard var writer = writers[frame.writer] else { return }  // its hello will come, and its frame again
        writer.peer = peer
        writer.silence = .zero
        writer.isSilent = false
        writers[frame.writer] = writer
        if frame.writerSequence <= writer.accepted {
            outputs.append(.send(peer, .ack(durable: writer.durable)))
            return
        }
        guard frame.writerSequence == writer.accepted + 1 else {
            welcome(frame.writer, into: &outputs)
            return
        }
        if let fault = self.fault(in: frame) {
            outputs.append(.warn("frame refused: \(fault)"))
            outputs.append(.send(peer, .refused(.unusableFrame, reason: fault)))
            return
        }
        guard !isHeldUp(frame) else { return }
        guard let batch = frame.batch else {
            writers[frame.writer]?.accepted = frame.writerSequence
            take([frame], into: &outputs)
            return
        }
        takeShare(frame, of: batch, from: peer, into: &outputs)
    }

    // A share that waits for its batch has no place in the journal yet, and what its writer said after it may not come
    // before it: the worker sends it again later. Only a later share of the same batch, or this share again, may follow.
    private func isHeldUp(_ frame: AppendFrame) -> Bool {
        batches.contains { number, partial in
            partial.shares.contains { part, share in
                guard share.writer == frame.writer else { return false }
                guard let batch = frame.batch, batch.number == number else { return true }
                return batch.part < part
            }
        }
    }

    private func takeShare(
        _ frame: AppendFrame, of batch: BatchDirective, from peer: Peer, into outputs: inout [Output]
    ) {
        if let known = batches[batch.number]?.parts, known != batch.parts {
            let reason = "two workers split batch \(batch.number) differently"
            outputs.append(.send(peer, .refused(.batchConflict, reason: reason)))
            return
        }
        guard batch.parts == 1 || batches[batch.number] != nil || batches.count < Learner.partialBatches else {
            outputs.append(.send(peer, .refused(.tooManyBatches, reason: "too many incomplete batches")))
            return
        }
        writers[frame.writer]?.accepted = frame.writerSequence
        var partial = batches[batch.number] ?? PartialBatch(parts: batch.parts, shares: [:], peers: [:])
        partial.shares[batch.part] = frame
        partial.peers[batch.part] = peer
        guard partial.shares.count == Int(batch.parts) else {
            batches[batch.number] = partial
            return
        }
        batches[batch.number] = nil
        // Input order, whichever worker was faster: any number of workers gives one journal.
        take((0..<batch.parts).compactMap { partial.shares[$0] }, into: &outputs)
        publish(into: &outputs)
        for part in 0..<batch.parts {
            guard let peer = partial.peers[part] else { continue }
            outputs.append(.send(peer, .folded(batch: batch.number, version: version)))
        }
    }

    // A frame is checked whole before any record of it is folded: the journal holds nothing that a fold cannot take.
    private func fault(in frame: AppendFrame) -> String? {
        guard frame.payload.count <= Limits.framePayloadBytes else {
            return "the frame has \(frame.payload.count) bytes, the limit is \(Limits.framePayloadBytes)"
        }
        var fault: String?
        do {
            var isValid = true
            try RecordCoding.decode(
                frame.payload, count: Int(frame.recordCount),
                scored: { event in
                    isValid =
                        isValid
                        && JoiningFold<WaitingEvent>.isValid(
                            event, for: fold.specification, numbers: standardizedCount)
                },
                other: { record in
                    isValid =
                        isValid
                        && JoiningFold<WaitingEvent>.isValid(
                            record, for: fold.specification, numbers: standardizedCount)
                })
            if !isValid { fault = "a record does not fit the specification" }
        } catch { fault = error.description }
        return fault
    }

    private func take(_ frames: [AppendFrame], into outputs: inout [Output]) {
        var ordered: [OrderedFrame] = []
        var taken: [(writer: UInt64, sequence: UInt64)] = []
        for frame in frames {
            taken.append((frame.writer, frame.writerSequence))
            if frame.recordCount > 0 { ordered.append(OrderedFrame(firstSequence: fold.sequence, frame: frame)) }
            do {
                func note(_ findings: [Quarantined]) {
                    for finding in findings { outputs.append(.quarantine(finding)) }
                }
                try RecordCoding.decode(
                    frame.payload, count: Int(frame.recordCount), scored: { note(fold.fold(scored: $0)) },
                    other: { note(fold.fold($0)) })
            } catch { preconditionFailure("a frame that was checked does not decode: \(error)") }
        }
        if !ordered.isEmpty { outputs.append(.commit(ordered)) }
        inFlight.append(InFlight(end: fold.sequence, writers: taken))
        if ordered.isEmpty { committed(durableEnd, into: &outputs) }
    }

    private func committed(_ end: UInt64, into outputs: inout [Output]) {
        durableEnd = max(durableEnd, end)
        let count = inFlight.prefix { $0.end <= durableEnd }.count
        guard count > 0 else { return }
        var touched: [UInt64] = []
        for unit in inFlight[..<count] {
            for (writer, sequence) in unit.writers {
                writers[writer]?.durable = sequence
                if !touched.contains(writer) { touched.append(writer) }
            }
        }
        inFlight.removeFirst(count)
        for (peer, answer, _) in controls.prefix(while: { $0.sequence < durableEnd }) {
            outputs.append(.send(peer, answer))
        }
        controls.removeAll { $0.sequence < durableEnd }
        for id in touched {
            guard let writer = writers[id] else { continue }
            outputs.append(.send(writer.peer, .ack(durable: writer.durable)))
        }
    }

    // MARK: Time

    private func tick(at now: Timestamp, into outputs: inout [Output]) {
        let due = lastPublished.map { now.since($0) >= Learner.publishInterval || now < $0 } ?? true
        if due, fold.sequence != version.records {
            lastPublished = now
            publish(into: &outputs)
        }
        for peer in snapshotsAsked { outputs.append(.send(peer, .delta(publisher.published.snapshot()))) }
        snapshotsAsked.removeAll()
        adoptRestoredSources()
        watchLabels(into: &outputs)
        watchWriters(at: now, into: &outputs)
    }

    // A learner that reads nothing hears nothing, whoever speaks: while commits lag it does not count anybody's silence,
    // and of a pause of its own (stopped, or with a clock that was set) it counts a second.
    private func watchWriters(at now: Timestamp, into outputs: inout [Output]) {
        let passed = lastTick.map { min(max(now.since($0), .zero), Learner.tickPatience) } ?? .zero
        lastTick = now
        guard wantsInput else { return }
        for writer in writers.keys.sorted() {
            guard var state = writers[writer], !state.isSilent else { continue }
            state.silence = state.silence + passed
            // Its frame numbers stay known: it may come back and go on where it was.
            state.isSilent = state.silence > Learner.writerPatience
            writers[writer] = state
            guard state.isSilent else { continue }
            dropAbandonedBatches()
            guard fold.joins.clock.sources.contains(where: { $0.id == writer }) else { continue }
            outputs.append(.warn("worker \(writer) has been silent; time no longer waits for it"))
            journal([.sourceLeft(writer)], into: &outputs)
        }
    }

    private func watchLabels(into outputs: inout [Output]) {
        for (head, rule) in fold.specification.heads.enumerated() where rule.labelOutage != nil {
            let isOut = fold.joins.joiner.labelStream(of: head).isOut
            if isOut, headsWithoutLabels.insert(head).inserted {
                outputs.append(
                    .warn(
                        "labels of head '\(rule.name)' have stopped: silence is not learned or judged until they return"
                    ))
            } else if !isOut, headsWithoutLabels.remove(head) != nil {
                outputs.append(.warn("labels of head '\(rule.name)' have returned"))
            }
        }
    }

    // A batch of which all that sent a share have gone is not going to be whole. Should one of them come back, it sends its
    // share again.
    private func dropAbandonedBatches() {
        for (number, batch) in batches
        where batch.shares.values.allSatisfy({ writers[$0.writer]?.isSilent ?? true }) {
            for share in batch.shares.values {
                let accepted = writers[share.writer]?.accepted ?? 0
                writers[share.writer]?.accepted = min(accepted, share.writerSequence - 1)
            }
            batches[number] = nil
        }
    }

    // Live sources that the restored state knows but nobody has spoken for since: their workers may have died together
    // with the last learner. They get the same patience. A replay's source has sent records, a live one never counts any.
    private func adoptRestoredSources() {
        guard !hasAdoptedSources else { return }
        hasAdoptedSources = true
        for source in fold.joins.clock.sources
        where source.time != .distantFuture && source.position == 0 && writers[source.id] == nil {
            let durable = durableWriters(source.id)
            writers[source.id] = Writer(peer: [], accepted: durable, durable: durable)
        }
    }

    /// Journals what the learner itself has to say, a frame for each record, all or nothing.
    private func journal(_ records: [JournalRecord], into outputs: inout [Output]) {
        let frames = records.map { record in
            ownSequence += 1
            return AppendFrame(
                writer: ownWriter, writerSequence: ownSequence, batch: nil, recordCount: 1,
                payload: RecordCoding.payload([record]))
        }
        take(frames, into: &outputs)
    }

    /// Journals an earlier state piece by piece and goes on from it; every worker gets the whole model.
    private func rollBack(to records: UInt64, _ state: [UInt8], for peer: Peer, into outputs: inout [Output]) {
        let parts = stride(from: 0, to: state.count, by: Limits.modelPartBytes).map { start in
            JournalRecord.modelPart(Array(state[start..<min(start + Limits.modelPartBytes, state.count)]))
        }
        journal(
            parts + [.rollback(Rollback(records: records, byteCount: UInt64(state.count)))], into: &outputs)
        controls.append((peer, .rolledBack(to: records, sequence: fold.sequence - 1), fold.sequence - 1))
        outputs.append(.warn("the model is that of record \(records) again, by command"))
        publisher = ModelPublisher(model: fold.model, epoch: epoch, records: fold.sequence)
        outputs.append(.publish(publisher.published.snapshot()))
    }

    private func publish(into outputs: inout [Output]) {
        outputs.append(.publish(publisher.delta(records: fold.sequence)))
    }
}
