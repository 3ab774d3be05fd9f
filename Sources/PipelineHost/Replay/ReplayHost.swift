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

    // An answer that takes longer means that a peer is gone: a batch takes milliseconds.
    private static let answerMilliseconds = 60_000

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
        let stream = try ReplayStream(path: path, configuration: configuration)
        try stream.skip(position)
        var poller = Poller()
        let clients = try IntakeClients(context: context, endpoints: intakes, poller: &poller)
        var sent = position
        while !stop.isRaised {
            let (items, isLast) = try stream.next(LockStepBatch.size)
            let number = sent / UInt64(LockStepBatch.size)
            sent += UInt64(items.count)
            let messages = LockStepBatch.messages(
                number: number, items: items, workers: intakes.count, source: ReplayHost.source(of: path),
                position: sent, isLast: isLast)
            for (index, message) in messages.enumerated() { try clients.send(message, to: index) }
            try clients.awaitAnswers(poller: &poller, milliseconds: ReplayHost.answerMilliseconds) { answer in
                if let text = ReplayHost.trouble(in: answer) {
                    logger.debug("the intake refused records of a batch", metadata: ["answer": "\(text)"])
                }
            }
            progress(stream.progress, sent)
            if isLast { return .completed(records: sent) }
        }
        return .stopped(records: sent)
    }

    private static func trouble(in answer: [UInt8]) -> String? {
        let text = String(decoding: answer, as: UTF8.self)
        return text.contains("\"rejected\":0,") ? nil : text
    }

    /// Plays at the stream's own pace, `speed` times faster; `nil` as fast as the workers answer.
    ///
    /// An event and its labels go to the same worker, so they reach the journal in order.
    public func runPaced(speed: Double?, from position: UInt64) throws -> Outcome {
        let stream = try ReplayStream(path: path, configuration: configuration)
        try stream.skip(position)
        var poller = Poller()
        let clients = try IntakeClients(context: context, endpoints: intakes, poller: &poller)
        var pace = Pace(speed: speed)
        var sent = position
        while !stop.isRaised {
            let (items, isLast) = try stream.next(Pace.itemsPerMessage)
            var start = items.startIndex
            while start < items.endIndex, !stop.isRaised {
                let end = pace.due(items[start...])
                if end == start {
                    try poller.wait(milliseconds: pace.millisecondsUntil(items[start].time))
                    continue
                }
                sent += UInt64(end - start)
                for (worker, message) in shares(of: items[start..<end], position: sent) {
                    try clients.send(message, to: worker)
                }
                try clients.awaitAnswers(poller: &poller, milliseconds: ReplayHost.answerMilliseconds) { _ in }
                start = end
                progress(stream.progress, sent)
            }
            if isLast, !stop.isRaised {
                guard configuration.clock == .stream else { return .completed(records: sent) }
                for index in intakes.indices {
                    try clients.send(watermark(index, .distantFuture, sent), to: index)
                }
                try clients.awaitAnswers(poller: &poller, milliseconds: ReplayHost.answerMilliseconds) { _ in }
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

    private func shares(of items: ArraySlice<ReplayItem>, position: UInt64) -> [(worker: Int, message: [UInt8])] {
        var messages = [[UInt8]](repeating: [], count: intakes.count)
        for item in items {
            let worker = Int(item.routingKey % UInt64(intakes.count))
            messages[worker].append(contentsOf: item.json)
            messages[worker].append(0x0A)
        }
        if configuration.clock == .stream, let last = items.last {
            for worker in messages.indices {
                messages[worker].append(contentsOf: watermark(worker, last.time, position))
            }
        }
        return messages.enumerated().filter { !$0.element.isEmpty }.map { ($0.offset, $0.element) }
    }
}
