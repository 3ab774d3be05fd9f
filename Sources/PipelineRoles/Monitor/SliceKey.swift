// What the monitor slices by: a field, or a pair of fields.

import OnlineLearning
public import ScoringRecords

/// One or two fields whose values make a slice.
public struct SliceKey: Hashable, Sendable {
    /// One name, or two in the order of the configuration.
    public let fields: [String]
    /// What stands between the names and the values of a pair.
    public static let joint = " × "

    private let hashes: [UInt32]

    /// A key; `nil` unless it has one field or two different ones.
    public init?(fields: [String]) {
        guard (1...2).contains(fields.count), Set(fields).count == fields.count else { return nil }
        self.fields = fields
        hashes = fields.map(SliceKey.hash)
    }

    /// The name that findings have: `country`, `country × device`.
    public var name: String { fields.joined(separator: SliceKey.joint) }

    /// The low 32 bits of the hash of a field's name: what a value in the journal says of itself.
    public static func hash(_ field: String) -> UInt32 { UInt32(truncatingIfNeeded: FeatureHash.hash(field)) }

    /// The slice that an event is in; `nil` where a field has no value. Of two values of one field the first counts.
    public func value(in values: [SliceValue]) -> String? {
        guard let first = values.first(where: { $0.field == hashes[0] }) else { return nil }
        guard hashes.count == 2 else { return first.text }
        guard let second = values.first(where: { $0.field == hashes[1] }) else { return nil }
        return first.text + SliceKey.joint + second.text
    }
}
