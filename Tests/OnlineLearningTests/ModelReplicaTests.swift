// How a model travels: deltas that apply to their base and to nothing else, snapshots, and the checksum that both sides
// assert.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

@Suite("Replicas of a model")
struct ModelReplicaTests {
    private struct Pair {
        let model: OnlineModel
        let publisher: ModelPublisher
        let replica: ModelReplica
        var random: NumericTestGenerator
        var records: UInt64 = 0

        init(_ name: String, l1: Double = 0, optimizer: OptimizerChoice? = nil) throws {
            model = OnlineModel(specification: try SmallModel.specification(l1: l1, optimizer: optimizer))
            publisher = ModelPublisher(model: model, epoch: 3, records: 0)
            replica = ModelReplica(specification: model.specification)
            random = NumericTestGenerator(for: name)
        }

        mutating func learn(_ events: Int) -> ModelDelta {
            SmallModel.train(model, events: events, &random)
            records += UInt64(events)
            return publisher.delta(records: records)
        }
    }

    private func scores(_ replica: ModelReplica, _ features: FeatureVector) -> [OutputScore] {
        var scores: [OutputScore] = []
        replica.score(features, into: &scores)
        return scores
    }

    /// Equal in everything a replica can be asked.
    private func expectEqual(_ left: ModelReplica, _ right: ModelReplica) {
        #expect(left.snapshot() == right.snapshot())
        #expect(left.moments == right.moments)
    }

    @Test("before any model a replica serves the base rate of every head")
    func empty() throws {
        let loss = try BinaryLoss.focal(gamma: 2, alpha: 0.25)
        let replica = ModelReplica(specification: try SmallModel.specification(loss: loss))
        #expect(replica.version == .none)
        let served = scores(replica, FeatureVector(indicators: [1, 2])).map(\.served.value)
        #expect(served.count == 2)
        // logit 0.05 = ln(1/19), through the loss and back; the Float of the raw logit costs 4 · 2⁻²⁴ · slope.
        for logit in served { #expect(abs(logit + 2.944_439) < 2e-6) }
    }

    @Test("a chain of deltas gives the model, and a snapshot gives the same at once", arguments: SmallModel.optimizers)
    func chain(optimizer: OptimizerChoice) throws {
        var pair = try Pair("chain", optimizer: optimizer)
        #expect(pair.replica.apply(pair.publisher.published.snapshot()) == .applied)
        for round in 1...20 {
            let delta = pair.learn(round == 15 ? 2_000 : round % 5)
            #expect(pair.replica.apply(delta) == .applied)
            #expect(pair.replica.version == ModelVersion(epoch: 3, records: pair.records))
            expectEqual(pair.replica, pair.publisher.published)
        }
        let late = ModelReplica(specification: pair.model.specification)
        #expect(late.apply(pair.publisher.published.snapshot()) == .applied)
        expectEqual(late, pair.replica)
        #expect(late.checksum == pair.replica.checksum)
    }

    @Test("a replica's score is the table's own logit, bit for bit", arguments: [0.0, 2])
    func scoresAgree(l1: Double) throws {
        let parameters = try FTRLParameters(alpha: 0.3, l1: l1)
        try expectAgreement(.ftrl(parameters)) { map, offset in
            let table = FTRLTable(bits: 8, parameters: parameters, offsets: [offset])
            return Oracle(
                score: { OutputScore(single: table.logit(of: $0), map) },
                learn: { features, gradient, _ in table.learn(features) { gradient(Double($0.value)) } })
        }
    }

    @Test("a Kalman replica's score is the filter's own, bit for bit, and its error is to rounding")
    func kalmanScoresAgree() throws {
        let parameters = try EKFParameters(priorVariance: 0.3, forgetting: 1e-3)
        try expectAgreement(.ekf(parameters)) { map, offset in
            let table = EKFTable(bits: 8, parameters: parameters, offsets: [offset])
            return Oracle(
                score: { OutputScore(single: table.logit(of: $0), map) },
                learn: { features, gradient, label in
                    table.learn(features) { logit in
                        let z = Double(logit.value)
                        return (gradient(z), map.loss.safeCurvature(logit: z, label: label, weight: 1))
                    }
                },
                variance: { table.score(of: $0).variance })
        }
    }

    @Test("a portfolio replica's lanes are the table's, bit for bit, and its score is their mixture")
    func portfolioScoresAgree() throws {
        var mixture = PortfolioMixture(halfLife: 50)
        try expectAgreement(.portfolio(.standard, mixtureHalfLife: 50)) { map, offset in
            let table = PortfolioTable(bits: 8, offsets: [offset], parameters: .standard)
            func mapped(_ lanes: SIMD8<Float>) -> SIMD8<Double> {
                SIMD8((0..<8).map { map.calibratedLogit(ofRaw: Double(lanes[$0])) })
            }
            return Oracle(
                score: { features in
                    let lanes = table.logits(of: features, output: 0)
                    let logit = Logit(clamping: Float(mixture.mix(logits: mapped(lanes))))
                    return OutputScore(
                        raw: Logit(clamping: Float(mixture.mix(logits: SIMD8<Double>(lanes)))), mapped: logit,
                        served: logit, lanes: lanes)
                },
                learn: { features, gradient, _ in
                    let lanes = table.logits(of: features, output: 0)
                    table.learn(
                        features, output: 0, gradients: SIMD8((0..<8).map { Float(gradient(Double(lanes[$0]))) }))
                },
                judge: { score, label in
                    let logits = mapped(score.lanes ?? .zero)
                    mixture.update(
                        logLosses: SIMD8(
                            (0..<8).map { label * softplus(-logits[$0]) + (1 - label) * softplus(logits[$0]) }))
                })
        }
    }

    /// The learner's side of one head, from its parts.
    private struct Oracle {
        var score: (FeatureVector) -> OutputScore
        var learn: (FeatureVector, (Double) -> Double, Double) -> Void
        var judge: (OutputScore, Double) -> Void = { _, _ in }
        var variance: (FeatureVector) -> Float? = { _ in nil }
    }

    private func expectAgreement(
        _ optimizer: OptimizerChoice, _ make: (CompositeMap, Logit) -> Oracle
    ) throws {
        var random = NumericTestGenerator(for: "agreement")
        var specification = try SmallModel.specification(
            heads: 1, loss: .focal(gamma: 2, alpha: 0.25), optimizer: optimizer)
        specification.heads[0].recalibrates = false
        let head = specification.heads[0]
        let map = CompositeMap(loss: head.binary.loss)
        let oracle = make(map, map.initialOffset(baseRate: head.binary.baseRate))
        let model = OnlineModel(specification: specification)
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let replica = ModelReplica(specification: specification)
        #expect(replica.apply(publisher.published.snapshot()) == .applied)
        for round in 1...200 {
            let (features, _) = SmallModel.event(bits: 8, &random)
            let score = scores(replica, features)[0]
            #expect(score == oracle.score(features))
            if let variance = oracle.variance(features), let error = replica.standardErrors(features)[0] {
                // Each slot's variance is told as a difference from the prior: some roundings of .3 per feature.
                #expect((error * error - variance).magnitude < 1e-5)
            } else {
                #expect(oracle.variance(features) == nil && replica.standardErrors(features) == [nil])
            }
            let label: Float = Bool.random(using: &random) ? 1 : 0
            let outcome = Outcome.observed(value: label, weight: 1)
            model.learn(TrainingExample(head: 0, id: SmallModel.id(0), features: features, outcome: outcome))
            model.judge(head: 0, scores: [score], outcome: outcome)
            oracle.learn(
                features, { head.binary.loss.gradient(logit: $0, label: Double(label), weight: 1) }, Double(label))
            oracle.judge(score, Double(label))
            #expect(replica.apply(publisher.delta(records: UInt64(round))) == .applied)
        }
    }

    @Test("features never learned from are counted, until they were", arguments: SmallModel.optimizers)
    func unseen(optimizer: OptimizerChoice) throws {
        let model = OnlineModel(specification: try SmallModel.specification(heads: 1, optimizer: optimizer))
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        let seen = FeatureVector(indicators: [1, 2])
        #expect(publisher.published.unseenCount(seen) == 2)
        model.learn(TrainingExample(head: 0, id: SmallModel.id(0), features: seen, outcome: .silentNegative))
        _ = publisher.delta(records: 1)
        #expect(publisher.published.unseenCount(seen) == 0)
        let other = FeatureVector(indicators: [1, 3], valued: [ValuedFeature(index: 4, value: 1)])
        #expect(publisher.published.unseenCount(other) == 2)
    }

    @Test("a delta applies to its base alone; at any other version it is a gap and changes nothing")
    func gaps() throws {
        var pair = try Pair("gaps")
        let replica = pair.replica
        let first = pair.learn(5)
        #expect(replica.apply(first) == .gap)
        #expect(replica.version == .none)
        let snapshot = pair.publisher.published.snapshot()
        let second = pair.learn(5)
        let third = pair.learn(5)
        #expect(replica.apply(snapshot) == .applied)
        #expect(replica.apply(third) == .gap)
        #expect(replica.apply(first) == .gap)
        #expect(replica.snapshot() == snapshot)
        #expect(replica.apply(second) == .applied)
        #expect(replica.apply(second) == .gap)
        #expect(replica.apply(third) == .applied)
        expectEqual(replica, pair.publisher.published)
    }

    @Test("a snapshot replaces whatever is there")
    func snapshotReplaces() throws {
        var one = try Pair("one")
        var other = try Pair("other")
        _ = one.learn(30)
        _ = other.learn(30)
        #expect(one.replica.apply(one.publisher.published.snapshot()) == .applied)
        #expect(one.replica.apply(other.publisher.published.snapshot()) == .applied)
        expectEqual(one.replica, other.publisher.published)
    }

    @Test(
        "weights that do not give the checksum empty the replica: better no model than a wrong one",
        arguments: SmallModel.optimizers)
    func mismatch(optimizer: OptimizerChoice) throws {
        var pair = try Pair("mismatch", optimizer: optimizer)
        let blank = pair.replica.snapshot()
        var bent = pair.learn(10)
        bent = pair.publisher.published.snapshot()
        bent.weights[0].weight += 1
        #expect(pair.replica.apply(bent) == .mismatch)
        #expect(pair.replica.snapshot() == blank)
        #expect(pair.replica.apply(pair.publisher.published.snapshot()) == .applied)
    }

    @Test("a delta of another shape is refused and changes nothing")
    func shape() throws {
        var pair = try Pair("shape")
        _ = pair.learn(10)
        let good = pair.publisher.published.snapshot()
        #expect(pair.replica.apply(good) == .applied)
        var fewerServings = good
        fewerServings.heads.removeLast()
        var moreMoments = good
        moreMoments.moments.append(NumberMoments())
        for delta in [fewerServings, moreMoments] {
            #expect(pair.replica.apply(delta) == .mismatch)
            #expect(pair.replica.snapshot() == good)
        }
        var beyond = good
        beyond.weights.append(WeightChange(index: 512, weight: 1))
        #expect(pair.replica.apply(beyond) == .mismatch)
        #expect(pair.replica.version == .none)
    }

    @Test(
        "the checksum changes with any weight, its head, its slot, any moment and what serves it",
        arguments: SmallModel.optimizers)
    func checksum(optimizer: OptimizerChoice) throws {
        var pair = try Pair("checksum", optimizer: optimizer)
        _ = pair.learn(40)
        let good = pair.publisher.published.snapshot()
        func isRefused(_ change: (inout ModelDelta) -> Void) -> Bool {
            var bent = good
            change(&bent)
            return ModelReplica(specification: pair.model.specification).apply(bent) == .mismatch
        }
        #expect(!isRefused { _ in })
        for index in good.weights.indices {
            #expect(isRefused { $0.weights[index].weight = $0.weights[index].weight.nextUp })
            #expect(isRefused { $0.weights.remove(at: index) })
        }
        // Two weights in each other's places; features that always came together have equal ones.
        let first = good.weights[0].weight
        let other = try #require(good.weights.firstIndex { $0.weight != first })
        #expect(
            isRefused { delta in
                delta.weights[0].weight = delta.weights[other].weight
                delta.weights[other].weight = first
            })
        for head in 0..<2 {
            for lane in good.heads[head].mixture.indices {
                #expect(isRefused { $0.heads[head].mixture[lane] = $0.heads[head].mixture[lane].nextUp })
            }
            #expect(isRefused { $0.heads[head].mixture.append(0) })
            #expect(isRefused { $0.heads[head].recalibration = [HeadServing.Line(intercept: 0, slope: 1)] })
        }
        #expect(isRefused { $0.moments[0].count += 1 })
        #expect(isRefused { $0.moments[0].mean = $0.moments[0].mean.nextUp })
        #expect(isRefused { $0.moments[0].squaredDeviations = $0.moments[0].squaredDeviations.nextUp })
    }

    @Test("a delta tells each changed weight once, in ascending order, and weights that fell back to zero too")
    func deltaContents() throws {
        var pair = try Pair("contents", l1: 0.5)
        #expect(pair.replica.apply(pair.publisher.published.snapshot()) == .applied)
        for _ in 0..<30 {
            let before = pair.replica.snapshot()
            let delta = pair.learn(3)
            let changes = delta.weights
            #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.index < $1.index })
            let old = Dictionary(uniqueKeysWithValues: before.weights.map { ($0.index, $0.weight) })
            #expect(changes.allSatisfy { $0.weight != old[$0.index] ?? 0 })
            #expect(pair.replica.apply(delta) == .applied)
        }
        #expect(pair.learn(0).weights.isEmpty)
    }
}

extension OutputScore {
    /// What a single learner's raw logit is served as without recalibration.
    fileprivate init(single raw: Logit, _ map: CompositeMap) {
        let mapped = Logit(clamping: Float(map.calibratedLogit(ofRaw: Double(raw.value))))
        self.init(raw: raw, mapped: mapped, served: mapped)
    }
}
