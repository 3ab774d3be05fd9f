// Answers that a client must not pass over: it would go on past what nobody took.

import ScoringRecords

/// What ends a replay.
enum ReplayRefusal {
    /// The error of a refusal of a message or directive.
    static func error(_ code: String, from intake: String) -> HostError {
        guard code == RejectionReason.directiveRefused.code else {
            return HostError(
                .data, "\(intake) refused records of the replay: \(code)",
                remedy: "replay with the version of weir that the workers run")
        }
        return HostError(
            .configuration, "\(intake) takes no watermarks or batches of a replay: \(code)",
            remedy: "start the workers with stream: { clock: stream }, and let one replay at a time play to them")
    }

    /// The error of an answer that is none of an intake.
    static func unreadable(from intake: String) -> HostError {
        HostError(
            .data, "\(intake) answered what is no answer to the records sent",
            remedy: "check that a score worker of this version of weir serves it")
    }
}
