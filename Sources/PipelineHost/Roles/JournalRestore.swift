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

    /// The fold at the journal's end.
    ///
    /// - Throws: a journal that ends before a checkpoint made of it; a journal of another specification unless allowed.
    func restore(
        from journal: some JournalReading, checkpoints: CheckpointStore, allowForeign: Bool
    ) throws -> LearnerFold {
        let digest = specification.digest
        let end = try journal.endSequence
        let restored = checkpoints.restore(
            specification: specification, specificationDigest: digest, logger: logger)
        let fold = restored ?? LearnerFold(specification: specification, specificationDigest: digest)
        guard fold.sequence <= end else {
            throw HostError(
                .data,
                "the journal ends at record \(end), but a checkpoint of it has folded \(fold.sequence): "
                    + "its tail was lost",
                remedy: "restore the journal from a copy; removing the checkpoints accepts the loss")
        }
        try JournalRestore.records(of: journal, from: fold.sequence, to: end) { _ = fold.fold($0) }
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

    /// Calls `body` for every record of [from, to).
    static func records(
        of journal: some JournalReading, from: UInt64, to end: UInt64, _ body: (JournalRecord) -> Void
    ) throws {
        var next = from
        while next < end {
            let frames = try journal.frames(from: next, maximumBytes: readBytes)
            for frame in frames {
                var sequence = frame.firstSequence
                do {
                    try RecordCoding.decode(frame.payload, count: Int(frame.recordCount)) { record in
                        // A frame is read whole; what lies before the asked-for range was folded already.
                        if sequence >= next, sequence < end { body(record) }
                        sequence += 1
                    }
                } catch {
                    throw HostError(
                        .data, "journal record \(sequence) cannot be read: \(error)",
                        remedy: "use the version of weir that wrote it, or restore the journal from a copy")
                }
                next = frame.endSequence
            }
        }
    }

    /// Counts a start of the learner, durably, and returns its number, at least 1.
    static func nextEpoch(of journal: some JournalWriting) throws -> UInt32 {
        let stored = try journal.metadata(epochKey) ?? []
        let last = stored.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let next = last + 1
        try journal.setMetadata(epochKey, to: (0..<4).map { UInt8(truncatingIfNeeded: next >> ($0 * 8)) })
        return next
    }
}
