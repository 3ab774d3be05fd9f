// How a CSV file is to be read: its delimiter and its bounds. Nothing in it is guessed from data.

/// The delimiter and the limits of a ``CSVReader``. Exceeding a limit is an error, never a cut.
///
/// - Precondition: Each limit lies within `InputFile.admissibleSizes` when a reader is made.
public struct CSVOptions: Hashable, Sendable {
    /// What separates fields; comma unless told.
    public var delimiter: CSVDelimiter

    /// The longest field in bytes, quotes not counted; 64 KiB unless told.
    public var maximumFieldBytes: Int

    /// The longest row in bytes as stored, terminator not counted; 1 MiB unless told.
    public var maximumRowBytes: Int

    /// The most columns; 4096 unless told.
    public var maximumColumns: Int

    /// Options, each with its default.
    public init(
        delimiter: CSVDelimiter = .comma, maximumFieldBytes: Int = 1 << 16,
        maximumRowBytes: Int = 1 << 20, maximumColumns: Int = 4096
    ) {
        self.delimiter = delimiter
        self.maximumFieldBytes = maximumFieldBytes
        self.maximumRowBytes = maximumRowBytes
        self.maximumColumns = maximumColumns
    }
}
