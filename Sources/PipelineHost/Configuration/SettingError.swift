// Why one text is no value of the type it should have become. Where it stands is the reader's knowledge.

/// A text that is no endpoint, duration or time pattern.
public struct SettingError: Error, Hashable, Sendable {
    /// What is wrong: without full stop.
    public let message: String
    /// What to do about it: one imperative sentence without full stop.
    public let remedy: String

    init(_ message: String, remedy: String) {
        self.message = message
        self.remedy = remedy
    }
}

extension SettingError: CustomStringConvertible {
    /// `message; remedy`
    public var description: String { "\(message); \(remedy)" }
}
