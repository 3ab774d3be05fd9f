// The served copy of the model: plain numbers, changed only by deltas. Workers score with one; the learner keeps one to
// know what it has published.

public import ScoringRecords

/// A model to score with, at one version. Confined to one thread.
public final class ModelReplica {
    /// The version served; `none` until the first snapshot.
    public private(set) var version = ModelVersion.none
    /// Moments of the standardised numbers at that version.
    public private(set) var moments: [NumberMoments]

    private let heads: [HeadReplica]

    /// What became of a delta.
    public enum Application: Hashable, Sendable {
        /// The replica is at the delta's version now.
        case applied
        /// The delta's base is not the replica's version: fetch a snapshot.
        case gap
        /// The numbers disagree with the learner's: fetch a snapshot. The replica is empty again.
        case mismatch
    }

    /// An empty replica: every head serves its base rate.
    public init(specification: Specification) {
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        moments = Array(repeating: NumberMoments(), count: extractor.standardizedCount)
        heads = specification.heads.enumerated().map { index, head in
            HeadReplica(index: index, head: head, optimizer: specification.optimizer, bits: specification.bits)
        }
    }

    /// The scores of all heads.
    ///
    /// Sums in `Float`, indicators first, then valued features, in the vector's order: the sum is part of what a replay
    /// reproduces. Out-of-range slots trap: features come from the extractor of the same specification.
    public func score(_ features: FeatureVector, into scores: inout [HeadScore]) {
        scores.removeAll(keepingCapacity: true)
        for head in heads { scores.append(head.score(features)) }
    }

    /// How uncertain each head's raw logit is, in nats: one standard deviation; `nil` where the optimizer cannot tell.
    public func standardErrors(_ features: FeatureVector) -> [Float?] { heads.map { $0.standardError(features) } }

    /// How many features of the vector the first head has never learned from.
    public func unseenCount(_ features: FeatureVector) -> Int { heads[0].unseenCount(features) }

    // MARK: Changing

    /// Applies a delta whose base is this version, or a snapshot to whatever is here.
    public func apply(_ delta: ModelDelta) -> Application {
        let isSnapshot = delta.base == .none
        guard isSnapshot || delta.base == version else { return .gap }
        guard delta.weights.count == heads.count, delta.heads.count == heads.count,
            delta.moments.count == moments.count
        else { return .mismatch }
        if isSnapshot { clear() }
        for (head, (changes, serving)) in zip(heads, zip(delta.weights, delta.heads)) {
            guard head.take(changes, serving: serving) else {
                clear()
                return .mismatch
            }
        }
        moments = delta.moments
        guard checksum == delta.checksum else {
            clear()
            return .mismatch
        }
        version = delta.version
        return .applied
    }

    /// Takes changes that the publisher computed from this very replica.
    func take(
        _ weights: [[WeightChange]], heads servings: [HeadServing], moments: [NumberMoments], version: ModelVersion
    ) {
        for (head, (changes, serving)) in zip(heads, zip(weights, servings)) {
            let isTaken = head.take(changes, serving: serving)
            precondition(isTaken, "the publisher's changes fit its own replica")
        }
        self.moments = moments
        self.version = version
    }

    private func clear() {
        for head in heads { head.clear() }
        for index in moments.indices { moments[index] = NumberMoments() }
        version = .none
    }

    /// A 64-bit sum over all that is served, kept up to date at the cost of the change.
    public var checksum: UInt64 {
        var sum = heads.reduce(0) { $0 &+ $1.checksum }
        for (ordinal, moment) in moments.enumerated() {
            let mean = FeatureHash.combine(UInt64(ordinal), moment.mean.bitPattern)
            let spread = FeatureHash.combine(moment.count, moment.squaredDeviations.bitPattern)
            sum = sum &+ FeatureHash.combine(mean, spread)
        }
        return sum
    }

    // MARK: Publishing

    /// One number of a head's table, for the publisher.
    func number(head: Int, index: UInt32) -> Float { heads[head].number(at: index) }

    /// Every number that is not zero, and the serving states, as a delta from nothing.
    public func snapshot() -> ModelDelta {
        ModelDelta(
            base: .none, version: version, weights: heads.map { $0.nonZero }, heads: heads.map(\.serving),
            moments: moments, checksum: checksum)
    }
}
