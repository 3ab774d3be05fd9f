// Frames as rows: finding and checking them.

/// The `frame` and `boundary` tables of one connection, with their statements prepared.
///
/// Every call sees one moment of the journal, also beside a writer that appends or removes frames.
final class FrameStore {
    private let connection: SQLiteConnection
    private let linkBefore: SQLiteStatement
    private let rowsFrom: SQLiteStatement
    private let boundaries: BoundaryStore
    private var sealer = FrameSealer()

    init(_ connection: SQLiteConnection) throws(JournalError) {
        self.connection = connection
        linkBefore = try SQLiteStatement(
            "SELECT sequence, record_count, chain FROM frame WHERE sequence < ?1 ORDER BY sequence DESC LIMIT 1",
            on: connection)
        rowsFrom = try SQLiteStatement(
            """
            SELECT sequence, record_count, writer, writer_sequence, crc, chain, payload FROM frame
            WHERE sequence >= ?1 ORDER BY sequence
            """, on: connection)
        boundaries = try BoundaryStore(connection)
    }

    /// What the first kept frame follows.
    func start() throws(JournalError) -> FrameLink { try boundaries.link(.start) }

    /// Where the journal ends: the last row and the note of the end must agree.
    func end() throws(JournalError) -> FrameLink {
        try connection.snapshot { () throws(JournalError) in
            let noted = try boundaries.link(.end)
            var found = try boundaries.link(.start)
            if let last = try lastPlacedLink(before: JournalLimits.maximumEndSequence) { found = last.link }
            guard found.endSequence >= noted.endSequence else {
                throw JournalError.tailLost(end: found.endSequence, expected: noted.endSequence)
            }
            guard found == noted else {
                throw JournalError.damaged(at: noted.endSequence, "the last frame and the note of the end disagree")
            }
            return found
        }
    }

    /// The end of the journal, after a check that costs the same for any length: the first frame is where the journal
    /// starts, and the last one is whole and follows its predecessor.
    func checkedEnd() throws(JournalError) -> FrameLink {
        try connection.snapshot { () throws(JournalError) in
            let end = try end()
            let start = try boundaries.link(.start)
            guard let last = try lastPlacedLink(before: JournalLimits.maximumEndSequence) else { return end }
            try checkFirst(start)
            var checked = try link(before: last.firstSequence, start: start)
            _ = try read(from: last.firstSequence, after: &checked, maximumBytes: 0)
            return checked
        }
    }

    /// As ``JournalReading/frames(from:maximumBytes:)``.
    func frames(from sequence: UInt64, maximumBytes: Int) throws(JournalError) -> [JournalFrame] {
        try connection.snapshot { () throws(JournalError) in
            let end = try end().endSequence
            guard sequence <= end else { throw JournalError.beyondEnd(sequence, end: end) }
            let start = try boundaries.link(.start)
            guard sequence >= start.endSequence else { throw JournalError.pruned(sequence, start: start.endSequence) }
            if sequence == end { return [] }
            guard let holder = try lastPlacedLink(before: sequence + 1) else {
                throw JournalError.damaged(at: start.endSequence, "the first frame is missing")
            }
            guard holder.link.endSequence > sequence else {
                throw JournalError.damaged(at: holder.link.endSequence, "a frame is missing")
            }
            var previous = try link(before: holder.firstSequence, start: start)
            return try read(from: holder.firstSequence, after: &previous, maximumBytes: maximumBytes)
        }
    }

    /// As ``JournalReading/chainValue(at:)``.
    func chainValue(at sequence: UInt64) throws(JournalError) -> UInt32? {
        try connection.snapshot { () throws(JournalError) in
            let start = try boundaries.link(.start)
            guard sequence > start.endSequence else { return sequence == start.endSequence ? start.chain : nil }
            guard let last = try lastPlacedLink(before: sequence)?.link else { return nil }
            return last.endSequence == sequence ? last.chain : nil
        }
    }

    /// Where the first frames end that lie wholly before `sequence`, are at most `maximumBytes`, and are not the last
    /// one; `nil` if there are none. They are checked as if they were read.
    func endOfFrames(before sequence: UInt64, maximumBytes: Int) throws(JournalError) -> FrameLink? {
        try connection.snapshot { () throws(JournalError) in
            let start = try boundaries.link(.start)
            let end = try end().endSequence
            guard start.endSequence < min(sequence, end) else { return nil }
            try checkFirst(start)
            var link = start
            var previous = start
            let frames = try read(from: start.endSequence, after: &previous, maximumBytes: maximumBytes)
            for frame in frames {
                let next = FrameLink(
                    endSequence: frame.endSequence, chain: sealer.seal(frame, after: link.chain).chain)
                guard next.endSequence <= sequence, next.endSequence < end else { break }
                link = next
            }
            return link == start ? nil : link
        }
    }

    private func checkFirst(_ start: FrameLink) throws(JournalError) {
        guard try lastPlacedLink(before: start.endSequence + 1)?.firstSequence == start.endSequence else {
            throw JournalError.damaged(at: start.endSequence, "the first frame is missing")
        }
    }

    /// What the frame that starts at `sequence` must follow.
    private func link(before sequence: UInt64, start: FrameLink) throws(JournalError) -> FrameLink {
        if sequence > start.endSequence, let previous = try lastPlacedLink(before: sequence) { return previous.link }
        return start
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
            throw JournalError.damaged(at: place, "\(fault): the next one starts at record \(row.frame.firstSequence)")
        }
        let seal = sealer.seal(row.frame, after: previous.chain)
        guard seal.crc == row.seal.crc else {
            throw JournalError.damaged(at: place, "the frame does not match its checksum")
        }
        guard seal.chain == row.seal.chain else {
            throw JournalError.damaged(at: place, "the frame is whole, but was not written after the one before it")
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
        else {
            throw JournalError.damaged(
                at: linkBefore.integer(0).flatMap(UInt64.init(exactly:)), "a header is out of range")
        }
        return PlacedLink(firstSequence: first, link: FrameLink(endSequence: first + UInt64(count), chain: chain))
    }
}

/// A link together with where its frame starts.
private struct PlacedLink {
    var firstSequence: UInt64
    var link: FrameLink
}
