// From the words of SQLite and of the system to those of the journal.

import CSQLite
import Glibc

extension JournalError {
    /// The error for a result code other than OK, ROW and DONE.
    static func sqlite(_ status: Int32, on connection: OpaquePointer, path: String) -> JournalError {
        let systemError = sqlite3_system_errno(connection)
        let text = String(cString: sqlite3_errmsg(connection))
        return JournalError(
            code(of: status, systemError: systemError), "'\(path)': \(text)", storageCode: status)
    }

    /// The error for a system call that failed with `error`.
    static func system(_ error: Int32, _ action: String, path: String) -> JournalError {
        JournalError(code(ofSystemError: error) ?? .inputOutput, "cannot \(action) '\(path)': \(systemText(error))")
    }

    private static func code(of status: Int32, systemError: Int32) -> Code {
        // The lowest byte is the primary code, the rest tells variants apart.
        switch status & 0xFF {
        case SQLITE_FULL: .diskFull
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_CORRUPT: .damaged
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .notPermitted
        case SQLITE_CANTOPEN: code(ofSystemError: systemError) ?? .notPermitted
        case SQLITE_IOERR: code(ofSystemError: systemError) ?? .inputOutput
        default: .storage
        }
    }

    private static func code(ofSystemError error: Int32) -> Code? {
        switch error {
        case ENOENT, ENOTDIR: .missingPath
        case EACCES, EPERM, EROFS: .notPermitted
        case ENOSPC, EDQUOT: .diskFull
        case EISDIR: .notADatabase
        default: nil
        }
    }

    private static func systemText(_ error: Int32) -> String {
        // A reader of a message is served by the usual text; `strerror` keeps it per thread in glibc.
        strerror(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
