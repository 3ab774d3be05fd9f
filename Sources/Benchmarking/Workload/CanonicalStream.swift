// The workload that every benchmark shares: click-like events whose label depends on their fields.

import ElementaryMath
import OnlineLearning
import StreamSimulation

/// How many numbers and categories an event has.
public struct EventShape: Hashable, Sendable {
    /// Numbers per event.
    public var numbers: Int
    /// Categories per event.
    public var categories: Int

    /// The canonical shape: 13 numbers, 26 categories.
    public static let canonical = EventShape(numbers: 13, categories: 26)

    /// A shape by its parts; at least one category.
    public init(numbers: Int, categories: Int) {
        precondition(numbers >= 0 && categories > 0, "an event has a category")
        self.numbers = numbers
        self.categories = categories
    }

    /// A third numbers, the rest categories, as in the canonical shape: `fields` ≥ 1 in all.
    public init(fields: Int) {
        self.init(numbers: fields / 3, categories: fields - fields / 3)
    }

    /// Fields per event.
    public var fields: Int { numbers + categories }
}

/// One event of the canonical stream.
public struct CanonicalEvent: Hashable, Sendable {
    /// The values of the numbers, standard normal.
    public var numbers: [Float]
    /// The rank of each category's value, 0 the most frequent.
    public var ranks: [UInt32]
    /// Whether the event is a positive.
    public var isPositive: Bool
}

/// A seeded stream of events: the same ones on every machine, each by its number.
///
/// Category c has from 4 to 10⁷ values, spread geometrically over the categories. The rank of a value is ⌊(N + 1)ᵘ⌋ − 1
/// with u uniform, so that its probability is ln(1 + 1/(k + 1)) / ln(N + 1): Zipf's law with exponent 1. A few percent are
/// positives; every value has an effect of its own on the log odds.
public struct CanonicalStream: Sendable {
    /// What an event consists of.
    public let shape: EventShape
    /// What the stream is drawn from.
    public let seed: UInt64

    // ln(N + 1) of each category.
    private let logSpans: [Double]

    // Apart from the families of the simulators.
    private static let domain: UInt64 = 1_000
    private static let (leastValues, mostValues) = (4.0, 1e7)
    private static let intercept = -3.0
    /// The effects of all fields together have about this standard deviation.
    private static let spread = 1.0
    // A uniform number on an interval of this length has variance 1.
    private static let rootOfTwelve = 12.0.squareRoot()

    /// The stream of `seed`.
    public init(seed: UInt64, shape: EventShape = .canonical) {
        self.seed = seed
        self.shape = shape
        let (least, most) = (log(CanonicalStream.leastValues), log(CanonicalStream.mostValues))
        logSpans = (0..<shape.categories).map { category in
            let count = exp(least + (most - least) * Double(category) / Double(max(1, shape.categories - 1)))
            return log(count.rounded() + 1)
        }
    }

    /// Event number `index`, from 0.
    public func event(_ index: Int) -> CanonicalEvent {
        var random = RandomStream(seed: seed, domain: CanonicalStream.domain, index: UInt64(index))
        var logit = 0.0
        let numbers = (0..<shape.numbers).map { _ in Float(random.normal()) }
        for (ordinal, number) in numbers.enumerated() {
            logit += effect(UInt64(ordinal), 0) * Double(number)
        }
        let ranks = logSpans.map { UInt32(exp($0 * random.uniform())) - 1 }
        for (ordinal, rank) in ranks.enumerated() {
            logit += effect(UInt64(shape.numbers + ordinal), UInt64(rank))
        }
        let scaled = logit * CanonicalStream.spread / Double(shape.fields).squareRoot()
        let isPositive = random.uniform() < sigmoid(CanonicalStream.intercept + scaled)
        return CanonicalEvent(numbers: numbers, ranks: ranks, isPositive: isPositive)
    }

    /// What a value adds to the log odds before scaling: uniform with variance 1.
    private func effect(_ field: UInt64, _ rank: UInt64) -> Double {
        let hash = FeatureHash.combine(field, rank)
        return (Double(hash >> 11) * 0x1p-53 - 0.5) * CanonicalStream.rootOfTwelve
    }
}
