// A connection to one SQLite file: opened, configured, closed. It knows nothing of frames.

import CSQLite

/// One connection, without SQLite's own mutexes: whoever owns it sees to it that one thread uses it at a time.
///
/// It closes when the last reference goes, which prepared statements hold too.
final class SQLiteConnection {
    let handle: OpaquePointer
    let path: String

    /// Held as long as the file is open: released after `deinit` has closed it.
    private let lock: JournalLock?

    /// Opens an existing file.
    ///
    /// - Parameter path: absolute, so that it cannot be taken for one of SQLite's special names.
    init(path: String, isReadOnly: Bool, holding lock: JournalLock?) throws(JournalError) {
        let access = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        var opened: OpaquePointer?
        let status = sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened else {
            throw JournalError(.storage, "no memory to open '\(path)'", storageCode: status)
        }
        guard status == SQLITE_OK else {
            let error = JournalError.sqlite(status, on: opened, path: path)
            sqlite3_close(opened)
            throw error
        }
        self.handle = opened
        self.path = path
        self.lock = lock
        sqlite3_busy_timeout(opened, Self.busyTimeoutMilliseconds)
        // Until the file is known to be a journal in good order, closing must not change it: a write-ahead log that
        // does not read to its end may be all that is left of lost commits.
        keepsLogOnClose(true)
    }

    deinit {
        sqlite3_close(handle)
    }

    /// Whether closing leaves the write-ahead log alone or moves it into the database.
    func keepsLogOnClose(_ keeps: Bool) {
        _ = weir_sqlite3_keep_log_on_close(handle, keeps ? 1 : 0)
    }

    /// Leaves the (then empty) log and its index in place on close, so that a reader who must not create files in the
    /// directory can still open the journal.
    func persistLogFiles() {
        var isPersistent: Int32 = 1
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &isPersistent)
    }

    /// SQLite opens a file that must not be written read-only, without saying so.
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    /// Runs fixed statements that return nothing of interest.
    func execute(_ sql: String) throws(JournalError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// The single integer that a query returns.
    func integer(_ sql: String) throws(JournalError) -> Int64 {
        let statement = try SQLiteStatement(sql, on: self)
        guard try statement.step(), let value = statement.integer(0) else {
            throw JournalError(.storage, "'\(sql)' returned no integer")
        }
        return value
    }

    /// The single text that a query returns.
    func text(_ sql: String) throws(JournalError) -> String {
        let statement = try SQLiteStatement(sql, on: self)
        guard try statement.step(), let value = statement.text(0) else {
            throw JournalError(.storage, "'\(sql)' returned no text")
        }
        return value
    }

    /// The bytes of all pages that hold something: the file without what removed rows have left free for new ones.
    func usedByteCount() throws(JournalError) -> UInt64 {
        try snapshot { () throws(JournalError) in
            let pages = try integer("PRAGMA page_count") - integer("PRAGMA freelist_count")
            return UInt64(max(0, pages)) * UInt64(max(0, try integer("PRAGMA page_size")))
        }
    }

    /// Runs `body` in a transaction that commits if it returns and leaves nothing behind if it throws.
    func transaction(
        begin: SQLiteStatement, commit: SQLiteStatement, _ body: () throws(JournalError) -> Void
    ) throws(JournalError) {
        try begin.run()
        do throws(JournalError) {
            try body()
            try commit.run()
        } catch {
            // SQLite has itself rolled back after some failures, a full disk among them. Should rolling back fail, the
            // first failure is still the one to tell, and the next transaction cannot begin.
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// Runs `body`, which only reads, on one moment of the file; inside a transaction it is that transaction's.
    func snapshot<Value>(_ body: () throws(JournalError) -> Value) throws(JournalError) -> Value {
        guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
        try execute("BEGIN")
        // Ending a transaction that has only read cannot lose anything, whatever it answers.
        defer { sqlite3_exec(handle, "COMMIT", nil, nil, nil) }
        return try body()
    }

    func check(_ status: Int32) throws(JournalError) {
        guard status == SQLITE_OK else { throw .sqlite(status, on: handle, path: path) }
    }

    /// Only foreign programs compete for the file; five seconds let a backup finish its step and show a hang soon
    /// enough.
    private static let busyTimeoutMilliseconds: Int32 = 5000
}
