// How recorded rows become events and labels. Reading rows is the replayer's.

/// What the columns of a recorded stream mean.
public struct ReplayMapping: Hashable, Sendable {
    /// Where an event's id comes from.
    public enum Identifier: Hashable, Sendable {
        /// A column holds it.
        case column(String)
        /// It is the row's number, from 1 with the first row after the header.
        case rowNumber
    }

    /// Where an event's id comes from.
    public var id: Identifier
    /// When a row's event happened.
    public var time: TimeSource
    /// Where its labels are. A head without one learns from silence alone.
    public var labels: [LabelMapping]

    /// A mapping by its parts.
    public init(id: Identifier, time: TimeSource, labels: [LabelMapping]) {
        self.id = id
        self.time = time
        self.labels = labels
    }
}
