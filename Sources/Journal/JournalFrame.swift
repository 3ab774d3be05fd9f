// The unit of the journal: a batch of records that somebody else understands.
//
// The journal sees a payload as bytes and counts its records by what the writer says. What a record is, is none of its
// business: see WireFormat.

/// A batch of records with its place in the total order.
///
/// Records are numbered from 0, without gaps, over the whole journal; a frame holds the records
/// `firstSequence..<endSequence`. Domains are checked where a frame is appended (see ``JournalWriting/append(_:)``), so
/// that one which came over a wire can be held and refused as a value.
public struct JournalFrame: Equatable, Sendable {
    /// The sequence number of the frame's first record.
    public var firstSequence: UInt64

    /// How many records the payload holds, at least 1.
    public var recordCount: UInt32

    /// Who made the frame: an identity drawn afresh each time a writing process starts. Any value.
    public var writer: UInt64

    /// The writer's own number for the frame. It grows with every frame of one writer; gaps are allowed.
    public var writerSequence: UInt64

    /// The records, encoded. At most ``JournalLimits/maximumPayloadBytes``; may be empty.
    public var payload: [UInt8]

    /// A frame of these parts. Nothing is checked here.
    public init(firstSequence: UInt64, recordCount: UInt32, writer: UInt64, writerSequence: UInt64, payload: [UInt8]) {
        self.firstSequence = firstSequence
        self.recordCount = recordCount
        self.writer = writer
        self.writerSequence = writerSequence
        self.payload = payload
    }

    /// The sequence number that the next frame starts at. At the end of the number range it sticks to `UInt64.max`,
    /// which no journal accepts.
    public var endSequence: UInt64 {
        let (end, overflow) = firstSequence.addingReportingOverflow(UInt64(recordCount))
        return overflow ? .max : end
    }
}
