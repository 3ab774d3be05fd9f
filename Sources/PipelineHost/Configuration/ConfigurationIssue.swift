// One finding in a configuration file, as a value a person can act on.

/// What is wrong, or probably not meant, at one place of a configuration.
public struct ConfigurationIssue: Hashable, Sendable {
    /// The line, from 1; `nil` when it concerns the file as a whole.
    public var line: Int?
    /// The column, from 1, counted in Unicode scalars; `nil` when it concerns the file or a whole line.
    public var column: Int?
    /// The place in the document, such as `heads[0].loss.focal.gamma`; empty for the document as a whole.
    public var key: String
    /// What is wrong: without location and without full stop.
    public var message: String
    /// What to do about it: one imperative sentence without full stop.
    public var remedy: String

    /// An issue by its parts.
    public init(line: Int? = nil, column: Int? = nil, key: String, message: String, remedy: String) {
        self.line = line
        self.column = column
        self.key = key
        self.message = message
        self.remedy = remedy
    }
}

extension ConfigurationIssue: CustomStringConvertible {
    /// One line: `12:15: key: message. Remedy: remedy.`, parts without a value left out.
    public var description: String {
        var text = ""
        if let line { text += "\(line):" }
        if line != nil, let column { text += "\(column):" }
        if !text.isEmpty { text += " " }
        if !key.isEmpty { text += "\(key): " }
        return text + "\(message). Remedy: \(remedy)."
    }
}
