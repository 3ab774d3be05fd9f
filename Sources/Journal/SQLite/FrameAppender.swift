// The writing half of the `frame` table, which only the writer's connection may prepare.

/// Inserts frames, each linked to the one before it.
final class FrameAppender {
    private let insertion: SQLiteStatement
    private var sealer = FrameSealer()

    init(_ connection: SQLiteConnection) throws(JournalError) {
        insertion = try SQLiteStatement("INSERT INTO frame VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", on: connection)
    }

    /// Inserts a frame whose order has been checked, and returns the new end.
    func insert(_ frame: JournalFrame, after previous: FrameLink) throws(JournalError) -> FrameLink {
        let seal = sealer.seal(frame, after: previous.chain)
        insertion.bind(bitPattern: frame.firstSequence, at: 1)
        insertion.bind(Int64(frame.recordCount), at: 2)
        insertion.bind(bitPattern: frame.writer, at: 3)
        insertion.bind(bitPattern: frame.writerSequence, at: 4)
        insertion.bind(Int64(seal.crc), at: 5)
        insertion.bind(Int64(seal.chain), at: 6)
        try insertion.run(blob: frame.payload, at: FrameRow.payloadColumn + 1)
        return FrameLink(endSequence: frame.endSequence, chain: seal.chain)
    }
}
