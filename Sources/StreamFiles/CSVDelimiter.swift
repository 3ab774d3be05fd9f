// What separates the fields of a row. Not any byte: a quote or a line feed would be no delimiter.

/// A field delimiter in use somewhere.
public enum CSVDelimiter: UInt8, Hashable, Sendable, CaseIterable {
    /// `,`, as in RFC 4180.
    case comma = 0x2C
    /// A tab, as in files named `.tsv`. Quoting still follows RFC 4180.
    case tab = 0x09
    /// `;`, written by spreadsheets where the comma is the decimal sign.
    case semicolon = 0x3B
}
