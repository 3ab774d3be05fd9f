// A learner's state at the journal's end, read beside a learner that may be running.

import Journal
import Logging
import OnlineLearning
import PipelineRoles
import ScoringRecords

extension JournalReplay {
    /// The state after everything durable: from the newest checkpoint, or from nothing, and the records after it.
    ///
    /// - Throws: a damaged journal; another specification's; one whose start no checkpoint reaches.
    static func learner(
        journalPath: String, specification: Specification, logger: Logger
    ) throws -> LearnerFold {
        let checkpoints = CheckpointStore(journalPath: journalPath, keep: 1)
        let journal = try reader(journalPath, reaching: checkpoints.reachedSequence)
        let digest = specification.digest
        let (start, end) = (try journal.startSequence, try journal.endSequence)
        let fold =
            try checkpoints.restore(
                of: journal, specification: specification, specificationDigest: digest, logger: logger)
            ?? LearnerFold(specification: specification, specificationDigest: digest, startingAt: start)
        try JournalRestore.records(
            of: journal, from: fold.sequence, to: end, scored: { _ = fold.fold(scored: $0) },
            other: { _ = fold.fold($0) })
        guard fold.joins.isOwnSpecification else {
            throw HostError(
                .configuration,
                start > 0
                    ? "the journal starts at record \(start), and no readable checkpoint reaches it"
                    : "the journal holds nothing made under this configuration",
                remedy: "inspect it with the configuration it was made with")
        }
        return fold
    }
}
