// Where the reader notes what it finds. Reading goes on after an error, so that one run reports them all.

/// The errors and the advice of one reading. Confined to it.
final class Findings {
    /// What makes the configuration unusable.
    private(set) var errors: [ConfigurationIssue] = []
    /// What is allowed but probably not meant.
    private(set) var advice: [ConfigurationIssue] = []

    /// Notes an error; beyond `ConfigurationLimits.issues` nobody will ever read it.
    func refuse(_ issue: ConfigurationIssue) {
        if errors.count < ConfigurationLimits.issues { errors.append(issue) }
    }

    /// Notes an advice.
    func advise(_ issue: ConfigurationIssue) { advice.append(issue) }

    /// The advice in line order.
    var sortedAdvice: [ConfigurationIssue] { Findings.sorted(advice) }

    /// Everything wrong as one error, in line order.
    func error(source: String) -> ConfigurationError {
        precondition(!errors.isEmpty, "a configuration is refused only with a reason")
        return ConfigurationError(source: source, issues: Findings.sorted(errors))
    }

    // By place; issues of one place stay in the order they were found in, which is the order of the checks.
    private static func sorted(_ issues: [ConfigurationIssue]) -> [ConfigurationIssue] {
        issues.enumerated().sorted { left, right in
            let first = (left.element.line ?? 0, left.element.column ?? 0, left.offset)
            let second = (right.element.line ?? 0, right.element.column ?? 0, right.offset)
            return first < second
        }.map(\.element)
    }
}
