// The writing half of the `boundary` table.

/// Moves a boundary, inside the transaction that adds or removes frames there.
final class BoundaryMover {
    private let update: SQLiteStatement

    init(_ connection: SQLiteConnection) throws(JournalError) {
        update = try SQLiteStatement("INSERT OR REPLACE INTO boundary VALUES (?1, ?2, ?3, ?4)", on: connection)
    }

    func move(_ side: BoundarySide, to link: FrameLink) throws(JournalError) {
        update.bind(side.rawValue, at: 1)
        update.bind(bitPattern: link.endSequence, at: 2)
        update.bind(Int64(link.chain), at: 3)
        update.bind(Int64(BoundaryStore.checksum(link, side)), at: 4)
        try update.run()
    }
}
