// The `metadata` table: the host's notes, each with a checksum.

import ByteCoding

/// Reads the `metadata` table of one connection, and writes it if the connection may.
///
/// Notes are rare: their statements are prepared when needed, which a reading connection could not do ahead for
/// writing.
struct MetadataStore {
    let connection: SQLiteConnection

    func value(of key: String) throws(JournalError) -> [UInt8]? {
        try AppendRules.checkMetadataKey(key)
        let selection = try SQLiteStatement("SELECT crc, value FROM metadata WHERE key = ?1", on: connection)
        selection.bind(key, at: 1)
        guard try selection.step() else { return nil }
        guard let crc = selection.integer(0), let value = selection.blob(1), crc == Int64(checksum(key, value)) else {
            throw .damaged(at: nil, "the metadata of '\(key)' does not match its checksum")
        }
        return value
    }

    /// One statement outside a transaction is a transaction of its own, with the durability of the connection.
    func set(_ key: String, to value: [UInt8]?) throws(JournalError) {
        try AppendRules.checkMetadataKey(key)
        guard let value else {
            let deletion = try SQLiteStatement("DELETE FROM metadata WHERE key = ?1", on: connection)
            deletion.bind(key, at: 1)
            return try deletion.run()
        }
        try AppendRules.checkMetadataValue(value, of: key)
        let update = try SQLiteStatement(
            """
            INSERT INTO metadata VALUES (?1, ?2, ?3)
            ON CONFLICT(key) DO UPDATE SET crc = excluded.crc, value = excluded.value
            """, on: connection)
        update.bind(key, at: 1)
        update.bind(Int64(checksum(key, value)), at: 2)
        try update.run(blob: value, at: 3)
    }

    /// Covers the key too, so that a value cannot pass under another name.
    private func checksum(_ key: String, _ value: [UInt8]) -> UInt32 {
        var writer = ByteWriter(capacity: JournalLimits.maximumMetadataKeyBytes + 1)
        writer.writeString(key)
        return CRC32C.checksum(value, seed: CRC32C.checksum(writer.bytes))
    }
}
