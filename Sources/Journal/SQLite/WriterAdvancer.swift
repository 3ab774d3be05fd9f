// The writing half of the `writer` table.

/// Moves writers forward, inside the transaction that adds their frames.
final class WriterAdvancer {
    private let update: SQLiteStatement

    init(_ connection: SQLiteConnection) throws(JournalError) {
        update = try SQLiteStatement(
            """
            INSERT INTO writer VALUES (?1, ?2, ?3)
            ON CONFLICT(id) DO UPDATE SET last_sequence = excluded.last_sequence, crc = excluded.crc
            """, on: connection)
    }

    func advance(to position: WriterPosition) throws(JournalError) {
        update.bind(bitPattern: position.writer, at: 1)
        update.bind(bitPattern: position.lastSequence, at: 2)
        update.bind(Int64(WriterStore.checksum(position)), at: 3)
        try update.run()
    }
}
