// The database's identity, tables and settings: format version 2.
//
//     frame     one row per frame; `sequence` is the frame's first record, `crc` and `chain` as in FrameSealer.swift
//     writer    the last frame of each writer, updated in the transaction that adds the frame
//     boundary  where the kept frames start and end, with the chain values there; how many notes there are
//     metadata  the host's notes
//
// Unsigned 64-bit values stand as the signed integers of the same bits. `payload` is the last column, so that reading
// the others never follows the chain of pages that a long payload fills.

enum JournalSchema {
    /// "WEIR" in ASCII: what `file` and SQLite's `PRAGMA application_id` show.
    static let applicationID: Int64 = 0x5745_4952

    /// The format this program writes, and the only one it reads.
    static let formatVersion: Int64 = 2

    /// What an opened database turned out to be.
    enum Identity {
        /// Nothing at all: a new file, or one whose creation was cut short.
        case empty
        /// A journal of a known format.
        case journal
    }

    /// - Throws: `notADatabase`, `notAJournal`, `unknownFormat`.
    static func identify(_ connection: SQLiteConnection) throws(JournalError) -> Identity {
        let application = try connection.integer("PRAGMA application_id")
        let version = try connection.integer("PRAGMA user_version")
        let objectCount = try connection.integer("SELECT count(*) FROM sqlite_schema")
        if application == 0 && version == 0 && objectCount == 0 { return .empty }
        guard application == applicationID else {
            throw JournalError(
                .notAJournal, "'\(connection.path)' has application id \(application), a journal has \(applicationID)")
        }
        guard version == formatVersion else {
            throw JournalError(
                .unknownFormat,
                "'\(connection.path)' has journal format \(version), this program knows \(formatVersion)")
        }
        return .journal
    }

    /// Makes the tables and, in the same transaction, the identity: a file has both or neither.
    static func create(on connection: SQLiteConnection) throws(JournalError) {
        try connection.execute("PRAGMA page_size = \(pageBytes)")
        try configureWriter(connection)
        try connection.execute(
            """
            BEGIN IMMEDIATE;
            CREATE TABLE frame(
              sequence INTEGER PRIMARY KEY, record_count INTEGER NOT NULL, writer INTEGER NOT NULL,
              writer_sequence INTEGER NOT NULL, crc INTEGER NOT NULL, chain INTEGER NOT NULL,
              payload BLOB NOT NULL) STRICT;
            CREATE TABLE writer(
              id INTEGER PRIMARY KEY, last_sequence INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT;
            CREATE TABLE boundary(
              side INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, chain INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT;
            INSERT INTO boundary VALUES (\(row(of: .start))), (\(row(of: .end))), (\(row(of: .notes)));
            CREATE TABLE metadata(
              key TEXT PRIMARY KEY, crc INTEGER NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(formatVersion);
            COMMIT;
            """)
    }

    /// A boundary of an empty journal.
    private static func row(of side: BoundarySide) -> String {
        let link = FrameLink.genesis
        return "\(side.rawValue), \(link.endSequence), \(link.chain), \(BoundaryStore.checksum(link, side))"
    }

    /// Settings of the writing connection: they hold for the connection, not for the file, except for the log mode.
    static func configureWriter(_ connection: SQLiteConnection) throws(JournalError) {
        // SQLite answers with the mode it ended up in instead of an error, say where memory cannot be shared between
        // processes.
        let logMode = try connection.text("PRAGMA journal_mode = WAL")
        guard logMode == "wal" else {
            throw JournalError(.storage, "'\(connection.path)' cannot have a write-ahead log, its mode is '\(logMode)'")
        }
        try connection.execute(
            """
            PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = \(checkpointBytes / pageBytes);
            PRAGMA journal_size_limit = \(maximumIdleLogBytes);
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            """)
        connection.persistLogFiles()
    }

    /// Bounds the file at `bytes`, at least at what it already has.
    static func limitFile(_ connection: SQLiteConnection, to bytes: UInt64) throws(JournalError) {
        let pages = max(1, bytes / UInt64(try connection.integer("PRAGMA page_size")))
        try connection.execute("PRAGMA max_page_count = \(min(pages, maximumPageCount))")
    }

    /// SQLite's default. With 64 KiB frames, four per commit, pages of 16 KiB gave 127–166 MB/s against 100–134 in
    /// three alternating runs: not clearly more than the noise of the disk, and a small commit writes whole pages too.
    private static let pageBytes = 4096

    /// How much log is gathered before it is moved into the database: some
    /// sixteen commits of four usual frames. A slow reader can make the log longer.
    private static let checkpointBytes = 4 << 20

    /// A log that grew beyond this behind a slow reader shrinks back to it.
    private static let maximumIdleLogBytes = 64 << 20

    /// SQLite's own upper bound for `max_page_count`, 2³² − 2.
    private static let maximumPageCount: UInt64 = 4_294_967_294
}
