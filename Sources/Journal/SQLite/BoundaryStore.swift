// The `boundary` table: where the kept frames start and end, and the chain value at either place.
//
// The rows of frames alone cannot tell that rows before the first or after the last one are gone. The start says what
// the first kept frame must follow, so that the chain holds after older frames were removed on purpose. The end says
// how far the journal has come, so that a lost last row is noticed without anybody's memory. A third row does the same
// for the list of notes.

import ByteCoding

/// What a row bounds. The raw value is its key.
enum BoundarySide: Int64 {
    /// What the first kept frame follows: `genesis` until frames are removed.
    case start = 0
    /// What the next frame will follow.
    case end = 1
    /// How many notes `metadata` holds, and the checksum over them.
    case notes = 2
}

/// Reads the `boundary` table of one connection.
final class BoundaryStore {
    private let selection: SQLiteStatement

    init(_ connection: SQLiteConnection) throws(JournalError) {
        selection = try SQLiteStatement("SELECT sequence, chain, crc FROM boundary WHERE side = ?1", on: connection)
    }

    func link(_ side: BoundarySide) throws(JournalError) -> FrameLink {
        selection.bind(side.rawValue, at: 1)
        defer { selection.reset() }
        guard try selection.step(),
            let sequence = selection.integer(0).flatMap(UInt64.init(exactly:)),
            let chain = selection.integer(1).flatMap(UInt32.init(exactly:)),
            let crc = selection.integer(2)
        else { throw .damaged(at: nil, "the journal's \(side) is not noted") }
        let link = FrameLink(endSequence: sequence, chain: chain)
        guard crc == Int64(Self.checksum(link, side)) else {
            throw .damaged(at: nil, "the note of the journal's \(side) does not match its checksum")
        }
        return link
    }

    /// Covers the side too, so that start and end cannot pass for each other.
    static func checksum(_ link: FrameLink, _ side: BoundarySide) -> UInt32 {
        var writer = ByteWriter(capacity: 13)
        writer.writeUInt8(UInt8(side.rawValue))
        writer.writeUInt64(link.endSequence)
        writer.writeUInt32(link.chain)
        return CRC32C.checksum(writer.bytes)
    }
}
