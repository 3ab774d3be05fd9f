// A fingerprint of a benchmark's results, so that a faster program that computes something else is noticed.

import OnlineLearning

/// A running hash of numbers in order. Equal sequences of bits give equal hashes on every machine.
public struct ResultHash: Hashable, Sendable {
    /// The hash so far.
    public private(set) var value: UInt64 = 0

    /// The hash of nothing.
    public init() {}

    /// Takes in 64 bits.
    @inline(__always)
    public mutating func add(_ bits: UInt64) { value = FeatureHash.combine(value, bits) }

    /// Takes in a number, bit by bit.
    @inline(__always)
    public mutating func add(_ number: Float) { add(UInt64(number.bitPattern)) }

    /// Takes in a number, bit by bit.
    @inline(__always)
    public mutating func add(_ number: Double) { add(number.bitPattern) }
}
