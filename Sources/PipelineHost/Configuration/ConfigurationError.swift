// Why a configuration cannot be used: everything that is wrong with it at once, so that one run finds all.

/// All that the reader found wrong with a configuration.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// The file, as it was named.
    public let source: String
    /// What is wrong, in line order: at least one issue, at most `maximumIssues`.
    public let issues: [ConfigurationIssue]
    /// How many further issues were found and left out.
    public let omittedIssues: Int

    /// The most issues one error lists: a screen of them. More are usually one mistake repeated.
    public static let maximumIssues = 20

    init(source: String, issues: [ConfigurationIssue]) {
        self.source = source
        self.issues = Array(issues.prefix(ConfigurationError.maximumIssues))
        omittedIssues = issues.count - self.issues.count
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// One line per issue: `weir.yaml:12:15: heads[0].loss.focal.gamma: -1 is outside 0…10. Remedy: ….`
    public var description: String {
        var lines = issues.map { issue in
            // An issue's own text starts with its line, or has none and starts with its key.
            issue.line == nil ? "\(source): \(issue)" : "\(source):\(issue)"
        }
        if omittedIssues > 0 { lines.append("\(source): and \(omittedIssues) more") }
        return lines.joined(separator: "\n")
    }
}
