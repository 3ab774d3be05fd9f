// The served copy of the model: plain weights, changed only by deltas. Workers score with one; the learner keeps one to
// know what it has published.

import ElementaryMath
public import ScoringRecords

/// Weights to score with, at one version. Confined to one thread.
public final class ModelReplica {
    /// The version served; `none` until the first snapshot.
    public private(set) var version = ModelVersion.none
    /// Moments of the standardised numbers at that version.
    public private(set) var moments: [NumberMoments]

    private let heads: [Head]
    private let slotCount: Int
    private var weightChecksum: UInt64 = 0

    private struct Head {
        let offset: Float
        let map: CompositeMap
        // 2^bits weights, zeroed at init and freed by the replica's deinit: the replica owns them alone.
        let weights: UnsafeMutablePointer<Float>
    }

    /// What became of a delta.
    public enum Application: Hashable, Sendable {
        /// The replica is at the delta's version now.
        case applied
        /// The delta's base is not the replica's version: fetch a snapshot.
        case gap
        /// The delta has another shape and changed nothing, or the weights disagree with the learner's after it and the
        /// replica is empty again: fetch a snapshot.
        case mismatch
    }

    /// An empty replica: every head serves its base rate.
    public init(specification: Specification) {
        slotCount = 1 << specification.bits
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        moments = Array(repeating: NumberMoments(), count: extractor.standardizedCount)
        heads = specification.heads.map { [slotCount] head in
            let map = CompositeMap(loss: head.loss)
            let weights = UnsafeMutablePointer<Float>.allocate(capacity: slotCount)
            weights.initialize(repeating: 0, count: slotCount)
            return Head(offset: map.initialOffset(baseRate: head.baseRate).value, map: map, weights: weights)
        }
    }

    deinit {
        for head in heads { head.weights.deallocate() }
    }

    // MARK: Scoring

    /// The scores of all heads: offset + Σ wᵢxᵢ, and its calibrated image.
    ///
    /// Sums in `Float`, indicators first, then valued features, in the vector's order: the sum is part of what a replay
    /// reproduces. Out-of-range slots trap: features come from the extractor of the same specification.
    public func score(_ features: FeatureVector, into scores: inout [HeadScore]) {
        scores.removeAll(keepingCapacity: true)
        for head in heads {
            var sum = head.offset
            for index in features.indicators { sum += weight(head, index) }
            for feature in features.valued { sum += weight(head, feature.index) * feature.value }
            let raw = Logit(clamping: sum)
            let served = Logit(clamping: Float(head.map.calibratedLogit(ofRaw: Double(raw.value))))
            scores.append(HeadScore(raw: raw, served: served))
        }
    }

    private func weight(_ head: Head, _ index: UInt32) -> Float {
        precondition(Int(index) < slotCount, "a feature index lies beyond the model's slots")
        return head.weights[Int(index)]
    }

    // MARK: Changing

    /// Applies a delta whose base is this version, or a snapshot to whatever is here.
    public func apply(_ delta: ModelDelta) -> Application {
        let isSnapshot = delta.base == .none
        guard isSnapshot || delta.base == version else { return .gap }
        guard delta.weights.count == heads.count, delta.moments.count == moments.count else { return .mismatch }
        if isSnapshot { clear() }
        for (head, changes) in delta.weights.enumerated() {
            for change in changes {
                guard Int(change.index) < slotCount else {
                    clear()
                    return .mismatch
                }
                set(head: head, index: change.index, to: change.weight)
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
    func take(_ weights: [[WeightChange]], moments: [NumberMoments], version: ModelVersion) {
        for (head, changes) in weights.enumerated() {
            for change in changes { set(head: head, index: change.index, to: change.weight) }
        }
        self.moments = moments
        self.version = version
    }

    private func clear() {
        for head in heads { head.weights.update(repeating: 0, count: slotCount) }
        for index in moments.indices { moments[index] = NumberMoments() }
        weightChecksum = 0
        version = .none
    }

    private func set(head: Int, index: UInt32, to weight: Float) {
        let slot = heads[head].weights + Int(index)
        weightChecksum = weightChecksum &- ModelReplica.digest(head: head, index: index, weight: slot.pointee)
        slot.pointee = weight
        weightChecksum = weightChecksum &+ ModelReplica.digest(head: head, index: index, weight: weight)
    }

    // MARK: Checksum

    /// A 64-bit sum over all non-zero weights and moments, kept up to date at the cost of the change.
    public var checksum: UInt64 {
        var sum = weightChecksum
        for (ordinal, moment) in moments.enumerated() {
            let mean = FeatureHash.combine(UInt64(ordinal), moment.mean.bitPattern)
            let spread = FeatureHash.combine(moment.count, moment.squaredDeviations.bitPattern)
            sum = sum &+ FeatureHash.combine(mean, spread)
        }
        return sum
    }

    // A sum of independent mixes: order does not matter, and a weight can be taken out again.
    private static func digest(head: Int, index: UInt32, weight: Float) -> UInt64 {
        if weight == 0 { return 0 }
        return FeatureHash.combine(UInt64(head) << 32 | UInt64(index), UInt64(weight.bitPattern))
    }

    // MARK: Publishing

    /// The weight of one slot, for the publisher.
    func weight(head: Int, index: UInt32) -> Float { heads[head].weights[Int(index)] }

    /// Every non-zero weight and the moments, as a delta from nothing.
    public func snapshot() -> ModelDelta {
        let weights = heads.map { head in
            (0..<slotCount).compactMap { index -> WeightChange? in
                let weight = head.weights[index]
                return weight == 0 ? nil : WeightChange(index: UInt32(index), weight: weight)
            }
        }
        return ModelDelta(
            base: .none, version: version, weights: weights, moments: moments, checksum: checksum)
    }
}
