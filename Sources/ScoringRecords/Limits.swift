// Every bound of the intake and the joiner in one place, with what happens at it.

/// Bounds on what one message, event or journal may hold.
public enum Limits {
    /// Bytes of one intake message; beyond it the message is refused whole: `message-too-large`.
    public static let messageBytes = 1 << 20
    /// Bytes at which the socket layer drops the connection before the message is read.
    public static let socketMessageBytes = 16 << 20
    /// Bytes of all frames in front of an intake message's payload; beyond it, or with more than 64 frames, the message
    /// is dropped and counted: `message-too-large`. Answers wait with them.
    public static let envelopeBytes = 4_096
    /// Records in one intake message; beyond it the message is refused whole: `batch-too-large`.
    public static let recordsPerMessage = 4_096
    /// Nesting depth of JSON; beyond it the record is refused: `nested-too-deep`.
    public static let jsonDepth = 32
    /// Bytes of one frame's payload; a learner refuses a larger one. Workers close a frame at a quarter of it.
    public static let framePayloadBytes = 16 << 20
    /// Bytes of one piece of a model in the journal; a larger model has more pieces.
    public static let modelPartBytes = 1 << 20
    /// Bytes of a model that can be rolled back to; the fold drops pieces beyond it, and the rollback has no effect.
    public static let modelBytes = 1 << 34
    /// Bytes of one text field; beyond it the record is refused: `text-too-long`.
    public static let textBytes = 4_096
    /// Magnitude of a number after its transform; beyond it the event is refused: `number-out-of-range`.
    public static let numberMagnitude = 1e6
    /// How far ahead of the worker's clock a live event may be dated: `time-too-far-ahead` beyond it.
    public static let timeAhead = TimeSpan.days(1)
    /// The greatest importance weight of a label; beyond it the label is refused: `invalid-weight`.
    public static let labelWeight = 1e6
    /// Fields a configuration may name; beyond it the configuration is refused.
    public static let fields = 1_024
    /// Heads a configuration may name; beyond it the configuration is refused.
    public static let heads = 32
    /// Outputs of all heads together, one per class of a head with classes; beyond it the configuration is refused.
    public static let outputs = 256
    /// Bytes of a slice's value in the journal; a longer one is cut, see ``SliceValue``.
    public static let sliceValueBytes = 128
    /// Fields a monitor may slice by; beyond it the configuration is refused.
    public static let sliceFields = 32
    /// Features one event may have; follows from the configuration's own bounds.
    public static let featuresPerEvent = 4_096
    /// Records in one lock-step message, its directives included; beyond it the message is refused: `batch-too-large`.
    public static let recordsPerBatch = 258
    /// Lock-step messages that wait for a worker's first model; a further one is refused: `directive-refused`.
    public static let waitingBatches = 16
    /// Labels that may wait for one event; a further one has no effect: `orphans-full`.
    public static let orphansPerEvent = 64
    /// Sources whose watermarks are kept at once; a watermark of a further one has no effect: `too-many-sources`.
    public static let sources = 4_096
}
