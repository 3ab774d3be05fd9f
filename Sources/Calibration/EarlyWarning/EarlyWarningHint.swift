// What the early warning says when it speaks: less than an alarm.

public import ScoringRecords

/// Early outcomes do not match what was promised for their age. Advisory: no bound on how often that is wrong.
public struct EarlyWarningHint: Hashable, Sendable {
    /// Which way.
    public let direction: DriftDirection
    /// About since when, by event time.
    public let since: Timestamp
    /// The time of the event that completed the evidence.
    public let time: Timestamp

    /// A hint by its parts.
    public init(direction: DriftDirection, since: Timestamp, time: Timestamp) {
        self.direction = direction
        self.since = since
        self.time = time
    }

    init(_ alarm: DriftAlarm) {
        self.init(direction: alarm.direction, since: alarm.onset, time: alarm.time)
    }
}
