// Everything that happened, in the one order that all folds follow.

/// A point of event time up to which a source has said everything it will say.
public struct Watermark: Hashable, Sendable {
    /// Which source speaks: a worker's or a replay's own number.
    public var source: UInt64
    /// No later record of this source is earlier than this; `distantFuture` ends the source.
    public var time: Timestamp
    /// How many input records the source has sent up to here: where a replay resumes. 0 for live sources.
    public var position: UInt64

    /// A watermark by its parts.
    public init(source: UInt64, time: Timestamp, position: UInt64) {
        self.source = source
        self.time = time
        self.position = position
    }
}

/// Which earlier state the model goes back to.
public struct Rollback: Hashable, Sendable {
    /// Journal records that were folded into that state.
    public var records: UInt64
    /// Bytes of all its pieces together.
    public var byteCount: UInt64

    /// A rollback by its parts.
    public init(records: UInt64, byteCount: UInt64) {
        self.records = records
        self.byteCount = byteCount
    }
}

/// One entry of the journal. Its sequence number is its position; state depends on nothing else.
public enum JournalRecord: Hashable, Sendable {
    /// What follows was recorded under the specification with this SHA-256 (32 bytes); folds start afresh here.
    case specification(digest: [UInt8])
    /// An event was scored.
    case scored(ScoredEvent)
    /// An outcome was reported.
    case label(Label)
    /// An input was refused at intake.
    case rejection(RejectionReason)
    /// Event time has passed a point.
    case watermark(Watermark)
    /// A source stopped speaking without ending its stream: time no longer waits for it, and no window closes by it.
    case sourceLeft(UInt64)
    /// So many inputs were refused, or scored without being recorded, while the worker could not journal them.
    case rejections(RejectionReason, count: UInt64)
    /// An operator froze or thawed learning. Only the learner writes it.
    case control(LearningControl)
    /// A piece of an earlier state, in front of the rollback to it. Only the learner writes it.
    case modelPart([UInt8])
    /// The pieces right before this are complete: the model is that of the earlier state from here on. Only the learner
    /// writes it.
    case rollback(Rollback)
}
