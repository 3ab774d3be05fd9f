// The two scales a score lives on. Neither type can hold a value that a later stage would have to check again.

/// A log-odds in nats, finite, in [−10,000, 10,000].
///
/// Stored as `Float`, which is also what the journal stores: the number that was served is the number that is monitored.
public struct Logit: Hashable, Comparable, Sendable {
    /// The log-odds; finite and within ±`Logit.bound`.
    public let value: Float

    /// The magnitude at which logits are clamped (STATISTICS §1: the domain on which every loss stays finite).
    public static let bound: Float = 10_000

    /// Clamps `value` to the domain; a NaN traps, because only a broken program computes one from finite weights.
    @inlinable public init(clamping value: Float) {
        precondition(!value.isNaN, "a logit computed from finite weights and values cannot be NaN")
        self.value = min(max(value, -Logit.bound), Logit.bound)
    }

    /// By value.
    @inlinable public static func < (left: Logit, right: Logit) -> Bool { left.value < right.value }
}

/// A probability strictly between 0 and 1: never 0, never 1, never NaN.
public struct Probability: Hashable, Comparable, Sendable {
    /// The probability, in (0, 1).
    public let value: Double

    /// The least probability served, 2⁻¹⁰²²: the least normal `Double`.
    public static let least = Probability(unchecked: Double.leastNormalMagnitude)
    /// The greatest probability served, 1 − 2⁻⁵³: the `Double` just below one.
    public static let greatest = Probability(unchecked: 1 - Double.ulpOfOne / 2)

    private init(unchecked value: Double) { self.value = value }

    /// `nil` unless `value` lies strictly between 0 and 1.
    public init?(_ value: Double) {
        guard value > 0, value < 1 else { return nil }
        self.value = value
    }

    /// The nearest representable probability; a NaN traps.
    public init(clamping value: Double) {
        precondition(!value.isNaN, "a probability cannot be NaN")
        self.value = min(max(value, Probability.least.value), Probability.greatest.value)
    }

    /// By value.
    public static func < (left: Probability, right: Probability) -> Bool { left.value < right.value }
}
