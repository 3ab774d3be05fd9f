// What watches a monitor from inside its thread.

public import PipelineRoles
public import ScoringRecords

/// Sees a monitor after every round of its host. Confined to the monitor's thread, and must not block it.
public protocol MonitorObserver: AnyObject {
    /// A round has ended.
    func round(_ monitor: CalibrationMonitor, at now: Timestamp)
    /// The monitor has stopped; nothing comes after this. May wait for what was handed to other threads.
    func end(_ monitor: CalibrationMonitor, at now: Timestamp)
}
