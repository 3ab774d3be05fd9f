// Checkpoints beside the journal: a learner's state at one sequence number, so that a restart folds only the tail.
//
//   magic "WEIRCKPT"  format:u32  sequence:u64  specification:32  model digest:32  state digest:32
//   body:bytes (the fold's canonical bytes)  SHA-256 of everything before it:32
//
// Written beside and renamed, the file and its folder synced: a checkpoint is there whole or not at all.

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

    private static let magic = Array("WEIRCKPT".utf8)
    private static let format: UInt32 = 1
    private static let suffix = ".checkpoint"
    private static let maximumBytes = 1 << 34

    /// The store of a journal.
    public init(journalPath: String, keep: Int) {
        folder = journalPath + ".checkpoints"
        self.keep = max(1, keep)
    }

    /// The bytes of a checkpoint of `fold` as it is now.
    public static func encode(_ fold: LearnerFold) -> [UInt8] {
        let digests = fold.digests()
        var writer = ByteWriter()
        writer.writeRaw(magic)
        writer.writeUInt32(format)
        writer.writeUInt64(fold.sequence)
        writer.writeRaw(fold.specificationDigest)
        writer.writeRaw(digests.model)
        writer.writeRaw(digests.state)
        fold.encode(into: &writer) { _ in }
        writer.writeRaw(SHA256.digest(writer.bytes))
        return writer.bytes
    }

    /// Writes a checkpoint's bytes durably and removes those beyond `keep`.
    public func write(_ bytes: [UInt8], sequence: UInt64) throws {
        if mkdir(folder, 0o750) != 0, errno != EEXIST { throw failure("create", folder) }
        let path = "\(folder)/\(CheckpointStore.name(sequence))"
        let temporary = path + ".partial"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure("create", temporary) }
        defer { close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                // The base is not nil: `offset < count` says that the buffer is not empty.
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("write", temporary) }
            offset += written
        }
        guard fsync(descriptor) == 0 else { throw failure("sync", temporary) }
        guard rename(temporary, path) == 0 else { throw failure("rename", temporary) }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
        for old in names().dropLast(keep) { unlink("\(folder)/\(old)") }
    }

    /// The newest readable checkpoint of `specification`, folded back into a state; older ones where it is damaged.
    public func restore(
        specification: Specification, specificationDigest: [UInt8], logger: Logger
    ) -> LearnerFold? {
        for name in names().reversed() {
            let path = "\(folder)/\(name)"
            do {
                let (summary, body) = try CheckpointStore.read(path)
                guard summary.specification == specificationDigest else { continue }
                var reader = ByteReader(body)
                let fold = try LearnerFold(
                    decoding: &reader, specification: specification, specificationDigest: specificationDigest)
                return fold
            } catch {
                logger.warning(
                    "checkpoint skipped, an older one is used", metadata: ["file": "\(path)", "why": "\(error)"])
            }
        }
        return nil
    }

    /// The heads of all readable checkpoints, oldest first.
    public func summaries() -> [CheckpointSummary] {
        names().compactMap { try? CheckpointStore.read("\(folder)/\($0)").0 }
    }

    private static func read(_ path: String) throws -> (CheckpointSummary, [UInt8]) {
        let bytes = try readFile(path, maximumBytes: maximumBytes)
        guard bytes.count > 32, SHA256.digest(Array(bytes.dropLast(32))) == Array(bytes.suffix(32)) else {
            throw HostError(.data, "checkpoint \(path) is damaged", remedy: "remove it; an older one is used")
        }
        var reader = ByteReader(Array(bytes.dropLast(32)))
        guard try reader.readRaw(magic.count) == magic else {
            throw HostError(.data, "\(path) is no checkpoint", remedy: "remove it")
        }
        let format = try reader.readUInt32()
        guard format == CheckpointStore.format else {
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

    private func names() -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(CheckpointStore.suffix) { names.append(name) }
        }
        return names.sorted()
    }

    private func failure(_ verb: String, _ path: String) -> HostError {
        HostError(
            .system, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            remedy: "check the folder's permissions and the disk's free space")
    }
}

/// Reads a whole file of at most `maximumBytes`.
func readFile(_ path: String, maximumBytes: Int) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
        throw HostError(
            .system, "cannot read \(path): \(String(cString: strerror(errno)))", remedy: "check the path")
    }
    defer { close(descriptor) }
    let size = Int(status.st_size)
    guard size <= maximumBytes else {
        throw HostError(.data, "\(path) has \(size) bytes, more than \(maximumBytes)", remedy: "check the path")
    }
    var count = 0
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
        while count < size {
            let got = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
            if got < 0, errno == EINTR { continue }
            if got <= 0 {
                failed = got < 0
                break
            }
            count += got
        }
        initialized = count
    }
    guard !failed else {
        throw HostError(.system, "cannot read \(path): \(String(cString: strerror(errno)))", remedy: "check the disk")
    }
    return bytes
}
