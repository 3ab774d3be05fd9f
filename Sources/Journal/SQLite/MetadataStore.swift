// The `metadata` table: the host's notes, each with a checksum, and all of them together with one in the `boundary`
// table. A note whose key was damaged would else just not be found, and a host would start its counters anew.

import ByteCoding

/// Reads the `metadata` table of one connection, and writes it if the connection may.
///
/// Notes are few and rarely read: their statements are prepared when needed, which a reading connection could not do
/// ahead for writing.
struct MetadataStore {
    let connection: SQLiteConnection

    func value(of key: String) throws(JournalError) -> [UInt8]? {
        try AppendRules.checkMetadataKey(key)
        return try connection.snapshot { () throws(JournalError) in
            guard try BoundaryStore(connection).link(.notes) == sum() else {
                throw JournalError.damaged(at: nil, "the list of metadata does not match its checksum")
            }
            let selection = try SQLiteStatement("SELECT crc, value FROM metadata WHERE key = ?1", on: connection)
            selection.bind(key, at: 1)
            guard try selection.step() else { return nil }
            guard let crc = selection.integer(0), let value = selection.blob(1), crc == Int64(checksum(key, value))
            else { throw JournalError.damaged(at: nil, "the metadata of '\(key)' does not match its checksum") }
            return value
        }
    }

    /// Keeps or forgets a note; to be called in a transaction.
    func set(_ key: String, to value: [UInt8]?) throws(JournalError) {
        try AppendRules.checkMetadataKey(key)
        if let value {
            try AppendRules.checkMetadataValue(value, of: key)
            try replace(key, value)
        } else {
            let deletion = try SQLiteStatement("DELETE FROM metadata WHERE key = ?1", on: connection)
            deletion.bind(key, at: 1)
            try deletion.run()
        }
        try BoundaryMover(connection).move(.notes, to: sum())
    }

    private func replace(_ key: String, _ value: [UInt8]) throws(JournalError) {
        let update = try SQLiteStatement(
            """
            INSERT INTO metadata VALUES (?1, ?2, ?3)
            ON CONFLICT(key) DO UPDATE SET crc = excluded.crc, value = excluded.value
            """, on: connection)
        update.bind(key, at: 1)
        update.bind(Int64(checksum(key, value)), at: 2)
        try update.run(blob: value, at: 3)
    }

    /// How many notes there are, and one checksum over their keys and checksums.
    private func sum() throws(JournalError) -> FrameLink {
        let listing = try SQLiteStatement("SELECT key, crc FROM metadata ORDER BY key", on: connection)
        var count: UInt64 = 0
        var sum: UInt32 = 0
        while try listing.step() {
            guard let key = listing.text(0), let crc = listing.integer(1) else {
                throw .damaged(at: nil, "a row of metadata is not of text and integers")
            }
            var writer = ByteWriter()
            writer.writeString(key)
            writer.writeInt64(crc)
            sum = CRC32C.checksum(writer.bytes, seed: sum)
            count += 1
        }
        return FrameLink(endSequence: count, chain: sum)
    }

    /// Covers the key too, so that a value cannot pass under another name.
    private func checksum(_ key: String, _ value: [UInt8]) -> UInt32 {
        var writer = ByteWriter(capacity: JournalLimits.maximumMetadataKeyBytes + 1)
        writer.writeString(key)
        return CRC32C.checksum(value, seed: CRC32C.checksum(writer.bytes))
    }
}
