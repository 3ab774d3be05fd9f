// From raw logits of classes to their probabilities and back, and the recalibration of the whole.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

@Suite("The map of a head with classes")
struct ClassMapTests {
    static let tasks: [ClassTask] = {
        do {
            return try [(0, 0, 1), (0, 0.1, 1), (2, 0, 1), (1, 0.05, 1), (5, 0, 0.1), (0, 0, 0.01)].map {
                gamma, smoothing, kept in
                try ClassTask(
                    loss: CategoricalLoss(classWeights: [1, 4, 0.5], labelSmoothing: smoothing, gamma: gamma),
                    classes: ["none", "fraud", "refund"], baseRates: [0.9, 0.02, 0.08], kept: [kept, 1, 1])
            }
        } catch { preconditionFailure("numbers in their domain: \(error)") }
    }()

    private func calibrated(_ map: ClassMap, _ logits: [Double]) -> [Double] {
        var mapped = logits
        var span = mapped.mutableSpan
        map.calibratedLogits(ofRaw: logits.span, into: &span)
        return mapped
    }

    @Test("the logits a learner starts from are served as the base rates", arguments: tasks)
    func offsets(task: ClassTask) {
        let map = ClassMap(task: task)
        let offsets = map.initialOffsets(baseRates: task.baseRates)
        let served = calibrated(map, offsets.map { Double($0.value) }).map { sigmoid($0) }
        // The offsets are Floats below 10 in magnitude: 5e-7, times a slope of at most γ + 1.
        for (got, want) in zip(served, task.baseRates) { #expect((got - want).magnitude < 4e-6 * want) }
        #expect(offsets.reduce(0) { $0 + Double($1.value) }.magnitude < 1e-5)
    }

    /// η with which the weighted, sampled and smoothed gradients at `logits` have the mean 0: the definition of the map.
    @Test("at the mapped probabilities the expected gradient is 0", arguments: tasks)
    func stationary(task: ClassTask) throws {
        var random = NumericTestGenerator(for: "stationary")
        let map = ClassMap(task: task)
        for _ in 0..<200 {
            // Around the weights, within what smoothing can ask for: beyond it no labels have this minimum.
            let logits = task.loss.classWeights.map { log($0) + Double.random(in: -0.7...0.7, using: &random) }
            let mapped = calibrated(map, logits).map { sigmoid($0) }
            #expect((mapped.reduce(0, +) - 1).magnitude < 1e-12)
            // Outcomes as the learner meets them: each class kept at its share.
            let sampled = zip(mapped, task.kept).map { $0 * $1 }
            var total = [0.0, 0, 0]
            var scale = 0.0
            for k in 0..<3 {
                var gradient = [0.0, 0, 0]
                var span = gradient.mutableSpan
                task.loss.gradient(logits: logits.span, label: k, weight: sampled[k], into: &span)
                for j in 0..<3 {
                    total[j] += gradient[j]
                    scale = max(scale, gradient[j].magnitude)
                }
            }
            for sum in total { #expect(sum.magnitude <= 1e-10 * scale, "\(total) of \(scale)") }
        }
    }

    @Test("raw logits are those of the softmax, also where a class is all but certain")
    func raw() throws {
        let map = ClassMap(
            task: try ClassTask(loss: CategoricalLoss(classWeights: [1, 1, 1]), classes: ["a", "b", "c"]))
        for logits in [[0.0, 0, 0], [40, 0, -40], [-1, 2, 0.5], [10_000, -10_000, 0]] {
            var raw = logits
            var span = raw.mutableSpan
            map.rawLogits(of: logits.span, into: &span)
            for k in 0..<3 {
                // ln p − ln(1 − p) = z_k − ln Σ_{j ≠ k} e^{z_j}.
                let others = (0..<3).filter { $0 != k }.map { logits[$0] }
                let top = max(others[0], others[1])
                let want = logits[k] - top - log(exp(others[0] - top) + exp(others[1] - top))
                #expect((raw[k] - want).magnitude <= 1e-12 * max(1, want.magnitude) || raw[k] >= 708)
            }
        }
    }

    @Test("the map stays finite for any logits, and ranks a class by its own logit", arguments: tasks)
    func extremes(task: ClassTask) {
        let map = ClassMap(task: task)
        for logits in [[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4], [0, 0, 1e4]] {
            #expect(calibrated(map, logits).allSatisfy { $0.isFinite })
        }
        var last = -Double.infinity
        for z in stride(from: -8.0, through: 8, by: 0.5) {
            let mapped = calibrated(map, [0, z, 0])[1]
            // With smoothing, shares below what it spreads are all 10⁻¹².
            #expect(mapped > last || task.loss.labelSmoothing > 0 && mapped >= last)
            last = mapped
        }
    }

    @Test("classes, weights, rates and shares that do not fit are refused")
    func refusals() throws {
        let loss = try CategoricalLoss(classWeights: [1, 1])
        #expect(throws: ClassTaskError.countsDiffer) { try ClassTask(loss: loss, classes: ["a", "b", "c"]) }
        #expect(throws: ClassTaskError.countsDiffer) {
            try ClassTask(loss: loss, classes: ["a", "b"], baseRates: [1])
        }
        #expect(throws: ClassTaskError.repeatedClass) { try ClassTask(loss: loss, classes: ["a", "a"]) }
        for rate in [0, -1, .nan, .infinity] {
            #expect(throws: ClassTaskError.baseRateOutOfRange) {
                try ClassTask(loss: loss, classes: ["a", "b"], baseRates: [0.5, rate])
            }
        }
        for share in [0, 1.1, .nan] {
            #expect(throws: ClassTaskError.keptShareOutOfRange) {
                try ClassTask(loss: loss, classes: ["a", "b"], kept: [1, share])
            }
        }
    }

    @Test("lines of classes are served once they have earned it, and take a bias out")
    func recalibration() throws {
        var random = NumericTestGenerator(for: "recalibration")
        var earned = EarnedClassRecalibration(classCount: 3)
        let told = [0.6, 0.3, 0.1]
        let mapped = told.map { logit($0) }
        for event in 0..<4_000 {
            // What is told is .1 for a class that comes true in three of ten cases.
            let draw = Double.random(in: 0..<1, using: &random)
            earned.learn(mappedLogits: mapped, category: draw < 0.3 ? 2 : draw < 0.5 ? 1 : 0, weight: 1)
            if event < 90 { #expect(!earned.isServing) }
        }
        #expect(earned.isServing && earned.advantage > EvidenceGuard.earnedAdvantage)
        let fitted = zip(earned.lines, mapped).map { line, s in sigmoid(line.intercept + line.slope * s) }
        for (got, want) in zip(fitted, [0.5, 0.2, 0.3]) { #expect((got - want).magnitude < 0.03) }
        #expect(EarnedClassRecalibration(state: earned.state, classCount: 3) == earned)
        #expect(EarnedClassRecalibration(state: earned.state, classCount: 2) == nil)
        var bent = earned.state
        bent[0] = .nan
        #expect(EarnedClassRecalibration(state: bent, classCount: 3) == nil)
    }

    @Test("true probabilities are left alone")
    func silence() throws {
        var random = NumericTestGenerator(for: "silence")
        var earned = EarnedClassRecalibration(classCount: 2)
        var served = 0
        for _ in 0..<20_000 {
            let p = Double.random(in: 0.05...0.95, using: &random)
            let isFirst = Double.random(in: 0..<1, using: &random) < p
            earned.learn(mappedLogits: [logit(p), -logit(p)], category: isFirst ? 0 : 1, weight: 1)
            served += earned.isServing ? 1 : 0
        }
        // Odds of 20 to 1 are needed to speak at any one time, and rarely come by chance.
        #expect(served < 4_000)
    }
}
