// Where a head's label stands in a recording and how its cell reads. Joining files is the replayer's.

public import ScoringRecords

/// Where one head's label stands, when it became known and what its text means.
public struct LabelMapping: Hashable, Sendable {
    /// The table that holds the label.
    public enum Table: Hashable, Sendable {
        /// The row that holds the event.
        case sameRow
        /// Another file, whose column `key` holds event ids. A path read from a configuration file is relative to the
        /// folder of that file; here it is already resolved.
        case file(path: String, key: String)
    }

    /// When the label became known.
    public enum Moment: Hashable, Sendable {
        /// This long after the event, ≥ 0.
        case delay(TimeSpan)
        /// At the time in a column of the label's table.
        case column(String, format: TimeFormat)
    }

    /// What a cell means.
    public enum Outcomes: Hashable, Sendable {
        /// It is a number in [0, 1].
        case number
        /// It is one of these texts, each with its outcome in [0, 1].
        case texts([String: Double])
        /// It is the name of a class, after these texts were replaced by what they stand for.
        case classes([String: String])
    }

    /// The head's name.
    public var head: String
    /// The table that holds the label.
    public var table: Table
    /// The column that holds the label.
    public var column: String
    /// When it became known.
    public var moment: Moment
    /// What its cells mean.
    public var outcomes: Outcomes

    /// A mapping by its parts.
    public init(head: String, table: Table, column: String, moment: Moment, outcomes: Outcomes) {
        self.head = head
        self.table = table
        self.column = column
        self.moment = moment
        self.outcomes = outcomes
    }

    /// What `cell` means, compared byte for byte: an outcome in [0, 1], or a text, which is a class or, for a binary
    /// head, nothing that the intake takes.
    public func outcome(of cell: String) -> LabelCell {
        switch outcomes {
        case .number: Double(cell).flatMap { (0...1).contains($0) ? .number($0) : nil } ?? .text(cell)
        case .texts(let texts): texts[cell].map { .number($0) } ?? .text(cell)
        case .classes(let names): .text(names[cell] ?? cell)
        }
    }
}

/// What a label's cell is sent as.
public enum LabelCell: Hashable, Sendable {
    /// An outcome in [0, 1].
    case number(Double)
    /// A class, or a text that the intake refuses and counts.
    case text(String)
}
