// The embedded journal, to read: beside a running writer or after it.

/// A read-only view of an SQLite journal, usable while a writer in this or another process appends.
///
/// It sees what is committed, anew with every call, and never blocks the writer. It closes when the last reference
/// goes, and belongs to one thread at a time.
public final class SQLiteJournalReader: JournalReading {
    private let connection: SQLiteConnection
    private let frameStore: FrameStore
    private let writerStore: WriterStore

    /// Opens an existing journal to read.
    ///
    /// Frames are checked as they are read; opening checks only the format and the end.
    ///
    /// - Parameters:
    ///   - path: the journal's file.
    ///   - expectedEnd: the highest end that the caller remembers, from a checkpoint or from a peer.
    /// - Throws: `missingPath`, `notPermitted`, `notADatabase`, `notAJournal` (also for a file that no writer has
    ///   finished making), `unknownFormat`, `damaged`, `tailLost`, or another ``JournalError`` of the disk.
    public init(path: String, expectingAtLeast expectedEnd: UInt64 = 0) throws(JournalError) {
        let file = try JournalFile(path)
        guard file.exists else { throw JournalError(.missingPath, "there is no journal at '\(path)'") }
        connection = try SQLiteConnection(path: file.path, isReadOnly: true, holding: nil)
        guard case .journal = try JournalSchema.identify(connection) else {
            throw JournalError(.notAJournal, "'\(file.path)' is an empty database")
        }
        frameStore = try FrameStore(connection)
        writerStore = try WriterStore(connection)
        let end = try frameStore.end().endSequence
        guard end >= expectedEnd else { throw .tailLost(end: end, expected: expectedEnd) }
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
    public var endSequence: UInt64 {
        get throws(JournalError) { try frameStore.end().endSequence }
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
}
