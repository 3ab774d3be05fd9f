// The learner's side of the replicas: what has been published, and the difference to what has been learned since.

public import ScoringRecords

/// Turns a model's changes into deltas. Confined to the learner's thread.
public final class ModelPublisher {
    /// What every up-to-date replica holds.
    public let published: ModelReplica

    private let model: OnlineModel
    private let epoch: UInt32
    // Numbers per slot: of all outputs.
    private let stride: Int
    private var changed: [UInt32] = []

    /// A publisher of `model` as of `records` folded records.
    public init(model: OnlineModel, epoch: UInt32, records: UInt64) {
        precondition(epoch > 0, "epoch 0 means that no model has come")
        self.model = model
        self.epoch = epoch
        let specification = model.specification
        stride =
            specification.outputCount
            * specification.optimizer.servedNumbers(standardErrors: specification.standardErrors)
        published = ModelReplica(specification: specification)
        // Restoring a slot counts as a change, so this is everything that a restored model holds.
        publish(from: .none, to: ModelVersion(epoch: epoch, records: records))
    }

    /// The delta from what was published last to the model as it is now; it counts as published from here on.
    public func delta(records: UInt64) -> ModelDelta {
        publish(from: published.version, to: ModelVersion(epoch: epoch, records: records))
    }

    @discardableResult
    private func publish(from base: ModelVersion, to version: ModelVersion) -> ModelDelta {
        let weights = changes()
        let heads = model.heads.map(\.serving)
        published.take(weights, heads: heads, moments: model.moments, version: version)
        return ModelDelta(
            base: base, version: version, weights: weights, heads: heads, moments: model.moments,
            checksum: published.checksum)
    }

    private func changes() -> [WeightChange] {
        // Asked for once: each is a look into an object, and there may be a million changes.
        let (table, published) = (model.table, published)
        let standardErrors = model.specification.standardErrors
        let outputs = model.specification.outputCount
        table.takeChangedSlots(into: &changed)
        var changes: [WeightChange] = []
        var slotNumbers: [Float] = []
        for slot in changed {
            slotNumbers.removeAll(keepingCapacity: true)
            for output in 0..<outputs {
                table.appendServed(at: slot, output: output, standardErrors: standardErrors, to: &slotNumbers)
            }
            var index = slot * UInt32(stride)
            for number in slotNumbers {
                if number != published.number(at: index) { changes.append(WeightChange(index: index, weight: number)) }
                index &+= 1
            }
        }
        return changes
    }
}
