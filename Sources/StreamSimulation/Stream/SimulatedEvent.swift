// What the row writer needs of an event, whatever it is about.

public import ScoringRecords

/// An event of a simulated stream: it can write its fields, and apart from them its truth.
public protocol SimulatedEvent: Sendable {
    /// Its number in the stream, from 0; also its id.
    var index: Int { get }
    /// When it happened, in whole milliseconds.
    var time: Timestamp { get }
    /// Its true probability and outcome.
    var truth: SimulatedTruth { get }
    /// Writes the fields that a model may see.
    func writeFields(to row: inout RowWriter)
    /// Writes what else is true of it; the probability, outcome and drift are written already.
    func writeState(to row: inout RowWriter)
}
