// What workers, learner and monitors say to each other. One message is one ZeroMQ frame; Docs/PROTOCOL.md gives the
// layout. A scoring client never sees these.

import ByteCoding
public import ScoringRecords

/// A frame of records on its way from a worker to the journal.
public struct AppendFrame: Hashable, Sendable {
    /// The writer's number, fresh for every process start.
    public var writer: UInt64
    /// The frame's number within its writer, from 1 without gaps.
    public var writerSequence: UInt64
    /// The share of a lock-step batch it carries, in a replay.
    public var batch: BatchDirective?
    /// How many records the payload holds.
    public var recordCount: UInt32
    /// The records, as `RecordCoding` writes them.
    public var payload: [UInt8]

    /// A frame by its parts.
    public init(
        writer: UInt64, writerSequence: UInt64, batch: BatchDirective?, recordCount: UInt32, payload: [UInt8]
    ) {
        self.writer = writer
        self.writerSequence = writerSequence
        self.batch = batch
        self.recordCount = recordCount
        self.payload = payload
    }
}

/// A stored frame on its way from the journal to a monitor.
public struct TailFrame: Hashable, Sendable {
    /// The sequence number of its first record.
    public var firstSequence: UInt64
    /// How many records the payload holds.
    public var recordCount: UInt32
    /// The records, as `RecordCoding` writes them.
    public var payload: [UInt8]

    /// A frame by its parts.
    public init(firstSequence: UInt64, recordCount: UInt32, payload: [UInt8]) {
        self.firstSequence = firstSequence
        self.recordCount = recordCount
        self.payload = payload
    }
}

/// Who a worker is, and what it was told so far.
public struct WorkerHello: Hashable, Sendable {
    /// The writer's number, fresh for every process start.
    public var writer: UInt64
    /// The SHA-256 of the specification it runs under.
    public var specification: [UInt8]
    /// Its frames are acknowledged up to this one; 0 for none.
    public var durable: UInt64
    /// The last of these that holds a record, and so must be in the journal; 0 for none.
    public var recorded: UInt64

    /// A hello by its parts.
    public init(writer: UInt64, specification: [UInt8], durable: UInt64 = 0, recorded: UInt64 = 0) {
        self.writer = writer
        self.specification = specification
        self.durable = durable
        self.recorded = recorded
    }
}

/// A message between pipeline roles.
public enum PipelineMessage: Hashable, Sendable {
    /// Worker → learner, once a second and at start.
    case hello(WorkerHello)
    /// Learner → worker: this is my epoch; your frames are accepted up to here and durable up to there.
    case welcome(epoch: UInt32, accepted: UInt64, durable: UInt64, version: ModelVersion)
    /// Learner → worker: I will not take your frames, and why.
    case refused(PipelineRefusal, reason: String)
    /// Worker → learner: journal these records.
    case append(AppendFrame)
    /// Learner → worker: your frames are durable up to this one.
    case ack(durable: UInt64)
    /// Learner → worker: the lock-step batch is folded into this version.
    case folded(batch: UInt64, version: ModelVersion)
    /// Worker → learner: send me the whole model.
    case snapshotRequest
    /// Learner → worker and → everyone: a change of the model, or all of it when its base is `none`.
    case delta(ModelDelta)
    /// Operator → learner: freeze or thaw learning.
    case control(LearningControl)
    /// Learner → operator: the command is durable, as this record of the journal.
    case controlled(LearningControl, sequence: UInt64)
    /// Operator → learner: let the model be that of your checkpoint after so many records.
    case rollback(to: UInt64)
    /// Learner → operator: the rollback is durable, as this record of the journal.
    case rolledBack(to: UInt64, sequence: UInt64)
    /// Monitor → learner's journal tail: send frames from this sequence number on.
    case fetch(from: UInt64, maximumBytes: UInt32)
    /// Journal tail → monitor: frames, and the sequence number after the last durable record.
    case frames(end: UInt64, frames: [TailFrame])
}
