// The two files of a simulated stream: what a scorer may see, and what is true.

public import ScoringRecords

/// Turns events into the rows of one of the two files.
///
///     var table = EventTable(.events, format: .csv, midnightText: ISO8601.text)
///     for event in stream { table.append(event) }
///     table.drain { print(String(decoding: $0, as: UTF8.self)) }
public struct EventTable {
    /// Which file.
    public enum Content: Sendable {
        /// id, time, fields, label, label_time. A label that an outage swallowed is missing, and so is its time.
        case events
        /// id, true_probability (15 decimal places, never 0 nor 1), outcome, log_odds_shift (6), label_lost, and the stream's own state.
        case truth
    }

    private let content: Content
    private var writer: RowWriter
    private var hasHeader = false

    /// An empty table. `midnightText` gives an ISO 8601 text of a midnight in UTC, of which the date is used.
    public init(_ content: Content, format: RowFormat, midnightText: @escaping (Timestamp) -> String) {
        self.content = content
        writer = RowWriter(format: format, midnightText: midnightText)
    }

    /// Bytes that `drain` would give.
    public var byteCount: Int { writer.bytes.count }

    /// Adds the row of `event`, before the first one the header.
    public mutating func append(_ event: some SimulatedEvent) {
        let content = content
        let cells: (inout RowWriter) -> Void = { row in
            switch content {
            case .events: EventTable.writeEvent(event, to: &row)
            case .truth: EventTable.writeTruth(event, to: &row)
            }
        }
        if !hasHeader { writer.header(cells) }
        hasHeader = true
        writer.row(cells)
    }

    /// Hands the rows over and forgets them. The storage is used again.
    public mutating func drain<Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        defer { writer.removeAll() }
        // Typed throws do not pass through `withUnsafeBytes` as it is declared.
        let result: Result<Void, Failure> = writer.bytes.withUnsafeBytes { bytes in
            do throws(Failure) {
                try body(bytes)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private static func writeEvent(_ event: some SimulatedEvent, to row: inout RowWriter) {
        row.integer("id", event.index)
        row.time("time", event.time)
        event.writeFields(to: &row)
        let truth = event.truth
        if truth.isLabelLost {
            row.missing("label")
            row.missing("label_time")
        } else {
            row.flag("label", truth.isPositive)
            row.time("label_time", truth.labelTime)
        }
    }

    private static func writeTruth(_ event: some SimulatedEvent, to row: inout RowWriter) {
        let truth = event.truth
        row.integer("id", event.index)
        let probability = Int((truth.probability.value * 1e15).rounded())
        row.decimal("true_probability", min(max(probability, 1), 999_999_999_999_999), places: 15)
        row.flag("outcome", truth.isPositive)
        row.decimal("log_odds_shift", Int((truth.logOddsShift * 1e6).rounded()), places: 6)
        row.flag("label_lost", truth.isLabelLost)
        event.writeState(to: &row)
    }
}
