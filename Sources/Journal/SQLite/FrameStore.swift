// Frames as rows: inserting, finding and checking them.

/// The `frame` table of one connection, with its statements prepared.
final class FrameStore {
    private let linkBefore: SQLiteStatement
    private let rowsFrom: SQLiteStatement
    private var sealer = FrameSealer()

    init(_ connection: SQLiteConnection) throws(JournalError) {
        linkBefore = try SQLiteStatement(
            "SELECT sequence, record_count, chain FROM frame WHERE sequence < ?1 ORDER BY sequence DESC LIMIT 1",
            on: connection)
        rowsFrom = try SQLiteStatement(
            """
            SELECT sequence, record_count, writer, writer_sequence, crc, chain, payload FROM frame
            WHERE sequence >= ?1 ORDER BY sequence
            """, on: connection)
    }

    /// Where the last row says that the journal ends.
    func end() throws(JournalError) -> FrameLink {
        try lastPlacedLink(before: JournalLimits.maximumEndSequence)?.link ?? .genesis
    }

    /// The end of the journal, after a check that costs the same for any length: the first frame is at 0, and the last
    /// one is whole and follows its predecessor.
    func checkedEnd() throws(JournalError) -> FrameLink {
        guard let last = try lastPlacedLink(before: JournalLimits.maximumEndSequence) else { return .genesis }
        guard try lastPlacedLink(before: 1) != nil else { throw .damaged(at: 0, "the first frame is missing") }
        let previous = try lastPlacedLink(before: last.firstSequence)?.link ?? .genesis
        var end = previous
        _ = try read(from: last.firstSequence, after: &end, maximumBytes: 0)
        return end
    }

    /// As ``JournalReading/frames(from:maximumBytes:)``.
    func frames(from sequence: UInt64, maximumBytes: Int) throws(JournalError) -> [JournalFrame] {
        let end = try end().endSequence
        guard sequence <= end else { throw .beyondEnd(sequence, end: end) }
        if sequence == end { return [] }
        guard let holder = try lastPlacedLink(before: sequence + 1) else {
            throw .damaged(at: 0, "the first frame is missing")
        }
        guard holder.link.endSequence > sequence else {
            throw .damaged(at: holder.link.endSequence, "a frame is missing")
        }
        var previous = try lastPlacedLink(before: holder.firstSequence)?.link ?? .genesis
        return try read(from: holder.firstSequence, after: &previous, maximumBytes: maximumBytes)
    }

    private func read(
        from first: UInt64, after previous: inout FrameLink, maximumBytes: Int
    ) throws(JournalError) -> [JournalFrame] {
        var frames: [JournalFrame] = []
        var budget = FrameBudget(maximumBytes: maximumBytes)
        rowsFrom.bind(bitPattern: first, at: 1)
        defer { rowsFrom.reset() }
        while try rowsFrom.step(), budget.admits(payloadBytes: rowsFrom.blobByteCount(FrameRow.payloadColumn) ?? 0) {
            let row = try FrameRow(rowsFrom, expecting: previous.endSequence)
            previous = try check(row, after: previous)
            frames.append(row.frame)
        }
        return frames
    }

    private func check(_ row: FrameRow, after previous: FrameLink) throws(JournalError) -> FrameLink {
        let place = previous.endSequence
        guard row.frame.firstSequence == place else {
            let fault = row.frame.firstSequence > place ? "a frame is missing" : "a frame overlaps the one before it"
            throw .damaged(at: place, "\(fault): the next one starts at record \(row.frame.firstSequence)")
        }
        let seal = sealer.seal(row.frame, after: previous.chain)
        guard seal.crc == row.seal.crc else { throw .damaged(at: place, "the frame does not match its checksum") }
        guard seal.chain == row.seal.chain else {
            throw .damaged(at: place, "the frame is whole, but was not written after the one before it")
        }
        return FrameLink(endSequence: row.frame.endSequence, chain: seal.chain)
    }

    /// The last row that starts before `sequence`, at most `maximumEndSequence`, without its payload.
    private func lastPlacedLink(before sequence: UInt64) throws(JournalError) -> PlacedLink? {
        linkBefore.bind(bitPattern: sequence, at: 1)
        defer { linkBefore.reset() }
        guard try linkBefore.step() else { return nil }
        guard let first = linkBefore.integer(0).flatMap(UInt64.init(exactly:)),
            let count = linkBefore.integer(1).flatMap(UInt32.init(exactly:)),
            let chain = linkBefore.integer(2).flatMap(UInt32.init(exactly:)),
            first + UInt64(count) <= JournalLimits.maximumEndSequence
        else { throw .damaged(at: linkBefore.integer(0).flatMap(UInt64.init(exactly:)), "a header is out of range") }
        return PlacedLink(firstSequence: first, link: FrameLink(endSequence: first + UInt64(count), chain: chain))
    }
}

/// A link together with where its frame starts.
private struct PlacedLink {
    var firstSequence: UInt64
    var link: FrameLink
}
