// The canonical stream as a learner sees it, hashed before the clock starts.

import OnlineLearning
public import ScoringRecords
import StreamSimulation

/// Where the slots of events lie.
public enum SlotDistribution: String, CaseIterable, Sendable {
    /// As the canonical stream's values fall: few slots are hot, most are seen once.
    case zipf
    /// Every feature in a slot of its own choice: the worst case for a cache.
    case uniform
}

/// Events as features and labels.
public struct KernelWorkload: Sendable {
    /// The features: categories as indicators, numbers as valued features.
    public let vectors: [FeatureVector]
    /// The labels, 0 or 1.
    public let labels: [Float]

    // Apart from the stream's own family.
    private static let domain: UInt64 = 1_001

    /// The first `events` events of the stream of `seed`.
    public init(seed: UInt64, events: Int, shape: EventShape, distribution: SlotDistribution) {
        let stream = CanonicalStream(seed: seed, shape: shape)
        var vectors: [FeatureVector] = []
        var labels: [Float] = []
        for number in 0..<events {
            let event = stream.event(number)
            var random = RandomStream(seed: seed, domain: KernelWorkload.domain, index: UInt64(number))
            func index(_ field: Int, _ rank: UInt32) -> UInt32 {
                switch distribution {
                case .zipf: UInt32(truncatingIfNeeded: FeatureHash.combine(UInt64(field), UInt64(rank)))
                case .uniform: UInt32(truncatingIfNeeded: random.next())
                }
            }
            vectors.append(
                FeatureVector(
                    indicators: event.ranks.enumerated().map { index(shape.numbers + $0, $1) },
                    valued: event.numbers.enumerated().map { ValuedFeature(index: index($0, 0), value: $1) }))
            labels.append(event.isPositive ? 1 : 0)
        }
        self.vectors = vectors
        self.labels = labels
    }
}
