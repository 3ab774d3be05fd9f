// When a recorded row happened: said by a column, or counted where the recording kept no times.

public import ScoringRecords

/// When the event of a recorded row happened.
public enum TimeSource: Hashable, Sendable {
    /// A column holds the time.
    case column(String, format: TimeFormat)
    /// The first row happened at `start` and every further one `interval` > 0 later.
    case regular(start: Timestamp, interval: TimeSpan)
}
