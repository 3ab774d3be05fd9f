// What can go wrong while reading a recorded stream, as a value a person can act on.
// Not for misuse of the API (an index out of range, a limit below one): that is a precondition.

/// A failure to read a file: what happened, where, and what to do about it.
///
/// Every error ends its stream. The reader that threw throws the same error again on each later
/// call, so that a loop which swallows one cannot take the rest of the file for its end.
public struct StreamFileError: Error, Hashable, Sendable {
    /// What happened, for a program to decide upon.
    public let code: Code

    /// What happened, for a person: one sentence without location and without full stop.
    public let message: String

    /// What to do about it: one imperative sentence without full stop.
    public let remedy: String

    /// The path as it was given, or `standard input`.
    public let file: String

    /// The physical line, from 1, at which the line or CSV row starts; `nil` when the bytes
    /// could not be read at all.
    public let line: Int?

    /// The CSV column, from 1; `nil` when the error is not about one column.
    public let column: Int?

    /// The offset in the file as stored (compressed, if it is) at which reading stopped;
    /// `nil` when a line says it better.
    public let byteOffset: Int?

    init(
        _ code: Code, _ message: String, remedy: String, file: String,
        line: Int? = nil, column: Int? = nil, byteOffset: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.file = file
        self.line = line
        self.column = column
        self.byteOffset = byteOffset
    }
}

extension StreamFileError: CustomStringConvertible {
    /// One line: `file:line: column n: message; remedy [code]`, parts without a value left out.
    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if let column { text += ": column \(column)" }
        if let byteOffset { text += ": byte \(byteOffset)" }
        return text + ": \(message); \(remedy) [\(code.rawValue)]"
    }
}
