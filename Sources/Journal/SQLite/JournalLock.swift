// One writer per journal: an advisory lock on a file beside it.
//
// SQLite's own locks would either shut readers out or let a second writer in between two commits. The kernel drops this
// one when the process ends, however it ends. The file itself stays: to delete it would let two writers lock two files
// of the same name.

import Glibc

/// The exclusive right to write a journal, for as long as the object lives.
final class JournalLock {
    private let descriptor: Int32

    /// Takes the lock on `<path>.lock`, without waiting.
    ///
    /// - Throws: `locked` if somebody has it, `missingPath`, `notPermitted`.
    init(journalPath: String) throws(JournalError) {
        let path = journalPath + ".lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, JournalFile.permissions)
        guard opened >= 0 else { throw .system(errno, "open the lock", path: path) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            let holder = Self.processIdentifier(in: opened)
            close(opened)
            guard error == EWOULDBLOCK else { throw .system(error, "lock", path: path) }
            let name = holder.map { "process \($0)" } ?? "another process"
            throw JournalError(.locked, "'\(journalPath)' is open for writing by \(name)")
        }
        descriptor = opened
        // A courtesy to whoever is refused. The lock holds without it, hence no error if it cannot be written.
        ftruncate(opened, 0)
        let text = "\(getpid())\n"
        _ = text.utf8CString.withUnsafeBytes { write(opened, $0.baseAddress, $0.count - 1) }
    }

    deinit {
        close(descriptor)
    }

    private static func processIdentifier(in descriptor: Int32) -> Int? {
        var buffer = [UInt8](repeating: 0, count: longestIdentifierBytes)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 1 else { return nil }
        return Int(String(decoding: buffer[..<(count - 1)], as: UTF8.self))
    }

    /// A process identifier has at most seven digits on Linux (2²²); then the newline.
    private static let longestIdentifierBytes = 16
}
