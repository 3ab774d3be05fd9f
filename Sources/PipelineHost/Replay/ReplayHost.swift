// The replayer as a client: it speaks to intakes as any other client would.

public import Logging
import PipelineRoles
import ScoringRecords
import WireFormat
public import ZeroMQ

/// Plays a recorded file into score workers.
public struct ReplayHost: Sendable {
    /// How a replay ended.
    public enum Outcome: Hashable, Sendable {
        /// Everything was sent and everything that was acknowledged is folded.
        case completed(records: UInt64)
        /// It was asked to stop after this many input records; the same command goes on from there.
        case stopped(records: UInt64)
    }

    let context: Context
    let intakes: [String]
    let configuration: Configuration
    let path: String
    let stop: StopFlag
    let logger: Logger
    let progress: @Sendable (Double?, UInt64) -> Void

    /// A replay that has not started.
    ///
    /// - Parameter progress: called now and then with the share of the file read and the records sent.
    public init(
        context: Context, intakes: [String], configuration: Configuration, path: String, stop: StopFlag,
        logger: Logger, progress: @escaping @Sendable (Double?, UInt64) -> Void
    ) {
        self.context = context
        self.intakes = intakes
        self.configuration = configuration
        self.path = path
        self.stop = stop
        self.logger = logger
        self.progress = progress
    }

    /// The name under which a file's watermarks are journalled: its last path component.
    public static func source(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Plays in lock-step: batch k is scored by the model folded through batch k − 1, on any number of workers.
    ///
    /// - Parameter position: input records already journalled, to be passed over.
    public func runLockStep(from position: UInt64) throws -> Outcome {
        let stream = try ReplayStream(path: path, configuration: configuration, batchSize: LockStepBatch.size)
        var number = try stream.skip(position, inBatches: true)
        var poller = Poller()
        let clients = try IntakeClients(context: context, endpoints: intakes, poller: &poller, logger: logger)
        var sent = position
        while !stop.isRaised {
            let (items, isLast) = try stream.next()
            sent += UInt64(items.count)
            let messages = LockStepBatch.messages(
                number: number, items: items, workers: intakes.count, source: ReplayHost.source(of: path),
                position: sent, isLast: isLast)
            number += 1
            for (index, message) in messages.enumerated() { try clients.send(message, to: index) }
            try clients.awaitAnswers(poller: &poller) { index, answer in
                guard case .refused(let code)? = IntakeAnswer(answer) else {
                    tellTrouble(in: answer)
                    return .done
                }
                guard code == RejectionReason.busy.code else { throw ReplayRefusal.error(code, from: intakes[index]) }
                return .sendLater(messages[index])
            }
            progress(stream.progress, sent)
            if isLast { return .completed(records: sent) }
        }
        return .stopped(records: sent)
    }

    private func tellTrouble(in answer: [UInt8]) {
        let text = String(decoding: answer, as: UTF8.self)
        guard !text.contains("\"rejected\":0,") else { return }
        logger.debug("the intake refused records of a batch", metadata: ["answer": "\(text)"])
    }

    /// Plays at the stream's own pace, `speed` times faster; `nil` as fast as the workers answer.
    ///
    /// An event and its labels go to the same worker, so they reach the journal in order.
    public func runPaced(speed: Double?, from position: UInt64) throws -> Outcome {
        let stream = try ReplayStream(path: path, configuration: configuration, batchSize: Pace.itemsPerMessage)
        _ = try stream.skip(position, inBatches: false)
        var poller = Poller()
        let clients = try IntakeClients(context: context, endpoints: intakes, poller: &poller, logger: logger)
        var pace = Pace(speed: speed)
        var sent = position
        while !stop.isRaised {
            let (items, isLast) = try stream.next()
            var start = items.startIndex
            while start < items.endIndex, !stop.isRaised {
                let end = pace.due(items[start...])
                if end == start {
                    try poller.wait(milliseconds: pace.millisecondsUntil(items[start].time))
                    continue
                }
                sent += UInt64(end - start)
                try deliver(shares(of: items[start..<end], position: sent), by: clients, &poller)
                start = end
                progress(stream.progress, sent)
            }
            if isLast, !stop.isRaised {
                guard configuration.clock == .stream else { return .completed(records: sent) }
                let ends = intakes.indices.map { index in
                    var share = PacedShare(intake: intakes[index])
                    share.add(watermark(index, .distantFuture, sent))
                    return share
                }
                try deliver(ends, by: clients, &poller)
                return .completed(records: sent)
            }
        }
        return .stopped(records: sent)
    }

    private func watermark(_ worker: Int, _ time: Timestamp, _ position: UInt64) -> [UInt8] {
        // Each worker speaks for its own share of the stream: time is the least of them.
        LockStepBatch.watermark(
            source: "\(ReplayHost.source(of: path))#\(worker)", time: time, position: position)
    }

    private func shares(of items: ArraySlice<ReplayItem>, position: UInt64) -> [PacedShare] {
        var shares = intakes.map { PacedShare(intake: $0) }
        for item in items { shares[Int(item.routingKey % UInt64(intakes.count))].add(item.json) }
        if configuration.clock == .stream, let last = items.last {
            for worker in shares.indices { shares[worker].add(watermark(worker, last.time, position)) }
        }
        return shares
    }

    /// Sends each intake its share until none of it is left that the intake was too busy for.
    private func deliver(_ shares: [PacedShare], by clients: IntakeClients, _ poller: inout Poller) throws {
        var shares = shares
        for (index, share) in shares.enumerated() where !share.isEmpty { try clients.send(share.message, to: index) }
        try clients.awaitAnswers(poller: &poller) { index, answer in
            let wasBusy = try shares[index].take(answer)
            if shares[index].isEmpty { return .done }
            return wasBusy ? .sendLater(shares[index].message) : .send(shares[index].message)
        }
    }
}
