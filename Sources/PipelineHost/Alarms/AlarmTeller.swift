// Which alarms are news, and that they are told once.

public import Logging
public import PipelineRoles
public import ScoringRecords

/// Logs every new alarm of a monitor and hands it to command and webhook.
///
/// A monitor that starts reads what has long been told: without a memory, alarms found before it has caught up with the
/// journal's end for the first time are only counted. With one, everything from `told` on is news. Confined to the
/// monitor's thread.
public final class AlarmTeller: MonitorObserver {
    private let deployment: String
    private let sender: AlarmSender?
    private let thread: OSThread?
    private let logger: Logger
    private var told: UInt64?

    /// - Parameter told: the number of the first alarm that is news; `nil` where nobody remembers.
    /// - Throws: a secret's file that cannot be read.
    public init(deployment: String, _ configuration: MonitorConfiguration, told: UInt64?, logger: Logger) throws {
        self.deployment = deployment
        self.told = told
        self.logger = logger
        let sends = configuration.command != nil || configuration.webhook != nil
        sender = sends ? try AlarmSender(configuration, logger: logger) : nil
        thread = try sender?.start()
    }

    /// Tells what is news.
    public func round(_ monitor: CalibrationMonitor, at now: Timestamp) {
        let fold = monitor.fold
        guard let told else {
            guard monitor.isCaughtUp else { return }
            self.told = fold.alarmCount
            if fold.alarmCount > 0 {
                logger.notice("alarms in the journal from before", metadata: ["count": "\(fold.alarmCount)"])
            }
            return
        }
        guard fold.alarmCount > told else { return }
        self.told = fold.alarmCount
        for alarm in fold.alarms where alarm.number >= told {
            let head = fold.specification.heads[alarm.head]
            let names: [String?] = if case .classes(let task) = head.task { task.classes } else { [nil] }
            let message = AlarmMessage(
                alarm, deployment: deployment, specification: (head.name, names[alarm.output]))
            logger.warning(
                "drift alarm: \(message.text)",
                metadata: ["alarm": "\(alarm.number)", "journalSequence": "\(alarm.sequence)"])
            sender?.put(message)
        }
    }

    /// The number of the first alarm that the next start must tell, whatever this one still says; `nil` while nobody knows
    /// what is news.
    var untold: UInt64? { told.map { min($0, sender?.firstWaiting ?? $0) } }

    /// Lets the sender try what waits once more.
    public func end(_ monitor: CalibrationMonitor, at now: Timestamp) {
        round(monitor, at: now)
        sender?.finish()
        try? thread?.join()
    }
}
