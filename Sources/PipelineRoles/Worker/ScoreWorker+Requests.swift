// Clients' messages: taken apart, answered at once or after the commit, lock-step batches among them.

import ScoringRecords
import WireFormat

extension ScoreWorker {
    /// Several messages. Those that are a single event each are prepared ahead of the scoring of those before them.
    func requests(_ messages: ClientMessages, at now: Timestamp, into outputs: inout [Output]) {
        for index in 0..<messages.count {
            let message = messages[index]
            if message.payload.count <= Limits.messageBytes, let event = decoder.eventAlone(message.payload) {
                prepare(event, message: index, at: now)
                if prepared.isFull { answerFirst(of: messages, at: now, into: &outputs) }
            } else {
                while !prepared.isEmpty { answerFirst(of: messages, at: now, into: &outputs) }
                request(message.client, message.payload, at: now, into: &outputs)
            }
        }
        while !prepared.isEmpty { answerFirst(of: messages, at: now, into: &outputs) }
    }

    // What was prepared first is a message by itself: only now is it known whether there is room for it.
    private func answerFirst(of messages: ClientMessages, at now: Timestamp, into outputs: inout [Output]) {
        let place = prepared.removeFirst()
        let message = messages[prepared[place].message]
        guard load != .refusing else {
            refuseBusy(message.client, message.payload, into: &outputs)
            return
        }
        results.removeAll()
        finish(place, at: now)
        answer(message.client, message.payload, asArray: false, at: now, into: &outputs)
    }

    func request(_ client: Client, _ bytes: [UInt8], at now: Timestamp, into outputs: inout [Output]) {
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
            take(CollectionOfOne(range), of: bytes, at: now)
            answer(client, bytes, asArray: false, at: now, into: &outputs)
        case .several(let ranges):
            if let first = ranges.first, let batch = batch(bytes, first) {
                lockStep(client, batch, bytes, ranges.dropFirst(), at: now, into: &outputs)
                return
            }
            take(ranges, of: bytes, at: now)
            answer(client, bytes, asArray: true, at: now, into: &outputs)
        }
    }

    // A share of a batch begins with its directive: white space may stand before the key, but no other member. What looks
    // like a batch further on is none.
    private func batch(_ bytes: [UInt8], _ range: Range<Int>) -> BatchDirective? {
        guard IntakeMessage.firstKeyIsBatch(bytes, range),
            case .batch(let batch)? = try? decoder.decode(bytes, range: range)
        else { return nil }
        return batch
    }

    private func refuseBusy(_ client: Client, _ bytes: [UInt8], into outputs: inout [Output]) {
        statistics.busy += 1
        unjournalled.add(.busy)
        outputs.append(.reply(client, IntakeReply.error(.busy, in: bytes)))
    }

    // A reply that acknowledges something waits for the commit of the frame its records are in.
    private func answer(
        _ client: Client, _ bytes: [UInt8], asArray: Bool, at now: Timestamp, into outputs: inout [Output]
    ) {
        let mustWait = results.list.contains(where: mustBeDurable)
        footing.update(version: replica.version, heard: lastHeard, now: now)
        replyText.removeAll()
        IntakeReply.write(
            results, of: bytes, asArray: asArray,
            IntakeReply.Context(heads: replyHeads, footing: footing.members, durable: mustWait), to: &replyText)
        // Of its own size: the text's storage is used again.
        let reply = replyText.bytes.withUnsafeBufferPointer { Array($0) }
        if mustWait {
            held.hold(client, reply, untilDurable: outbox.lastRecordSequence)
        } else {
            outputs.append(.reply(client, reply))
        }
    }

    private func mustBeDurable(_ result: IntakeResult) -> Bool {
        switch result {
        case .label, .watermark: true
        case .score(_, let scored): configuration.acknowledgement == .durable && !scored.isShed
        case .error: false
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
        take(ranges, of: bytes, at: now)
        let ends = results.list.contains {
            if case .watermark(let mark) = $0 { mark.time == .distantFuture } else { false }
        }
        let reply = IntakeReply.batch(batch, results: results.list, message: bytes)
        held.hold(client, reply, untilFolded: batch.number, untilDurable: ends ? outbox.nextSequence : nil)
        outbox.close(batch: batch)
        flush(into: &outputs)
    }
}
