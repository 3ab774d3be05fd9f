// Why a role could not go on, with the exit code of sysexits.h that says whose fault it is.

/// A failure that ends a command.
public struct HostError: Error, CustomStringConvertible, Sendable {
    /// Exit codes, after sysexits.h.
    public enum Code: Int32, Sendable {
        /// A finding: digests differ, something acknowledged was not folded.
        case finding = 1
        /// The command was given what does not exist.
        case usage = 64
        /// Input data cannot be used.
        case data = 65
        /// A needed service or peer does not answer.
        case unavailable = 69
        /// A bug or an impossible state.
        case software = 70
        /// A file or socket cannot be used.
        case system = 74
        /// The configuration does not fit.
        case configuration = 78
    }

    /// The exit code.
    public var code: Code
    /// What happened.
    public var message: String
    /// What to do about it.
    public var remedy: String

    /// An error by its parts.
    public init(_ code: Code, _ message: String, remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// What happened, for a person.
    public var description: String { "\(message)\nRemedy: \(remedy)" }
}
