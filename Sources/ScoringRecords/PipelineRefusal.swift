// Why a learner refuses a worker. Docs/PROTOCOL.md says what each means and what to do.

/// Why a learner will not go on with a worker.
public enum PipelineRefusal: UInt8, CaseIterable, Hashable, Sendable {
    /// The worker runs under another specification.
    case otherConfiguration = 1
    /// The journal lacks frames that the worker was told are durable.
    case journalTailLost = 2
    /// A frame does not decode, or holds a record that does not fit the specification.
    case unusableFrame = 3
    /// Two workers cut one lock-step batch differently.
    case batchConflict = 4
    /// More lock-step batches are incomplete than a learner keeps.
    case tooManyBatches = 5
    /// A monitor asked for records that retention has removed.
    case recordsRemoved = 6
    /// There is no readable checkpoint of the learner's specification at the record that a rollback names.
    case checkpointUnusable = 7
    /// A monitor asked for records that are not what was written.
    case journalDamaged = 8

    /// The code used in messages and documentation.
    public var code: String {
        switch self {
        case .otherConfiguration: "other-configuration"
        case .journalTailLost: "journal-tail-lost"
        case .unusableFrame: "unusable-frame"
        case .batchConflict: "batch-conflict"
        case .tooManyBatches: "too-many-batches"
        case .recordsRemoved: "records-removed"
        case .checkpointUnusable: "checkpoint-unusable"
        case .journalDamaged: "journal-damaged"
        }
    }
}
