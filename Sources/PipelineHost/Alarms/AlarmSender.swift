// Alarms leave the monitor's thread here: whoever is told may be slow or gone, and the fold must not notice.

import Glibc
import Logging
import ScoringRecords
import Synchronization
import ZeroMQ

/// Tells command and webhook of alarms, one after another, on a thread of its own.
///
/// At most ``limit`` alarms wait; beyond it the oldest that waits is dropped and logged: newer alarms say more about now.
/// A webhook that fails is tried again after 1 s, 2 s, 4 s and so on, at most a minute apart, ten times; then the alarm is
/// given up and logged. At the end of the process waiting alarms are tried once more, until one fails; the others are for
/// the next start.
final class AlarmSender: Sendable {
    /// How many alarms may wait.
    static let limit = 100
    private static let attempts = 10
    private static let longestPause = TimeSpan.seconds(60)
    private static let webhookTimeLimit = TimeSpan.seconds(5)

    private struct Queue {
        var waiting: [AlarmMessage] = []
        // The number of the alarm that is being told.
        var current: UInt64?
    }

    private let queue = Mutex(Queue())
    private let wakeup: Wakeup
    private let stop: StopFlag
    private let command: AlarmCommand?
    private let webhook: WebhookClient?
    private let secret: [UInt8]?
    private let logger: Logger

    /// - Throws: a secret's file that cannot be read or is empty.
    init(_ configuration: MonitorConfiguration, logger: Logger) throws {
        wakeup = try Wakeup()
        stop = try StopFlag()
        command = configuration.command.map(AlarmCommand.init)
        webhook = configuration.webhook.map {
            WebhookClient(webhook: $0, timeLimit: AlarmSender.webhookTimeLimit)
        }
        secret = try configuration.webhook?.secretFile.map(AlarmSender.secret)
        self.logger = logger
    }

    private static func secret(_ path: String) throws -> [UInt8] {
        var bytes = try readFile(path, maximumBytes: 4_096)
        while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw HostError(.configuration, "the secret in \(path) is empty", remedy: "write a long random text there")
        }
        return bytes
    }

    /// Starts the thread.
    func start() throws -> OSThread { try OSThread(name: "weir-alarm") { [self] in try run() } }

    /// Hands an alarm over. Never blocks.
    func put(_ message: AlarmMessage) {
        let dropped = queue.withLock { queue -> AlarmMessage? in
            queue.waiting.append(message)
            return queue.waiting.count > AlarmSender.limit ? queue.waiting.removeFirst() : nil
        }
        if let dropped {
            logger.error("an alarm was not sent: too many wait", metadata: ["alarm": "\(dropped.number)"])
        }
        wakeup.signal()
    }

    /// The number of the first alarm that was neither told nor given up; `nil` where none waits.
    var firstWaiting: UInt64? { queue.withLock { $0.current ?? $0.waiting.first?.number } }

    private func takeFirst() -> AlarmMessage? {
        queue.withLock { queue in
            let message = queue.waiting.isEmpty ? nil : queue.waiting.removeFirst()
            queue.current = message?.number
            return message
        }
    }

    /// Asks for the end: what waits is tried once more.
    func finish() {
        stop.raise()
        wakeup.signal()
    }

    private func run() throws {
        var poller = Poller()
        _ = poller.add(fileDescriptor: wakeup.fileDescriptor)
        while true {
            // Drained first: what comes after this wakes the loop again.
            _ = wakeup.drain()
            let isLast = stop.isRaised
            while let message = takeFirst() {
                // What is still `current` then waits for the next start.
                if !tell(message), stop.isRaised { return giveUp() }
            }
            if isLast { return }
            try poller.wait(milliseconds: nil)
        }
    }

    private func giveUp() {
        let count = queue.withLock { $0.waiting.count + 1 }
        logger.error("alarms were not sent", metadata: ["count": "\(count)"])
    }

    /// Whether nobody failed who may be there later.
    private func tell(_ message: AlarmMessage) -> Bool {
        let name: Logger.Metadata = ["alarm": "\(message.number)"]
        if let command, let failure = command.run(message.json) {
            logger.error("the alarm's command: \(failure)", metadata: name)
        }
        guard let webhook else { return true }
        var pause = TimeSpan.seconds(1)
        for attempt in 1...AlarmSender.attempts {
            switch webhook.post(message.json, secret: secret) {
            case .accepted:
                logger.info("the alarm was posted", metadata: name)
                return true
            case .refused(let status):
                logger.error("the webhook refuses the alarm: status \(status)", metadata: name)
                return true
            case .failed(let why):
                let isLast = attempt == AlarmSender.attempts || stop.isRaised
                logger.warning("the webhook failed\(isLast ? "; given up" : "")", metadata: ["why": "\(why)"])
                if isLast { return false }
                wait(pause)
                pause = min(pause + pause, AlarmSender.longestPause)
            }
        }
        return false
    }

    // Ends early when the process ends.
    private func wait(_ span: TimeSpan) {
        _ = MonotonicDeadline(after: span).wait(stop.wakeup.fileDescriptor, Int16(POLLIN))
    }
}
