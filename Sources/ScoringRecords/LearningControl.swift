// What an operator may tell the learner while it runs.

/// A command that changes what the journal's folds do from its place on.
public enum LearningControl: UInt8, CaseIterable, Hashable, Sendable {
    /// Events and labels are joined and judged as before, and no head learns from them.
    case freeze = 1
    /// Heads learn again.
    case thaw = 2
    /// Event time starts afresh from what live sources say next: for a clock that was wrong and has closed windows.
    case resetTime = 3

    /// The command as a word.
    public var name: String {
        switch self {
        case .freeze: "freeze"
        case .thaw: "thaw"
        case .resetTime: "reset-time"
        }
    }
}
