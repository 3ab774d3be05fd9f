// What a verification walked over.

/// The sums of a range of a journal in which everything was found in order.
public struct JournalVerification: Equatable, Sendable {
    /// The first record that was checked.
    public internal(set) var startSequence: UInt64

    /// The end of the last frame that was checked.
    public internal(set) var endSequence: UInt64

    /// How many frames were checked.
    public internal(set) var frameCount: UInt64 = 0

    /// The bytes of their payloads together.
    public internal(set) var payloadByteCount: UInt64 = 0

    /// How many records the frames held.
    public var recordCount: UInt64 { endSequence - startSequence }

    /// Nothing yet.
    init(from start: UInt64) {
        startSequence = start
        endSequence = start
    }
}
