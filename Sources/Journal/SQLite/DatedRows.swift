// Rows with a date in one SQLite file, for what is worth keeping for a while and no state depends on.

import Glibc

/// A store of byte strings by kind, time and key; of two rows with the same three the later one stays.
///
/// A file that is no such store, or is damaged, is set aside under another name, and a new one begun. Confined to one
/// thread at a time.
public final class DatedRows {
    /// One row.
    public struct Row: Hashable, Sendable {
        /// What kind of thing it is.
        public var kind: Int64
        /// Its time, in whatever unit the caller counts.
        public var time: Int64
        /// What distinguishes it from others of the same kind and time.
        public var key: String
        /// Its content.
        public var body: [UInt8]

        /// A row by its parts.
        public init(kind: Int64, time: Int64, key: String, body: [UInt8]) {
            self.kind = kind
            self.time = time
            self.key = key
            self.body = body
        }
    }

    private let connection: SQLiteConnection
    private let begin: SQLiteStatement
    private let commit: SQLiteStatement
    private let upsert: SQLiteStatement
    private let select: SQLiteStatement
    private let delete: SQLiteStatement

    // Tells the file from any other SQLite file: "WEIH".
    private static let applicationID = 0x5745_4948

    private init(opening path: String) throws(JournalError) {
        let file = try JournalFile(path)
        if !file.exists { try file.create() }
        connection = try SQLiteConnection(path: file.path, isReadOnly: false, holding: nil)
        connection.keepsLogOnClose(false)
        try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        let id = try connection.integer("PRAGMA application_id")
        let tables = try connection.integer("SELECT count(*) FROM sqlite_schema")
        guard id == DatedRows.applicationID || (id == 0 && tables == 0) else {
            throw JournalError(.notADatabase, "'\(path)' is another program's database")
        }
        try connection.execute(
            """
            PRAGMA application_id = \(DatedRows.applicationID);
            CREATE TABLE IF NOT EXISTS entries (
                kind INTEGER NOT NULL, time INTEGER NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL,
                PRIMARY KEY (kind, time, key)) WITHOUT ROWID
            """)
        guard try connection.text("PRAGMA quick_check(1)") == "ok" else {
            throw JournalError(.damaged, "'\(path)' is damaged")
        }
        begin = try SQLiteStatement("BEGIN IMMEDIATE", on: connection)
        commit = try SQLiteStatement("COMMIT", on: connection)
        upsert = try SQLiteStatement(
            "INSERT INTO entries VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET body = excluded.body", on: connection
        )
        select = try SQLiteStatement(
            "SELECT time, key, body FROM entries WHERE kind = ?1 AND time >= ?2 AND time < ?3 "
                + "ORDER BY time DESC, key LIMIT ?4", on: connection)
        delete = try SQLiteStatement("DELETE FROM entries WHERE time < ?1", on: connection)
    }

    /// Opens the store at `path`, or begins one.
    ///
    /// - Returns: the store, and where a file that could not be used was set aside, with the reason.
    /// - Throws: what has nothing to do with the file's content: a missing folder, permissions, a full disk.
    public static func open(path: String) throws(JournalError) -> (
        rows: DatedRows, setAside: (path: String, why: String)?
    ) {
        do throws(JournalError) { return (try DatedRows(opening: path), nil) } catch {
            guard [.damaged, .notADatabase, .storage].contains(error.code) else { throw error }
            let aside = freeName(path + ".damaged")
            for suffix in ["", "-wal", "-shm"] where rename(path + suffix, aside + suffix) != 0 && suffix.isEmpty {
                throw .system(errno, "set aside", path: path)
            }
            return (try DatedRows(opening: path), (aside, "\(error)"))
        }
    }

    private static func freeName(_ path: String) -> String {
        var (name, number) = (path, 1)
        while access(name, F_OK) == 0 {
            number += 1
            name = "\(path)-\(number)"
        }
        return name
    }

    /// Writes rows and removes those dated before `oldest`, all or nothing.
    public func put(_ rows: [Row], removingBefore oldest: Int64) throws(JournalError) {
        try connection.transaction(begin: begin, commit: commit) { () throws(JournalError) in
            for row in rows {
                upsert.bind(row.kind, at: 1)
                upsert.bind(row.time, at: 2)
                upsert.bind(row.key, at: 3)
                try upsert.run(blob: row.body, at: 4)
            }
            delete.bind(oldest, at: 1)
            try delete.run()
        }
    }

    /// The newest rows of a kind with times in [from, to), newest first, at most `limit`.
    public func rows(kind: Int64, from: Int64, to: Int64, limit: Int) throws(JournalError) -> [Row] {
        defer { select.reset() }
        select.bind(kind, at: 1)
        select.bind(from, at: 2)
        select.bind(to, at: 3)
        select.bind(Int64(limit), at: 4)
        var rows: [Row] = []
        while try select.step() {
            guard let time = select.integer(0), let key = select.text(1), let body = select.blob(2) else {
                throw JournalError(.damaged, "a row of the history is no row")
            }
            rows.append(Row(kind: kind, time: time, key: key, body: body))
        }
        return rows
    }
}
