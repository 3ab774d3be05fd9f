// The served copy of the model: plain numbers, changed only by deltas. Workers score with one; the learner keeps one to
// know what it has published.

public import ScoringRecords

/// A model to score with, at one version. Confined to one thread.
public final class ModelReplica {
    /// The version served; `none` until the first snapshot.
    public private(set) var version = ModelVersion.none
    /// Moments of the standardised numbers at that version.
    public private(set) var moments: [NumberMoments]

    private let table: ServedTable
    private let heads: [HeadReplica]
    private let lentHeads: LentObjects<HeadReplica>
    // Reused from event to event: the raw logits of every output.
    private var logits: [SIMD8<Float>]

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
        table = ServedTable(specification: specification)
        logits = Array(repeating: .zero, count: specification.outputCount)
        let heads = zip(specification.heads, specification.outputRanges).enumerated().map { index, head in
            HeadReplica(index: index, head: head.0, outputs: head.1, optimizer: specification.optimizer)
        }
        self.heads = heads
        lentHeads = LentObjects(heads)
    }

    /// The scores of all outputs, head after head.
    ///
    /// The weights of all heads are fetched at once. Sums are those of the learner's table, in its order: the sum is part of
    /// what a replay reproduces.
    public func score(_ features: borrowing FeatureVector, into scores: inout [OutputScore]) {
        scores.removeAll(keepingCapacity: true)
        // Taken out of this object for the calls, as `lentHeads` does with heads.
        var sums: [SIMD8<Float>] = []
        swap(&sums, &logits)
        table.sum(features, into: &sums)
        for head in heads.indices { lentHeads.lend(head) { $0.appendScores(of: sums, to: &scores) } }
        swap(&sums, &logits)
    }

    /// Asks for the memory that scoring `features` will read. A hint without effect on any result.
    ///
    /// Worth a call for a later event of a batch before `score` of this one, once the table is larger than the cache.
    public func prefetch(_ features: borrowing FeatureVector) { table.prefetch(features) }

    /// Whether the model tells standard errors.
    public var servesStandardErrors: Bool { table.servesVariances }

    /// How uncertain each output's raw logit is, in nats: one standard deviation; `nil` where the model does not tell.
    ///
    /// `EKFTable`: the square root of the posterior variance. FTRL-Proximal: √(½ Σ xᵢ² ηᵢ), as
    /// `FTRLTable.logitStandardError`. Portfolio, where lane j with weight u_j says z_j ± s_j: the standard deviation of
    /// that mixture, Σ u_j (s_j² + (z_j − z̄)²).
    public func standardErrors(_ features: FeatureVector) -> [Float?] {
        guard table.servesVariances else { return Array(repeating: nil, count: logits.count) }
        table.sum(features, into: &logits)
        return heads.flatMap { head in
            head.outputs.map { output in
                head.standardError(of: logits[output], variances: table.variances(features, output: output))
            }
        }
    }

    /// How many features of the vector no head has ever learned from.
    public func unseenCount(_ features: borrowing FeatureVector) -> Int { table.unseenCount(features) }

    // MARK: Changing

    /// Applies a delta whose base is this version, or a snapshot to whatever is here.
    public func apply(_ delta: ModelDelta) -> Application {
        let isSnapshot = delta.base == .none
        guard isSnapshot || delta.base == version else { return .gap }
        guard delta.heads.count == heads.count, delta.moments.count == moments.count else { return .mismatch }
        if isSnapshot { clear() }
        guard take(delta.weights, heads: delta.heads) else {
            clear()
            return .mismatch
        }
        moments = delta.moments
        guard checksum == delta.checksum else {
            clear()
            return .mismatch
        }
        version = delta.version
        return .applied
    }

    private func take(_ weights: [WeightChange], heads servings: [HeadServing]) -> Bool {
        for (head, serving) in zip(heads, servings) {
            guard head.take(serving) else { return false }
        }
        return table.take(weights)
    }

    /// Takes changes that the publisher computed from this very replica.
    func take(
        _ weights: [WeightChange], heads servings: [HeadServing], moments: [NumberMoments], version: ModelVersion
    ) {
        let isTaken = take(weights, heads: servings)
        precondition(isTaken, "the publisher's changes fit its own replica")
        self.moments = moments
        self.version = version
    }

    private func clear() {
        table.clear()
        for head in heads { head.clear() }
        for index in moments.indices { moments[index] = NumberMoments() }
        version = .none
    }

    /// A 64-bit sum over all that is served, kept up to date at the cost of the change.
    public var checksum: UInt64 {
        var sum = heads.reduce(table.checksum) { $0 &+ $1.checksum }
        for (ordinal, moment) in moments.enumerated() {
            let mean = FeatureHash.combine(UInt64(ordinal), moment.mean.bitPattern)
            let spread = FeatureHash.combine(moment.count, moment.squaredDeviations.bitPattern)
            sum = sum &+ FeatureHash.combine(mean, spread)
        }
        return sum
    }

    // MARK: Publishing

    /// One number of the table, for the publisher.
    func number(at index: UInt32) -> Float { table.number(at: index) }

    /// Every number that is not zero, and the serving states, as a delta from nothing.
    public func snapshot() -> ModelDelta {
        ModelDelta(
            base: .none, version: version, weights: table.nonZero, heads: heads.map(\.serving), moments: moments,
            checksum: checksum)
    }
}
