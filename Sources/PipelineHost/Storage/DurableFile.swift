// Files that are there whole or not at all, also after a power cut.

import Glibc

/// Writing and syncing of small sets of files.
enum DurableFile {
    /// Writes `parts`, one behind the other, beside `path` and renames the file into its place; file and folder are synced.
    ///
    /// - Throws: `HostError` with code `system`. What lay at `path` before is then still there, unless only the last
    ///   sync of the folder failed.
    static func write(_ parts: [[UInt8]], to path: String, in folder: String) throws {
        let temporary = path + ".partial"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure("create", temporary) }
        do {
            defer { close(descriptor) }
            for part in parts { try write(part, to: descriptor, path: temporary) }
            guard fsync(descriptor) == 0 else { throw failure("sync", temporary) }
            guard rename(temporary, path) == 0 else { throw failure("rename", temporary) }
        } catch {
            unlink(temporary)  // a part of a file only takes room, which may be what is missing
            throw error
        }
        try syncFolder(folder)
    }

    /// Makes the names in a folder durable.
    static func syncFolder(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
    }

    /// The names in a folder that end in `suffix`, sorted; none where there is no folder or something else bears its name.
    ///
    /// - Throws: `HostError` with code `system` for a folder that is there and cannot be read: "nothing there" would be
    ///   an answer to another question.
    static func names(in folder: String, endingIn suffix: String) throws -> [String] {
        guard let directory = opendir(folder) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw failure("read", folder) }
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        guard errno == 0 else { throw failure("read", folder) }
        return names.sorted()
    }

    /// The error of the system call that just failed.
    static func failure(_ verb: String, _ path: String) -> HostError {
        HostError(
            .system, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            remedy: "check the folder's permissions and the disk's free space")
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                // The base is not nil: `offset < count` says that the buffer is not empty.
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("write", path) }
            offset += written
        }
    }
}

/// Reads a whole file of at most `maximumBytes`.
func readFile(_ path: String, maximumBytes: Int) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    func unreadable() -> HostError {
        HostError(.system, "cannot read \(path): \(String(cString: strerror(errno)))", remedy: "check the path")
    }
    guard descriptor >= 0 else { throw unreadable() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable() }
    let size = Int(status.st_size)
    guard size <= maximumBytes else {
        throw HostError(.data, "\(path) has \(size) bytes, more than \(maximumBytes)", remedy: "check the path")
    }
    var count = 0
    var failed = false
    // Room for at least one: an array without room shares its storage, the count included, with all empty ones.
    let bytes = [UInt8](unsafeUninitializedCapacity: max(1, size)) { buffer, initialized in
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
