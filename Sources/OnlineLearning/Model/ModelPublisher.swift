// The learner's side of the replicas: what has been published, and the difference to what has been learned since.

public import ScoringRecords

/// Turns a model's changes into deltas. Confined to the learner's thread.
public final class ModelPublisher {
    /// What every up-to-date replica holds.
    public let published: ModelReplica

    private let model: OnlineModel
    private let epoch: UInt32
    private var changed: [UInt32] = []

    /// A publisher of `model` as of `records` folded records; the first delta is a snapshot of all of it.
    public init(model: OnlineModel, epoch: UInt32, records: UInt64) {
        precondition(epoch > 0, "epoch 0 means that no model has come")
        self.model = model
        self.epoch = epoch
        published = ModelReplica(specification: model.specification)
        // A restored model has no list of changes: everything non-zero has changed since nothing was published.
        var weights: [[WeightChange]] = []
        for table in model.tables {
            table.takeChangedSlots(into: &changed)
            var changes: [WeightChange] = []
            table.forEachTouchedSlot { index, _ in
                let weight = table.weight(at: index)
                if weight != 0 { changes.append(WeightChange(index: index, weight: weight)) }
            }
            weights.append(changes)
        }
        publish(weights, from: .none, to: ModelVersion(epoch: epoch, records: records))
    }

    /// The delta from what was published last to the model as it is now; it counts as published from here on.
    public func delta(records: UInt64) -> ModelDelta {
        var weights: [[WeightChange]] = []
        for (head, table) in model.tables.enumerated() {
            table.takeChangedSlots(into: &changed)
            var changes: [WeightChange] = []
            for index in changed {
                let weight = table.weight(at: index)
                if weight != published.weight(head: head, index: index) {
                    changes.append(WeightChange(index: index, weight: weight))
                }
            }
            weights.append(changes)
        }
        return publish(weights, from: published.version, to: ModelVersion(epoch: epoch, records: records))
    }

    @discardableResult
    private func publish(
        _ weights: [[WeightChange]], from base: ModelVersion, to version: ModelVersion
    ) -> ModelDelta {
        published.take(weights, moments: model.moments, version: version)
        return ModelDelta(
            base: base, version: version, weights: weights, moments: model.moments, checksum: published.checksum)
    }
}
