// What became of labels, as far as the joiner's rejections do not say it.

/// Counts of labels that had an effect.
public struct LabelCounts: Hashable, Sendable {
    /// First labels of an event and head that were taken.
    public internal(set) var joined: UInt64 = 0
    /// Labels that replaced an earlier one of another value.
    public internal(set) var reversed: UInt64 = 0
    /// Labels that had waited for their event and met it, whatever became of them then.
    public internal(set) var early: UInt64 = 0
}
