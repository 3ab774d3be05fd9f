// Checkpoints beside the journal: a learner's state at one sequence number, so that a restart folds only the tail.
//
//   magic "WEIRCKPT"  format:u32  sequence:u64  specification:32  model digest:32  state digest:32
//   body:bytes (the fold's canonical bytes)  SHA-256 of everything before it:32

import ByteCoding
import Glibc
public import Logging
public import OnlineLearning
public import PipelineRoles

/// A checkpoint's head, without its body.
public struct CheckpointSummary: Hashable, Sendable {
    /// Records folded into it.
    public var sequence: UInt64
    /// The specification it was made under.
    public var specification: [UInt8]
    /// Digests of the state.
    public var digests: StateDigests
    /// The file.
    public var path: String
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
    /// - Throws: `HostError` with code `system`; what was there before is then still there.
    func write(_ checkpoint: Checkpoint) throws {
        if mkdir(folder, 0o750) == 0 {
            let parent = folder.lastIndex(of: "/").map { String(folder[...$0]) } ?? "."
            try DurableFile.syncFolder(parent)
        } else if errno != EEXIST {
            throw DurableFile.failure("create", folder)
        }
        let path = "\(folder)/\(CheckpointStore.name(checkpoint.sequence))"
        try DurableFile.write(checkpoint.encoded(), to: path, in: folder)
        for old in names().dropLast(keep) { unlink("\(folder)/\(old)") }
    }

    /// Removes what a process that was killed while writing left behind.
    func removePartialFiles() {
        for name in names(endingIn: CheckpointStore.partialSuffix) { unlink("\(folder)/\(name)") }
    }

    /// The highest sequence number that any checkpoint bears in its name, readable or not; 0 without any.
    ///
    /// Its records were durable when it was written, so the journal must have reached it.
    public var reachedSequence: UInt64 { sequences.last ?? 0 }

    /// The lowest sequence number that retention must not pass; `nil` while fewer than `keep` checkpoints are there.
    var retentionFloor: UInt64? {
        let sequences = sequences
        return sequences.count >= keep ? sequences.first : nil
    }

    private var sequences: [UInt64] { names().compactMap(CheckpointStore.sequence) }

    /// The newest readable checkpoint of `specification`, folded back into a state; older ones where it is damaged.
    ///
    /// - Parameter start: the journal's first kept record. An older checkpoint is of no use.
    public func restore(
        specification: Specification, specificationDigest: [UInt8], from start: UInt64 = 0, logger: Logger
    ) -> LearnerFold? {
        for name in names().reversed() where CheckpointStore.sequence(name).map({ $0 >= start }) ?? true {
            let path = "\(folder)/\(name)"
            do {
                let (summary, body) = try CheckpointStore.read(path)
                guard summary.specification == specificationDigest else { continue }
                return try CheckpointStore.fold(body, specification, specificationDigest)
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

    /// The heads of all readable checkpoints, oldest first.
    ///
    /// - Parameter unreadable: called with the path of each other one, and the reason.
    public func summaries(unreadable: (String, String) -> Void = { _, _ in }) -> [CheckpointSummary] {
        names().compactMap { name in
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

    private static func read(_ path: String) throws -> (CheckpointSummary, [UInt8]) {
        let bytes = try readFile(path, maximumBytes: maximumBytes)
        guard bytes.count > 32, SHA256.digest(Array(bytes.dropLast(32))) == Array(bytes.suffix(32)) else {
            throw HostError(.data, "checkpoint \(path) is damaged", remedy: "remove it; an older one is used")
        }
        var reader = ByteReader(Array(bytes.dropLast(32)))
        guard try reader.readRaw(Checkpoint.magic.count) == Checkpoint.magic else {
            throw HostError(.data, "\(path) is no checkpoint", remedy: "remove it")
        }
        let format = try reader.readUInt32()
        guard format == Checkpoint.format else {
            throw HostError(.data, "\(path) has format \(format)", remedy: "use the version of weir that wrote it")
        }
        let sequence = try reader.readUInt64()
        let specification = try reader.readRaw(32)
        let digests = StateDigests(model: try reader.readRaw(32), state: try reader.readRaw(32))
        let body = try reader.readRaw(reader.remaining)
        guard SHA256.digest(body) == digests.state else {
            throw HostError(.data, "\(path) does not hold the state it names", remedy: "remove it")
        }
        return (
            CheckpointSummary(sequence: sequence, specification: specification, digests: digests, path: path), body
        )
    }

    private static func name(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        // Twenty digits hold every UInt64, so names sort as numbers do.
        return String(repeating: "0", count: 20 - digits.count) + digits + suffix
    }

    private static func sequence(_ name: String) -> UInt64? { UInt64(name.dropLast(suffix.count)) }

    private func names(endingIn suffix: String = CheckpointStore.suffix) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }
}
