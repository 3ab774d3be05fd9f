// A monitor with all that belongs to it: a state to go on from, views, alarms, history.

import Glibc
public import Logging
public import PipelineRoles

/// Puts a monitor and its observers together. Confined to the monitor's thread.
public final class MonitorService {
    /// The monitor, at the journal's beginning or where its checkpoint was.
    public let monitor: CalibrationMonitor
    /// What watches it, for ``MonitorHost/observers``.
    public let observers: [any MonitorObserver]

    /// - Parameters:
    ///   - stateFolder: where checkpoints and history are kept; `nil` for nowhere.
    ///   - board: where views are published.
    ///   - tells: whether alarms are logged and sent.
    /// - Throws: a folder or a secret's file that cannot be used.
    public init(
        configuration: Configuration, stateFolder: String?, board: ViewBoard, tells: Bool = true, logger: Logger
    ) throws {
        let (specification, settings) = (configuration.specification, configuration.monitor.settings)
        var restored: MonitorCheckpoints.Restored?
        if let stateFolder {
            try StateKeeper.prepare(folder: stateFolder)
            restored = try MonitorCheckpoints(folder: stateFolder).restore(
                specification: specification, specificationDigest: specification.digest, settings: settings,
                logger: logger)
        }
        logger.info(
            restored == nil ? "the monitor begins" : "the monitor goes on",
            metadata: ["sequence": "\(restored?.fold.joins.sequence ?? 0)"])
        let fold =
            restored?.fold
            ?? MonitorFold(
                specification: specification, specificationDigest: specification.digest, settings: settings)
        monitor = CalibrationMonitor(fold: fold)
        var observers: [any MonitorObserver] = [
            try ViewPublisher(board: board, name: configuration.name, flagging: configuration.flagging)
        ]
        var teller: AlarmTeller?
        if tells {
            let made = try AlarmTeller(
                deployment: configuration.name, configuration.monitor, told: restored?.untold, logger: logger)
            observers.append(made)
            teller = made
        }
        if let stateFolder {
            // After the teller: at the end it keeps what that could not tell.
            observers.append(
                try StateKeeper(
                    folder: stateFolder, keeping: configuration.monitor.history, restored: restored, teller: teller,
                    logger: logger))
        }
        self.observers = observers
    }
}
