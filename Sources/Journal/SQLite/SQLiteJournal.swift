// The embedded journal, to write: frames as rows of an SQLite file.
//
// For one machine, one writer and any number of readers (SQLiteJournalReader) in any processes. Not for network file
// systems, whose locks SQLite cannot trust. What SQLite's log guarantees and what it does not: a commit that returned
// survives kill and power loss, but if a byte of the log goes bad, SQLite silently drops that commit *and all after
// it*. Nothing inside the file can tell; hence `expectingAtLeast`.

/// The writer of an SQLite journal.
///
///     let journal = try SQLiteJournal(path: "/var/lib/weir/journal.db", expectingAtLeast: checkpoint.endSequence)
///     try journal.append(frames)      // durable when it returns
///
/// It closes when the last reference goes, and belongs to one thread at a time.
public final class SQLiteJournal: JournalWriting {
    private let connection: SQLiteConnection
    private let frameStore: FrameStore
    private let appender: FrameAppender
    private let remover: FrameRemover
    private let mover: BoundaryMover
    private let writerStore: WriterStore
    private let advancer: WriterAdvancer
    private let begin: SQLiteStatement
    private let commit: SQLiteStatement

    /// The end after the last commit.
    private var tail: FrameLink

    /// Opens a journal to write, or makes a new one where there is no file, with the rights 0640.
    ///
    /// The last frame and the start are checked; for everything between there is
    /// ``JournalReading/verify(progress:)``. If opening fails, the database and the log of an existing journal are
    /// as they were.
    ///
    /// - Parameters:
    ///   - path: a file in an existing directory. The log (`-wal`, `-shm`) and the lock (`.lock`) lie beside it.
    ///   - expectedEnd: the highest end that the caller remembers, from a checkpoint or from a peer. If it is not 0, no
    ///     new journal is made.
    ///   - maximumFileBytes: bounds the database file, log apart; an append over it fails with `diskFull`. A file that
    ///     is larger already keeps its size. `nil` leaves it to the disk.
    /// - Throws: `locked`, `missingPath`, `notPermitted`, `notADatabase`, `notAJournal`, `unknownFormat`, `damaged`,
    ///   `tailLost`, `diskFull`, or another ``JournalError`` of the disk.
    public init(
        path: String, expectingAtLeast expectedEnd: UInt64 = 0, maximumFileBytes: UInt64? = nil
    ) throws(JournalError) {
        connection = try Self.open(path, mayCreate: expectedEnd == 0)
        switch try JournalSchema.identify(connection) {
        case .journal: try JournalSchema.configureWriter(connection)
        case .empty:
            guard expectedEnd == 0 else { throw .tailLost(end: 0, expected: expectedEnd) }
            try JournalSchema.create(on: connection)
        }
        if let maximumFileBytes { try JournalSchema.limitFile(connection, to: maximumFileBytes) }
        frameStore = try FrameStore(connection)
        appender = try FrameAppender(connection)
        remover = try FrameRemover(connection)
        mover = try BoundaryMover(connection)
        writerStore = try WriterStore(connection)
        advancer = try WriterAdvancer(connection)
        begin = try SQLiteStatement("BEGIN IMMEDIATE", on: connection)
        commit = try SQLiteStatement("COMMIT", on: connection)
        tail = try frameStore.checkedEnd()
        guard tail.endSequence >= expectedEnd else { throw .tailLost(end: tail.endSequence, expected: expectedEnd) }
        connection.keepsLogOnClose(false)
    }

    /// The first kept record; see ``JournalReading/startSequence``.
    public var startSequence: UInt64 {
        get throws(JournalError) { try frameStore.start().endSequence }
    }

    /// The bytes in use; see ``JournalReading/storedByteCount``.
    public var storedByteCount: UInt64 {
        get throws(JournalError) { try connection.usedByteCount() }
    }

    /// The end after the last commit; see ``JournalReading/endSequence``.
    public var endSequence: UInt64 { tail.endSequence }

    /// Appends in one commit; see ``JournalWriting/append(_:)``.
    public func append(_ frames: [JournalFrame]) throws(JournalError) {
        guard !frames.isEmpty else { return }
        try AppendRules.checkOrder(frames, from: tail.endSequence)
        var advanced = tail
        try connection.transaction(begin: begin, commit: commit) { () throws(JournalError) in
            // The lock keeps out writers that ask for it. This keeps a hand with a database shell from going unnoticed.
            guard try frameStore.end() == tail else {
                throw .damaged(at: tail.endSequence, "the last frame in the file is not the one written last")
            }
            for frame in frames {
                try AppendRules.checkWriterSequence(of: frame, after: try writerStore.lastSequence(of: frame.writer))
                advanced = try appender.insert(frame, after: advanced)
                try advancer.advance(to: WriterPosition(writer: frame.writer, lastSequence: frame.writerSequence))
            }
            try mover.move(.end, to: advanced)
        }
        tail = advanced
    }

    /// Removes the oldest frames in one commit; see ``JournalWriting/prune(before:maximumBytes:)``.
    public func prune(before sequence: UInt64, maximumBytes: Int) throws(JournalError) -> UInt64 {
        try connection.transaction(begin: begin, commit: commit) { () throws(JournalError) in
            guard let link = try frameStore.endOfFrames(before: sequence, maximumBytes: maximumBytes) else { return }
            try remover.removeFrames(before: link.endSequence)
            try mover.move(.start, to: link)
        }
        return try startSequence
    }

    /// Reads and checks frames; see ``JournalReading/frames(from:maximumBytes:)``.
    public func frames(from sequence: UInt64, maximumBytes: Int) throws(JournalError) -> [JournalFrame] {
        try frameStore.frames(from: sequence, maximumBytes: maximumBytes)
    }

    /// Looks up the chain; see ``JournalReading/chainValue(at:)``.
    public func chainValue(at sequence: UInt64) throws(JournalError) -> UInt32? {
        try frameStore.chainValue(at: sequence)
    }

    /// Looks up a writer; see ``JournalReading/lastWriterSequence(of:)``.
    public func lastWriterSequence(of writer: UInt64) throws(JournalError) -> UInt64? {
        try writerStore.lastSequence(of: writer)
    }

    /// Lists the writers; see ``JournalReading/writers()``.
    public func writers() throws(JournalError) -> [WriterPosition] {
        try writerStore.all()
    }

    /// Looks up a note; see ``JournalReading/metadata(_:)``.
    public func metadata(_ key: String) throws(JournalError) -> [UInt8]? {
        try MetadataStore(connection: connection).value(of: key)
    }

    /// Keeps or forgets a note; see ``JournalWriting/setMetadata(_:to:)``.
    public func setMetadata(_ key: String, to value: [UInt8]?) throws(JournalError) {
        try connection.transaction(begin: begin, commit: commit) { () throws(JournalError) in
            try MetadataStore(connection: connection).set(key, to: value)
        }
    }

    /// Lock first, file second: two processes that start at once must not both make the file.
    private static func open(_ path: String, mayCreate: Bool) throws(JournalError) -> SQLiteConnection {
        let file = try JournalFile(path)
        guard file.exists || mayCreate else {
            throw JournalError(.missingPath, "there is no journal at '\(path)', and one with records is expected")
        }
        let lock = try JournalLock(journalPath: file.path)
        if !file.exists { try file.create() }
        let connection = try SQLiteConnection(path: file.path, isReadOnly: false, holding: lock)
        guard !connection.isReadOnly else {
            throw JournalError(.notPermitted, "'\(file.path)' must not be written by this user")
        }
        return connection
    }
}
