// The `writer` table: how far each writer has come.
//
// It repeats what the frames say, so that a resent frame is known without a search. Each row has its own checksum: a
// number read too high would silently drop good frames.

import ByteCoding

/// Reads the `writer` table of one connection.
final class WriterStore {
    private let selection: SQLiteStatement
    private let listing: SQLiteStatement

    init(_ connection: SQLiteConnection) throws(JournalError) {
        selection = try SQLiteStatement("SELECT id, last_sequence, crc FROM writer WHERE id = ?1", on: connection)
        listing = try SQLiteStatement("SELECT id, last_sequence, crc FROM writer", on: connection)
    }

    func lastSequence(of writer: UInt64) throws(JournalError) -> UInt64? {
        selection.bind(bitPattern: writer, at: 1)
        defer { selection.reset() }
        return try selection.step() ? try Self.position(selection).lastSequence : nil
    }

    func all() throws(JournalError) -> [WriterPosition] {
        defer { listing.reset() }
        var positions: [WriterPosition] = []
        while try listing.step() { positions.append(try Self.position(listing)) }
        // SQLite orders the identities as signed numbers.
        return positions.sorted { $0.writer < $1.writer }
    }

    static func checksum(_ position: WriterPosition) -> UInt32 {
        var writer = ByteWriter(capacity: 16)
        writer.writeUInt64(position.writer)
        writer.writeUInt64(position.lastSequence)
        return CRC32C.checksum(writer.bytes)
    }

    private static func position(_ row: SQLiteStatement) throws(JournalError) -> WriterPosition {
        guard let id = row.integer(0), let last = row.integer(1), let crc = row.integer(2) else {
            throw .damaged(at: nil, "a row of the list of writers is not of integers")
        }
        let position = WriterPosition(writer: UInt64(bitPattern: id), lastSequence: UInt64(bitPattern: last))
        guard crc == Int64(checksum(position)) else {
            throw .damaged(at: nil, "the last frame of writer \(position.writer) does not match its checksum")
        }
        return position
    }
}
