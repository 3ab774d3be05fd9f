// Checkpoints beside the journal: a learner's state at one sequence number, so that a restart folds only the tail.
//
//   magic "WEIRCKPT"  format:u32  sequence:u64  chain:u32  specification:32
//   model's begin in the body:u64  its end:u64  body's length:u64  CRC-32C of the body:u32  of everything before it:u32
//   body:bytes (the fold's canonical bytes)

import ByteCoding
import Glibc
import Journal
import Logging
import OnlineLearning
import PipelineRoles

/// A checkpoint's head, without its body.
public struct CheckpointSummary: Hashable, Sendable {
    /// Records folded into it.
    public var sequence: UInt64
    /// The journal's chain value there: another journal's checkpoint has another one.
    public var chain: UInt32
    /// The specification it was made under.
    public var specification: [UInt8]
    /// Digests of the state that was read.
    public var digests: StateDigests
    /// The file.
    public var path: String
}

extension CheckpointSummary {
    /// Whether it was made of this journal: of the same frames in the same order.
    func isOf(_ journal: some JournalReading) throws -> Bool { try journal.chainValue(at: sequence) == chain }
}

/// A readable checkpoint that does not belong to the journal beside it.
private struct ForeignCheckpoint: Error {
    var path: String
}

/// A folder of checkpoints. Only durable states may be written: the caller waits for the journal's commit.
public struct CheckpointStore: Sendable {
    /// The folder.
    public let folder: String
    /// How many are kept.
    public let keep: Int

    private static let suffix = ".checkpoint"
    private static let partialSuffix = ".checkpoint.partial"
    private static let maximumBytes = 1 << 34

    /// The store of a journal.
    public init(journalPath: String, keep: Int) {
        folder = journalPath + ".checkpoints"
        self.keep = max(1, keep)
    }

    /// Writes a checkpoint durably and removes the oldest ones beyond `keep`.
    ///
    /// - Parameter chain: the journal's chain value at the checkpoint's place.
    /// - Throws: `HostError` with code `system`; what was there before is then still there.
    func write(_ checkpoint: Checkpoint, chain: UInt32) throws {
        if mkdir(folder, 0o750) == 0 {
            let parent = folder.lastIndex(of: "/").map { String(folder[...$0]) } ?? "."
            try DurableFile.syncFolder(parent)
        } else if errno != EEXIST {
            throw DurableFile.failure("create", folder)
        }
        let path = "\(folder)/\(CheckpointStore.name(checkpoint.sequence))"
        let (head, body) = checkpoint.encoded(chain: chain)
        try DurableFile.write([head, body], to: path, in: folder)
        // Where they cannot be listed the old ones stay until the next time: the new one is there.
        for old in ((try? names()) ?? []).dropLast(keep) { unlink("\(folder)/\(old)") }
    }

    /// Removes what a process that was killed while writing left behind.
    ///
    /// - Throws: a folder that cannot be read, as everything here that looks for checkpoints.
    func removePartialFiles() throws {
        for name in try names(endingIn: CheckpointStore.partialSuffix) { unlink("\(folder)/\(name)") }
    }

    /// The highest sequence number that any checkpoint bears in its name, readable or not; 0 without any.
    ///
    /// Its records were durable when it was written, so the journal must have reached it.
    public var reachedSequence: UInt64 { get throws { try sequences.last ?? 0 } }

    /// The lowest sequence number that retention must not pass; `nil` while fewer than `keep` checkpoints are there.
    var retentionFloor: UInt64? {
        get throws {
            let sequences = try sequences
            return sequences.count >= keep ? sequences.first : nil
        }
    }

    private var sequences: [UInt64] { get throws { try names().compactMap(CheckpointStore.sequence) } }

    /// The newest readable checkpoint of `specification`, folded back into a state; older ones where it is damaged.
    ///
    /// A checkpoint before the journal's first kept record is of no use.
    ///
    /// - Throws: `HostError` where the newest readable one was made of another journal: to go on would mix two histories,
    ///   and make room for new checkpoints by removing the other's.
    func restore(
        of journal: some JournalReading, specification: Specification, specificationDigest: [UInt8], logger: Logger
    ) throws -> LearnerFold? {
        let start = try journal.startSequence
        for name in try names().reversed() where CheckpointStore.sequence(name).map({ $0 >= start }) ?? true {
            let path = "\(folder)/\(name)"
            do {
                let (summary, body) = try CheckpointStore.read(path)
                guard summary.specification == specificationDigest else { continue }
                guard try summary.isOf(journal) else { throw ForeignCheckpoint(path: path) }
                return try CheckpointStore.fold(body, specification, specificationDigest)
            } catch let foreign as ForeignCheckpoint {
                throw HostError(
                    .data, "the checkpoint \(foreign.path) was made of another journal",
                    remedy: "put the journal back that it belongs to, or move all checkpoints away: "
                        + "the whole journal is folded then")
            } catch {
                logger.warning(
                    "checkpoint skipped, an older one is used", metadata: ["file": "\(path)", "why": "\(error)"])
            }
        }
        return nil
    }

    /// The state in one checkpoint.
    func restore(
        _ summary: CheckpointSummary, specification: Specification, specificationDigest: [UInt8]
    ) throws -> LearnerFold {
        try CheckpointStore.fold(try CheckpointStore.read(summary.path).1, specification, specificationDigest)
    }

    /// The state in the checkpoint after so many records.
    ///
    /// - Throws: `HostError` where there is none of this specification, or it cannot be read.
    func restore(
        after records: UInt64, specification: Specification, specificationDigest: [UInt8]
    ) throws -> LearnerFold {
        let sequences = try sequences
        guard sequences.contains(records) else {
            throw HostError(
                .data, "there is no checkpoint at record \(records)",
                remedy: "choose one of: \(sequences.map { "\($0)" }.joined(separator: ", "))")
        }
        let (summary, body) = try CheckpointStore.read("\(folder)/\(CheckpointStore.name(records))")
        guard summary.specification == specificationDigest else {
            throw HostError(
                .configuration, "the checkpoint at record \(records) is of another configuration",
                remedy: "choose one that was made since the model's start")
        }
        do { return try CheckpointStore.fold(body, specification, specificationDigest) } catch {
            throw HostError(
                .data, "the checkpoint at record \(records) does not decode: \(error)", remedy: "choose another")
        }
    }

    /// The heads of all readable checkpoints, oldest first.
    ///
    /// - Parameter unreadable: called with the path of each other one, and the reason.
    public func summaries(unreadable: (String, String) -> Void = { _, _ in }) throws -> [CheckpointSummary] {
        try names().compactMap { name in
            let path = "\(folder)/\(name)"
            do { return try CheckpointStore.read(path).0 } catch {
                unreadable(path, "\(error)")
                return nil
            }
        }
    }

    private static func fold(
        _ body: [UInt8], _ specification: Specification, _ digest: [UInt8]
    ) throws -> LearnerFold {
        var reader = ByteReader(body)
        return try LearnerFold(decoding: &reader, specification: specification, specificationDigest: digest)
    }

    // The digests are those of the bytes that were read.
    private static func read(_ path: String) throws -> (CheckpointSummary, [UInt8]) {
        let bytes = try readFile(path, maximumBytes: maximumBytes)
        let damaged = HostError(.data, "checkpoint \(path) is damaged", remedy: "remove it; an older one is used")
        let head = Array(bytes.prefix(Checkpoint.headBytes))
        var reader = ByteReader(head)
        guard head.count == Checkpoint.headBytes, try reader.readRaw(Checkpoint.magic.count) == Checkpoint.magic else {
            throw damaged
        }
        // Before its sum is looked at: another format may have another head.
        let format = try reader.readUInt32()
        guard format == Checkpoint.format else {
            throw HostError(
                .data, "checkpoint \(path) has format \(format), or is damaged",
                remedy: "use the version of weir that wrote it, or remove it")
        }
        let sequence = try reader.readUInt64()
        let chain = try reader.readUInt32()
        let specification = try reader.readRaw(32)
        let (modelStart, modelEnd, count) = (
            try reader.readUInt64(), try reader.readUInt64(), try reader.readUInt64()
        )
        let bodySum = try reader.readUInt32()
        guard try reader.readUInt32() == CRC32C.checksum(head.dropLast(4)) else { throw damaged }
        let body = Array(bytes[Checkpoint.headBytes...])
        guard UInt64(body.count) == count, modelStart <= modelEnd, modelEnd <= count,
            CRC32C.checksum(body) == bodySum
        else { throw damaged }
        var modelHash = SHA256()
        modelHash.update(specification)
        modelHash.update(body[Int(modelStart)..<Int(modelEnd)])
        return (
            CheckpointSummary(
                sequence: sequence, chain: chain, specification: specification,
                digests: StateDigests(model: modelHash.finish(), state: SHA256.digest(body)), path: path), body
        )
    }

    private static func name(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        // Twenty digits hold every UInt64, so names sort as numbers do.
        return String(repeating: "0", count: 20 - digits.count) + digits + suffix
    }

    private static func sequence(_ name: String) -> UInt64? { UInt64(name.dropLast(suffix.count)) }

    private func names(endingIn suffix: String = CheckpointStore.suffix) throws -> [String] {
        try DurableFile.names(in: folder, endingIn: suffix)
    }
}
