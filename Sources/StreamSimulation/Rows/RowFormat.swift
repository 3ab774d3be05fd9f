// The two ways of writing a row.

/// How rows are written.
public enum RowFormat: String, CaseIterable, Sendable {
    /// Comma-separated values below a header; a missing value is an empty cell.
    case csv
    /// One JSON object a line; a missing value has no member.
    case jsonl
}
