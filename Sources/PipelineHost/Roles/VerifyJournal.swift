// Refolding a journal and holding the result against what was written down when it was made.

public import Journal
public import Logging
public import OnlineLearning
public import PipelineRoles
import ScoringRecords

/// What a verification found.
public struct VerificationResult: Sendable {
    /// One checkpoint held against the refolded state at its sequence number.
    public struct Comparison: Sendable {
        /// Records folded at the checkpoint.
        public var sequence: UInt64
        /// Digests in the checkpoint.
        public var recorded: StateDigests
        /// Digests of the refolded state.
        public var refolded: StateDigests

        /// Whether both digests agree.
        public var agrees: Bool { recorded == refolded }
    }

    /// The journal's frames and records, all of them checked.
    public var journal: JournalVerification
    /// Checkpoints of this specification, oldest first.
    public var comparisons: [Comparison]
    /// Digests at the journal's end.
    public var outcome: LearnHost.Outcome
}

/// Refolds journals without a socket.
public enum JournalReplay {
    /// Checks every frame, refolds from empty, and compares digests at every kept checkpoint.
    public static func verify(
        journalPath: String, specification: Specification, logger: Logger
    ) throws -> VerificationResult {
        let reader = try SQLiteJournalReader(path: journalPath)
        let integrity = try reader.verify()
        let digest = specification.digest
        let fold = LearnerFold(specification: specification, specificationDigest: digest)
        let checkpoints = CheckpointStore(journalPath: journalPath, keep: 1).summaries()
            .filter { $0.specification == digest }
        var comparisons: [VerificationResult.Comparison] = []
        let end = try reader.endSequence
        for checkpoint in checkpoints {
            guard checkpoint.sequence <= end else {
                throw HostError(
                    .data, "a checkpoint has folded \(checkpoint.sequence) records, the journal has \(end)",
                    remedy: "the journal lost its tail: restore it from a copy")
            }
            try JournalRestore.records(of: reader, from: fold.sequence, to: checkpoint.sequence) { _ = fold.fold($0) }
            comparisons.append(
                VerificationResult.Comparison(
                    sequence: checkpoint.sequence, recorded: checkpoint.digests, refolded: fold.digests()))
        }
        try JournalRestore.records(of: reader, from: fold.sequence, to: end) { _ = fold.fold($0) }
        guard fold.joins.isOwnSpecification || end == 0 else {
            throw HostError(
                .configuration, "the journal was made under another configuration",
                remedy: "verify it with the configuration it was made with")
        }
        return VerificationResult(
            journal: integrity, comparisons: comparisons,
            outcome: LearnHost.Outcome(digests: fold.digests(), journalSequence: end))
    }

    /// The configuration that a journal was last written under, from the journal itself.
    ///
    /// - Throws: a journal that cannot be read or does not hold one.
    public static func configuration(journalPath: String) throws -> Configuration {
        try JournalRestore.configuration(of: try SQLiteJournalReader(path: journalPath), path: journalPath)
    }

    /// A monitor's state over everything durable in a journal, read beside a learner that may be running.
    public static func monitor(journalPath: String, specification: Specification) throws -> MonitorFold {
        let reader = try SQLiteJournalReader(path: journalPath)
        let fold = MonitorFold(specification: specification, specificationDigest: specification.digest)
        let end = try reader.endSequence
        try JournalRestore.records(of: reader, from: 0, to: end) { fold.fold($0) }
        guard fold.joins.isOwnSpecification || end == 0 else {
            throw HostError(
                .configuration, "the journal was made under another configuration",
                remedy: "report with the configuration it was made with")
        }
        return fold
    }
}
