// How far one writer has come, as a value to list.

/// The last frame that a journal holds of one writer.
public struct WriterPosition: Equatable, Sendable {
    /// The writer's identity.
    public var writer: UInt64

    /// The `writerSequence` of its last frame. A resent frame with this number or a lower one is already in the
    /// journal.
    public var lastSequence: UInt64

    /// A position of these parts.
    public init(writer: UInt64, lastSequence: UInt64) {
        self.writer = writer
        self.lastSequence = lastSequence
    }
}
