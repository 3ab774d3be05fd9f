// What a full verification walked over.

/// The sums of a journal in which everything was found in order.
public struct JournalVerification: Equatable, Sendable {
    /// How many frames the journal held.
    public internal(set) var frameCount: UInt64 = 0

    /// How many records they held: the journal's end.
    public internal(set) var recordCount: UInt64 = 0

    /// The bytes of all payloads together.
    public internal(set) var payloadByteCount: UInt64 = 0

    /// Nothing yet.
    init() {}
}
