// How a model travels: deltas that apply to their base and to nothing else, snapshots, and the checksum that both sides
// assert.

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

        init(_ name: String, l1: Double = 0) throws {
            model = OnlineModel(specification: try SmallModel.specification(l1: l1))
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

    private func scores(_ replica: ModelReplica, _ features: FeatureVector) -> [HeadScore] {
        var scores: [HeadScore] = []
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

    @Test("a chain of deltas gives the model, and a snapshot gives the same at once")
    func chain() throws {
        var pair = try Pair("chain")
        #expect(pair.replica.apply(pair.publisher.published.snapshot()) == .applied)
        for round in 1...20 {
            let delta = pair.learn(round % 5)
            #expect(pair.replica.apply(delta) == .applied)
            #expect(pair.replica.version == ModelVersion(epoch: 3, records: pair.records))
            expectEqual(pair.replica, pair.publisher.published)
        }
        let late = ModelReplica(specification: pair.model.specification)
        #expect(late.apply(pair.publisher.published.snapshot()) == .applied)
        expectEqual(late, pair.replica)
        #expect(late.checksum == pair.replica.checksum)
    }

    @Test("a replica's score is the learner's own logit, bit for bit", arguments: [0.0, 2])
    func scoresAgree(l1: Double) throws {
        var pair = try Pair("scores", l1: l1)
        #expect(pair.replica.apply(pair.publisher.published.snapshot()) == .applied)
        for _ in 0..<30 {
            #expect(pair.replica.apply(pair.learn(7)) == .applied)
            let (features, _) = SmallModel.event(bits: 8, &pair.random)
            let served = scores(pair.replica, features)
            for head in 0..<2 {
                // A weight of zero learns nothing and returns the logit.
                let logit = pair.model.learn(TrainingExample(head: head, features: features, value: 1, weight: 0))
                #expect(served[head].raw.value.bitPattern == logit.value.bitPattern)
            }
        }
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

    @Test("weights that do not give the checksum empty the replica: better no model than a wrong one")
    func mismatch() throws {
        var pair = try Pair("mismatch")
        let blank = pair.replica.snapshot()
        var bent = pair.learn(10)
        bent = pair.publisher.published.snapshot()
        bent.weights[1][0].weight += 1
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
        var fewerHeads = good
        fewerHeads.weights.removeLast()
        var moreMoments = good
        moreMoments.moments.append(NumberMoments())
        for delta in [fewerHeads, moreMoments] {
            #expect(pair.replica.apply(delta) == .mismatch)
            #expect(pair.replica.snapshot() == good)
        }
        var beyond = good
        beyond.weights[0].append(WeightChange(index: 256, weight: 1))
        #expect(pair.replica.apply(beyond) == .mismatch)
        #expect(pair.replica.version == .none)
    }

    @Test("the checksum changes with any weight, its head, its slot, and any moment")
    func checksum() throws {
        var pair = try Pair("checksum")
        _ = pair.learn(40)
        let good = pair.publisher.published.snapshot()
        func isRefused(_ change: (inout ModelDelta) -> Void) -> Bool {
            var bent = good
            change(&bent)
            return ModelReplica(specification: pair.model.specification).apply(bent) == .mismatch
        }
        #expect(!isRefused { _ in })
        for head in 0..<2 {
            for index in good.weights[head].indices {
                #expect(isRefused { $0.weights[head][index].weight = $0.weights[head][index].weight.nextUp })
                #expect(isRefused { $0.weights[head].remove(at: index) })
            }
        }
        #expect(isRefused { $0.weights.swapAt(0, 1) })
        // Two weights in each other's slots; features that always came together have equal ones.
        let first = good.weights[0][0].weight
        let other = try #require(good.weights[0].firstIndex { $0.weight != first })
        #expect(
            isRefused { delta in
                delta.weights[0][0].weight = delta.weights[0][other].weight
                delta.weights[0][other].weight = first
            })
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
            for (head, changes) in delta.weights.enumerated() {
                #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.index < $1.index })
                let old = Dictionary(uniqueKeysWithValues: before.weights[head].map { ($0.index, $0.weight) })
                #expect(changes.allSatisfy { $0.weight != old[$0.index] ?? 0 })
            }
            #expect(pair.replica.apply(delta) == .applied)
        }
        #expect(pair.learn(0).weights == [[], []])
    }
}
