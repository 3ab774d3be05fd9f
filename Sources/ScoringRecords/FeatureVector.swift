// The sparse input of the model: hashed indices, most of them with the value one.

/// One feature whose value is not simply one.
public struct ValuedFeature: Hashable, Sendable, BitwiseCopyable {
    /// The feature's index; see `FeatureVector`.
    public var index: UInt32
    /// The value x; finite, |x| ≤ 10⁶.
    public var value: Float

    /// Pairs a slot with a value.
    @inlinable public init(index: UInt32, value: Float) {
        self.index = index
        self.value = value
    }
}

/// A sparse vector: indicator features (value 1) and valued features, in extraction order.
///
/// The low bits of an index, as many as the model has, are the feature's slot. The bits above them are a tag, further
/// bits of the same hash: no score depends on them, but two features that share a slot can mostly be told apart by them.
///
/// A slot may occur more than once (a hash collision inside one event): scores add every occurrence, and learning
/// steps once per occurrence in order. Order matters, since Float sums and steps follow it.
public struct FeatureVector: Hashable, Sendable {
    /// Slots whose value is exactly 1: categories, buckets, crosses, missing markers, the bias.
    public var indicators: [UInt32]
    /// Slots with a value of their own.
    public var valued: [ValuedFeature]

    /// A vector of the given features.
    public init(indicators: [UInt32] = [], valued: [ValuedFeature] = []) {
        self.indicators = indicators
        self.valued = valued
    }

    /// How many features there are, duplicates counted.
    @inlinable public var count: Int { indicators.count + valued.count }

    /// Empties both lists and keeps their storage.
    @inlinable public mutating func removeAll() {
        indicators.removeAll(keepingCapacity: true)
        valued.removeAll(keepingCapacity: true)
    }
}

/// The value of a standardised number before standardisation: what the running mean and variance learn from.
public struct NumberObservation: Hashable, Sendable {
    /// Which of the specification's standardised numbers, counted from 0.
    public var ordinal: UInt16
    /// The transformed value (after `log`, before standardisation); finite, |v| ≤ 10⁶.
    public var value: Float

    /// Pairs a standardised number with its value.
    public init(ordinal: UInt16, value: Float) {
        self.ordinal = ordinal
        self.value = value
    }
}
