// What a deployment may ask for: how fields become features.

/// How a number is bent before it is used.
public enum NumberTransform: UInt8, Hashable, Sendable {
    /// As it is.
    case raw = 0
    /// sign(v) · ln(1 + |v|): a logarithm that takes zero and negative numbers.
    case log = 1
}

/// How a number is cut into buckets.
public enum BucketScale: Hashable, Sendable {
    /// Buckets of equal width: ⌊v / width⌋. The width is finite and > 0.
    case width(Double)
    /// Four buckets per doubling of 1 + |v|: b = ⌊4 · log₂(1 + |v|)⌋, and −1 − b for a negative v, so that the buckets
    /// next to zero differ by sign.
    case logarithmic
    /// The count of edges ≤ v. Edges are finite and ascending, 1 to 256 of them.
    case edges([Double])
}

/// One line of the feature specification.
public enum FeatureDefinition: Hashable, Sendable {
    /// A categorical field: one indicator per distinct value, and one for "missing".
    case hash(field: String)
    /// A numeric field: one valued feature, and an indicator for "missing".
    case number(field: String, transform: NumberTransform, standardized: Bool)
    /// A numeric field cut into indicators, and an indicator for "missing".
    case bucket(field: String, scale: BucketScale)
    /// The combination of two or three categorical values: one indicator per distinct tuple.
    case cross(fields: [String])

    /// The fields the definition reads, in order.
    public var fields: [String] {
        switch self {
        case .hash(let field), .number(let field, _, _), .bucket(let field, _): [field]
        case .cross(let fields): fields
        }
    }

    /// Whether its fields must be numbers.
    public var readsNumbers: Bool {
        switch self {
        case .hash, .cross: false
        case .number, .bucket: true
        }
    }
}
