// The model as the roles use it: a learner takes examples, a worker scores with a replica.

import OnlineLearning
import ScoringRecords

struct ModelCases {
    private let specification: Specification
    private let vectors: [FeatureVector]
    private let examples: [TrainingExample]

    init(_ workload: KernelWorkload, _ optimizer: OptimizerChoice, bits: Int) throws {
        let head = HeadSpecification(
            name: "click", loss: .bce, baseRate: Probability(clamping: 0.05), window: .zero, missingLabel: .negative)
        specification = Specification(
            idField: "id", timeField: nil, features: [], heads: [head], bits: bits, optimizer: optimizer,
            grace: .zero, maximumPending: 1)
        vectors = workload.vectors
        let ids = workload.vectors.indices.compactMap { EventID("event-\($0)") }
        examples = zip(ids, zip(workload.vectors, workload.labels)).map { id, event in
            TrainingExample(
                head: 0, id: id, features: event.0, outcome: .observed(value: event.1, weight: 1))
        }
    }

    /// Learns round after round; hashes the scores that a replica gives after the first.
    func learn(seconds: Double) throws -> (RoundTiming, UInt64) {
        let model = OnlineModel(specification: specification)
        learnAll(model)
        let hash = hash(of: replica(of: model))
        let timing = RoundTiming.measure(seconds: seconds, events: examples.count) { learnAll(model) }
        return (timing, hash)
    }

    /// Scores with the replica of a model that has learned one round; hashes the scores.
    func serve(seconds: Double) throws -> (RoundTiming, UInt64) {
        let replica = trainedReplica()
        let hash = hash(of: replica)
        var scores: [OutputScore] = []
        let timing = RoundTiming.measure(seconds: seconds, events: vectors.count) {
            for features in vectors { replica.score(features, into: &scores) }
        }
        return (timing, hash)
    }

    private func learnAll(_ model: OnlineModel) {
        for example in examples { model.learn(example) }
    }

    // Of learner, publisher and replica only the replica outlives this.
    private func trainedReplica() -> ModelReplica {
        let model = OnlineModel(specification: specification)
        learnAll(model)
        return replica(of: model)
    }

    private func replica(of model: OnlineModel) -> ModelReplica {
        ModelPublisher(model: model, epoch: 1, records: UInt64(examples.count)).published
    }

    private func hash(of replica: ModelReplica) -> UInt64 {
        var hash = ResultHash()
        var scores: [OutputScore] = []
        for features in vectors {
            replica.score(features, into: &scores)
            for score in scores { hash.add(score.served.value) }
        }
        return hash.value
    }
}
