// The name of a journal in the file system: resolved, and made durable when the file is new.
//
// It never opens an existing journal. POSIX drops every lock that a process holds on a file as soon as it closes *any*
// of its descriptors on it, so that an innocent open-and-close here would take the locks away from under SQLite.

import Glibc

/// Where a journal lies.
struct JournalFile {
    /// Absolute, with symbolic links followed: SQLite puts its log beside the real file, and so must the lock lie
    /// there.
    let path: String

    /// Whether there was a file when the path was resolved.
    let exists: Bool

    /// Read and write for the owner, read for the group, so that a monitor may run as another user of the same group.
    /// The process's umask may take rights away. SQLite gives its log the same ones.
    static let permissions: mode_t = 0o640

    /// - Throws: `missingPath` if the directory does not exist, `notPermitted`.
    init(_ path: String) throws(JournalError) {
        if let resolved = Self.resolve(path) {
            self.path = resolved
            exists = true
            return
        }
        guard errno == ENOENT else { throw .system(errno, "open", path: path) }
        let (directory, name) = Self.split(path)
        guard !name.isEmpty, let resolved = Self.resolve(directory) else {
            throw .system(errno, "find the directory of", path: path)
        }
        self.path = (resolved == "/" ? "" : resolved) + "/" + name
        exists = false
    }

    /// Makes an empty file and its name durable. A file that another writer has made meanwhile is left alone.
    func create() throws(JournalError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, Self.permissions)
        guard descriptor >= 0 || errno == EEXIST else { throw .system(errno, "create", path: path) }
        if descriptor >= 0 { close(descriptor) }
        // The name is in the directory, which is a file of its own: without this a crash may leave a synced journal
        // that nobody can find.
        let (directory, _) = Self.split(path)
        let directoryDescriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directoryDescriptor >= 0 else { throw .system(errno, "open", path: directory) }
        defer { close(directoryDescriptor) }
        guard fsync(directoryDescriptor) == 0 else { throw .system(errno, "sync", path: directory) }
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let directory = slash == path.startIndex ? "/" : String(path[..<slash])
        return (directory, String(path[path.index(after: slash)...]))
    }
}
