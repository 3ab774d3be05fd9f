// A state from a journal: the newest fitting checkpoint, then the tail of records after it.

import Journal
import Logging
import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// Restores a learner's state.
struct JournalRestore {
    let specification: Specification
    let logger: Logger

    static let readBytes = 8 << 20
    private static let epochKey = "model-epoch"

    /// Opens a journal to write that has reached every checkpoint made of it, readable or not.
    ///
    /// - Throws: a journal that ends before one of them, untouched; a ``JournalError``.
    static func open(path: String, checkpoints: CheckpointStore) throws -> SQLiteJournal {
        let reached = try checkpoints.reachedSequence
        do throws(JournalError) {
            return try SQLiteJournal(path: path, expectingAtLeast: reached)
        } catch {
            guard error.code == .tailLost || (error.code == .missingPath && reached > 0) else { throw error }
            throw JournalRestore.tailLost("\(error.message)", reached: reached)
        }
    }

    static func tailLost(_ what: String, reached: UInt64) -> HostError {
        HostError(
            .data,
            reached == 0 ? what : "\(what); a checkpoint of it has folded \(reached) records: its tail was lost",
            remedy: "keep a copy of all its files and restore the journal from a backup; "
                + "removing the checkpoints accepts the loss")
    }

    /// The fold at the journal's end; what the tail's records left without effect is noted again.
    ///
    /// - Throws: a journal whose start no checkpoint reaches; a journal of another specification unless allowed.
    func restore(
        from journal: some JournalReading, checkpoints: CheckpointStore, allowForeign: Bool, quarantine: QuarantineFile
    ) throws -> LearnerFold {
        let digest = specification.digest
        let (start, end) = (try journal.startSequence, try journal.endSequence)
        let begun = SteadyClock.nanoseconds()
        let restored = try checkpoints.restore(
            of: journal, specification: specification, specificationDigest: digest, logger: logger)
        let fold =
            restored ?? LearnerFold(specification: specification, specificationDigest: digest, startingAt: start)
        let base = fold.sequence
        func note(_ findings: [Quarantined]) { for finding in findings { quarantine.write(finding) } }
        try JournalRestore.records(
            of: journal, from: fold.sequence, to: end, scored: { note(fold.fold(scored: $0)) },
            other: { note(fold.fold($0)) })
        let milliseconds = (SteadyClock.nanoseconds() - begun) / 1_000_000
        logger.info(
            "state restored",
            metadata: [
                "checkpoint": "\(restored == nil ? "none" : "\(base)")", "folded": "\(fold.sequence - base)",
                "duration": "\(milliseconds)ms",
            ])
        let isForeign = try start == 0 || checkpoints.summaries().contains { $0.specification != digest }
        if !isForeign, !fold.joins.isOwnSpecification, !allowForeign {
            throw HostError(
                .data, "the journal starts at record \(start), and no readable checkpoint reaches it",
                remedy: "put back a checkpoint from a backup, "
                    + "or start the model afresh, which forgets what it learned: weir learn --new-epoch")
        }
        guard fold.joins.isOwnSpecification || end == 0 || allowForeign else {
            throw HostError(
                .configuration, "the journal was made under another configuration",
                remedy: "use the configuration it was made with, or start the model afresh: weir learn --new-epoch")
        }
        return fold
    }

    /// Writes the specification's mark, durably, where what follows is not under it yet, and folds it.
    static func mark(_ journal: some JournalWriting, folding fold: LearnerFold) throws {
        guard !fold.joins.isOwnSpecification else { return }
        let record = JournalRecord.specification(digest: fold.specificationDigest)
        try journal.append([
            JournalFrame(
                firstSequence: fold.sequence, recordCount: 1, writer: WallClock.freshNumber(), writerSequence: 1,
                payload: RecordCoding.payload([record]))
        ])
        _ = fold.fold(record)
    }

    private static let configurationKey = "configuration"

    /// Keeps the configuration's text beside the records, so that a journal can be read by itself.
    static func keep(_ yaml: String, in journal: some JournalWriting) throws {
        let bytes = Array(yaml.utf8)
        if try journal.metadata(configurationKey) != bytes {
            try journal.setMetadata(configurationKey, to: bytes)
        }
    }

    /// The configuration that the learner last wrote the journal under.
    static func configuration(of journal: some JournalReading, path: String) throws -> Configuration {
        guard let bytes = try journal.metadata(configurationKey) else {
            throw HostError(
                .configuration, "the journal does not hold its configuration", remedy: "give it with --config")
        }
        return try Configuration.parse(yaml: String(decoding: bytes, as: UTF8.self), source: path)
    }

    /// Calls `body` for every record of [from, to), with its sequence number.
    static func entries(
        of journal: some JournalReading, from: UInt64, to end: UInt64, _ body: (UInt64, JournalRecord) -> Void
    ) throws {
        try visit(journal, from: from, to: end, scored: { body($0, .scored($1)) }, other: body)
    }

    /// Calls `scored` for every scored event of [from, to) and `other` for every other record, in order.
    static func records(
        of journal: some JournalReading, from: UInt64, to end: UInt64, scored: (ScoredEvent) -> Void,
        other: (JournalRecord) -> Void
    ) throws {
        try visit(journal, from: from, to: end, scored: { scored($1) }, other: { other($1) })
    }

    private static func visit(
        _ journal: some JournalReading, from: UInt64, to end: UInt64, scored: (UInt64, ScoredEvent) -> Void,
        other: (UInt64, JournalRecord) -> Void
    ) throws {
        var next = from
        while next < end {
            let frames = try journal.frames(from: next, maximumBytes: readBytes)
            for frame in frames {
                var sequence = frame.firstSequence
                do {
                    // A frame is read whole; what lies before the asked-for range was folded already.
                    try RecordCoding.decode(
                        frame.payload, count: Int(frame.recordCount),
                        scored: { event in
                            if sequence >= next, sequence < end { scored(sequence, event) }
                            sequence += 1
                        },
                        other: { record in
                            if sequence >= next, sequence < end { other(sequence, record) }
                            sequence += 1
                        })
                } catch {
                    throw HostError(
                        .data, "journal record \(sequence) cannot be read: \(error)",
                        remedy: "use the version of weir that wrote it, or restore the journal from a copy")
                }
                next = frame.endSequence
            }
        }
    }

    /// How often a learner was started on this journal.
    static func epoch(of journal: some JournalReading) throws -> UInt32 {
        (try journal.metadata(epochKey) ?? []).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// Counts a start of the learner, durably, and returns its number, at least 1.
    static func nextEpoch(of journal: some JournalWriting) throws -> UInt32 {
        let next = try epoch(of: journal) + 1
        try journal.setMetadata(epochKey, to: (0..<4).map { UInt8(truncatingIfNeeded: next >> ($0 * 8)) })
        return next
    }
}
