// One row of the `frame` table as a value, or the reason why it cannot be one.

/// A stored frame with the checksums stored beside it, which nobody has compared yet.
struct FrameRow {
    let frame: JournalFrame
    let seal: FrameSeal

    static let payloadColumn: Int32 = 6

    /// Takes the current row of a statement that selects all columns in the table's order.
    ///
    /// - Parameter expected: the sequence number to blame if a column is not in its domain.
    init(_ row: SQLiteStatement, expecting expected: UInt64) throws(JournalError) {
        guard let first = row.integer(0).flatMap(UInt64.init(exactly:)),
            let recordCount = row.integer(1).flatMap(UInt32.init(exactly:)), recordCount >= 1,
            first + UInt64(recordCount) <= JournalLimits.maximumEndSequence,
            let writer = row.integer(2),
            let writerSequence = row.integer(3),
            let crc = row.integer(4).flatMap(UInt32.init(exactly:)),
            let chain = row.integer(5).flatMap(UInt32.init(exactly:))
        else { throw .damaged(at: expected, "a header is out of range") }
        guard let byteCount = row.blobByteCount(Self.payloadColumn), byteCount <= JournalLimits.maximumPayloadBytes,
            let payload = row.blob(Self.payloadColumn)
        else { throw .damaged(at: expected, "the payload is not bytes within the limit") }
        frame = JournalFrame(
            firstSequence: first, recordCount: recordCount, writer: UInt64(bitPattern: writer),
            writerSequence: UInt64(bitPattern: writerSequence), payload: payload)
        seal = FrameSeal(crc: crc, chain: chain)
    }
}
