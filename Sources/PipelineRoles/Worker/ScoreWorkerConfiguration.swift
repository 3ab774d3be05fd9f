// What a worker is told once.

public import OnlineLearning
import ScoringRecords

/// Which clock dates the stream.
public enum StreamClock: Hashable, Sendable {
    /// The worker's wall clock: missing times are stamped, times far ahead refused, a watermark written every second.
    case wall
    /// The stream's own times, moved by a replay's watermarks; nothing is stamped.
    case stream
}

/// What a worker is told once.
public struct ScoreWorkerConfiguration: Sendable {
    /// The model's shape and the intake's schema.
    public var specification: Specification
    /// Its SHA-256.
    public var specificationDigest: [UInt8]
    /// The worker's number, fresh for every process start.
    public var writer: UInt64
    /// Which clock dates the stream.
    public var clock: StreamClock
    /// Bytes of frames and replies that may wait for the commit.
    public var spoolBytes: Int
    /// What happens beyond it.
    public var spoolFull: SpoolPolicy
    /// When an event's reply is given.
    public var acknowledgement: ScoreAcknowledgement
    /// The fields whose values are journalled for the monitor, without repetition; `Limits.sliceFields` at most.
    public var sliceFields: [String]

    /// A configuration by its parts.
    public init(
        specification: Specification, specificationDigest: [UInt8], writer: UInt64, clock: StreamClock,
        spoolBytes: Int = 64 << 20, spoolFull: SpoolPolicy = .refuse, acknowledgement: ScoreAcknowledgement = .scored,
        sliceFields: [String] = []
    ) {
        precondition(sliceFields.count <= Limits.sliceFields, "a monitor slices by a bounded number of fields")
        self.specification = specification
        self.specificationDigest = specificationDigest
        self.writer = writer
        self.clock = clock
        self.spoolBytes = spoolBytes
        self.spoolFull = spoolFull
        self.acknowledgement = acknowledgement
        self.sliceFields = sliceFields
    }
}
