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

    /// The frames that were checked.
    public var journal: JournalVerification
    /// The checkpoint that the refold began from; `nil` where it began from nothing.
    public var base: UInt64?
    /// Checkpoints of this specification after that and within the range, oldest first.
    public var comparisons: [Comparison]
    /// Checkpoints that cannot be read.
    public var unreadable: [String]
    /// Digests at the end of the range.
    public var outcome: LearnHost.Outcome
}

/// Refolds journals without a socket.
public enum JournalReplay {
    static let remedyForPruned =
        "a report needs every record since the model's start: keep more of the journal "
        + "(journal.retainBytes, journal.retainAge), or start a new one"

    /// Checks frames, refolds, and compares digests at every kept checkpoint.
    ///
    /// Without a range everything that is kept is checked and refolded: from nothing, or, where older frames were
    /// removed, from the oldest kept checkpoint. With one the refold begins at the nearest checkpoint at or before
    /// `from`.
    ///
    /// - Parameters:
    ///   - from: the first record to check, by default the first kept one.
    ///   - to: the record after the last one to check, by default the journal's end.
    /// - Throws: a damaged journal; a range that is not in it or that no checkpoint reaches; another specification's
    ///   journal.
    public static func verify(
        journalPath: String, specification: Specification, from: UInt64? = nil, to: UInt64? = nil, logger: Logger
    ) throws -> VerificationResult {
        let checkpoints = CheckpointStore(journalPath: journalPath, keep: 1)
        let reader = try reader(journalPath, reaching: try checkpoints.reachedSequence)
        let digest = specification.digest
        var unreadable: [String] = []
        var kept: [CheckpointSummary] = []
        for summary in try checkpoints.summaries(unreadable: { path, _ in unreadable.append(path) })
        where summary.specification == digest {
            if summary.sequence < (try reader.startSequence) { continue }
            if try summary.isOf(reader) { kept.append(summary) } else { unreadable.append(summary.path) }
        }
        let range = try Range(of: reader, from: from, to: to)
        let base = try range.base(among: kept)
        let fold =
            try base.map {
                try checkpoints.restore($0, specification: specification, specificationDigest: digest)
            } ?? LearnerFold(specification: specification, specificationDigest: digest, startingAt: range.start)
        let integrity = try range.isWhole ? reader.verify() : reader.verify(from: fold.sequence, to: range.to)
        var comparisons: [VerificationResult.Comparison] = []
        for checkpoint in kept where checkpoint.sequence > fold.sequence && checkpoint.sequence <= range.to {
            try JournalRestore.records(
                of: reader, from: fold.sequence, to: checkpoint.sequence, scored: { _ = fold.fold(scored: $0) },
                other: { _ = fold.fold($0) })
            comparisons.append(
                VerificationResult.Comparison(
                    sequence: checkpoint.sequence, recorded: checkpoint.digests, refolded: fold.digests()))
        }
        try JournalRestore.records(
            of: reader, from: fold.sequence, to: range.to, scored: { _ = fold.fold(scored: $0) },
            other: { _ = fold.fold($0) })
        guard fold.joins.isOwnSpecification || range.to == 0 else {
            throw HostError(
                .configuration, "the journal was made under another configuration",
                remedy: "verify it with the configuration it was made with")
        }
        return VerificationResult(
            journal: integrity, base: base?.sequence, comparisons: comparisons, unreadable: unreadable,
            outcome: LearnHost.Outcome(digests: fold.digests(), journalSequence: fold.sequence))
    }

    /// The configuration that a journal was last written under, from the journal itself.
    ///
    /// - Throws: a journal that cannot be read or does not hold one.
    public static func configuration(journalPath: String) throws -> Configuration {
        try JournalRestore.configuration(of: try SQLiteJournalReader(path: journalPath), path: journalPath)
    }

    /// A monitor's state over everything durable in a journal, read beside a learner that may be running.
    ///
    /// - Throws: a damaged journal; one that ends before a checkpoint of it; one without the records since the model's
    ///   start; another specification's.
    public static func monitor(
        journalPath: String, specification: Specification, settings: MonitorSettings
    ) throws -> MonitorFold {
        let reached = try CheckpointStore(journalPath: journalPath, keep: 1).reachedSequence
        let reader = try reader(journalPath, reaching: reached)
        let (start, end) = (try reader.startSequence, try reader.endSequence)
        let fold = MonitorFold(
            specification: specification, specificationDigest: specification.digest, settings: settings,
            startingAt: start)
        try JournalRestore.records(
            of: reader, from: start, to: end, scored: { fold.fold(scored: $0) }, other: { fold.fold($0) })
        guard fold.joins.isOwnSpecification || end == 0 else {
            if start > 0 {
                throw HostError(
                    .data, "the journal starts at record \(start): older ones were removed", remedy: remedyForPruned)
            }
            throw HostError(
                .configuration, "the journal was made under another configuration",
                remedy: "report with the configuration it was made with")
        }
        return fold
    }

    static func reader(_ path: String, reaching end: UInt64) throws -> SQLiteJournalReader {
        do throws(JournalError) {
            return try SQLiteJournalReader(path: path, expectingAtLeast: end)
        } catch {
            guard error.code == .tailLost else { throw error }
            throw JournalRestore.tailLost(error.message, reached: end)
        }
    }

    /// What is to be verified.
    private struct Range {
        let start: UInt64
        let from: UInt64
        let to: UInt64
        let isWhole: Bool

        init(of reader: SQLiteJournalReader, from: UInt64?, to: UInt64?) throws {
            let (start, end) = (try reader.startSequence, try reader.endSequence)
            self.start = start
            self.from = from ?? start
            self.to = to ?? end
            isWhole = from == nil && to == nil
            guard (start...end).contains(self.from), (self.from...max(self.from, end)).contains(self.to) else {
                throw HostError(
                    .data, "the journal holds the records from \(start) to before \(end)",
                    remedy: "choose --from and --to within them, --from first")
            }
        }

        /// The checkpoint to begin from; `nil` where the journal is whole from its beginning, or begins with a mark of
        /// the specification.
        func base(among kept: [CheckpointSummary]) throws -> CheckpointSummary? {
            let usable = kept.filter { $0.sequence >= start }
            if from > start, let nearest = usable.last(where: { $0.sequence <= from }) { return nearest }
            if start == 0 { return nil }
            guard from == start || usable.isEmpty else {
                throw HostError(
                    .data, "the journal starts at record \(start), and no checkpoint lies between it and \(from)",
                    remedy:
                        "choose --from at or after a checkpoint: \(usable.map { "\($0.sequence)" }.joined(separator: ", "))"
                )
            }
            return usable.first { $0.sequence <= to }
        }
    }
}
