// Which state of the model a score came from.

/// How many journal records the model had folded, within one epoch of the learner.
///
/// The epoch grows at every start of a learner, so a version that was published but never made durable is never taken
/// for one that was. Version 0 means that no model has arrived yet: the base rate is served.
public struct ModelVersion: Hashable, Comparable, Sendable {
    /// Which start of the learner published it; 0 before any model.
    public var epoch: UInt32
    /// Journal records folded into it: the sequence number of the first record it has not seen.
    public var records: UInt64

    /// A version by its parts.
    public init(epoch: UInt32, records: UInt64) {
        self.epoch = epoch
        self.records = records
    }

    /// What a worker serves before a model has come.
    public static let none = ModelVersion(epoch: 0, records: 0)

    /// By epoch, then by records.
    public static func < (left: ModelVersion, right: ModelVersion) -> Bool {
        (left.epoch, left.records) < (right.epoch, right.records)
    }
}
