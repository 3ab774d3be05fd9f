// What is asked about slices: of which fields, how many values, how sure.

public import ScoringRecords

/// Settings of a ``SliceMonitor``.
public struct SliceSettings: Hashable, Sendable {
    /// The names under which fields, and pairs of fields, are reported; the order of values in every call.
    public let fields: [String]
    /// How many values of each field are followed at once.
    public let valuesPerField: Int
    /// α: the expected share of wrong findings among all, at most.
    public let alpha: Double
    /// How long an epoch lasts. Evidence starts anew with each.
    public let epoch: TimeSpan

    /// The most slices followed at once, over all fields.
    public static let sliceLimit = 10_000
    /// The most bytes of a value: two of the longest text fields and what joins them.
    public static let valueBytes = 2 * Limits.textBytes + 16
    /// Expected positives below which a slice is not shown: its ratio would be noise.
    public static let leastPredicted = 5.0

    /// `nil` unless there is a field, no field twice, 1…`sliceLimit` slices in all, α in (0, 1) and a positive epoch.
    public init?(fields: [String], valuesPerField: Int, alpha: Double = 0.05, epoch: TimeSpan) {
        guard !fields.isEmpty, Set(fields).count == fields.count, (1...Self.sliceLimit).contains(valuesPerField),
            fields.count <= Self.sliceLimit / valuesPerField, epoch > .zero, alpha > 0, alpha < 1
        else { return nil }
        self.fields = fields
        self.valuesPerField = valuesPerField
        self.alpha = alpha
        self.epoch = epoch
    }

    /// K: the number of hypotheses, fixed for all epochs whatever turns up.
    public var hypotheses: Int { fields.count * valuesPerField }
}
