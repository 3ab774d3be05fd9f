// The softmax loss: reference values, derivatives against differences, the binary loss as its case of two, and its map.

import ElementaryMath
import OnlineLearning
import Testing

private struct SoftmaxCase: Decodable {
    var logits: [Double]
    var label: Int
    var class_weights: [Double]
    var label_smoothing, gamma, loss: Double
    var grad: [Double]
    var hess_diag: [Double]?
}

private func gradient(_ loss: CategoricalLoss, _ logits: [Double], _ label: Int, weight: Double = 1) -> [Double] {
    var result = [Double](repeating: .nan, count: logits.count)
    var span = result.mutableSpan
    loss.gradient(logits: logits.span, label: label, weight: weight, into: &span)
    return result
}

private func curvature(_ loss: CategoricalLoss, _ logits: [Double], _ label: Int, weight: Double = 1) -> [Double] {
    var result = [Double](repeating: .nan, count: logits.count)
    var span = result.mutableSpan
    loss.curvature(logits: logits.span, label: label, weight: weight, into: &span)
    return result
}

private func probabilities(_ loss: CategoricalLoss, _ logits: [Double]) -> [Double] {
    var result = [Double](repeating: .nan, count: logits.count)
    var span = result.mutableSpan
    loss.calibratedProbabilities(ofRaw: logits.span, into: &span)
    return result
}

@Suite("Categorical losses")
struct CategoricalLossTests {
    @Test("Value, gradient and diagonal of the Hessian agree with the reference at every logit up to ±10⁴")
    func referenceValues() throws {
        let fixture = try NumericFixture<SoftmaxCase>(named: "loss_softmax")
        let tolerance = fixture.tolerance.double
        #expect(fixture.cases.count == 120)
        for c in fixture.cases {
            let loss = try CategoricalLoss(
                classWeights: c.class_weights, labelSmoothing: c.label_smoothing, gamma: c.gamma)
            let value = loss.value(logits: c.logits.span, label: c.label, weight: 1)
            #expect(tolerance.accepts(value, c.loss), "value \(value) for \(c)")
            for (got, want) in zip(gradient(loss, c.logits, c.label), c.grad) {
                #expect(tolerance.accepts(got, want), "gradient \(got), want \(want), for \(c)")
            }
            for (got, want) in zip(curvature(loss, c.logits, c.label), c.hess_diag ?? []) {
                #expect(tolerance.accepts(got, want), "curvature \(got), want \(want), for \(c)")
            }
        }
    }

    @Test("Gradient and curvature are the central differences of value and gradient, for every γ and ε")
    func centralDifferences() throws {
        var generator = NumericTestGenerator(for: "categoricalDifferences")
        for _ in 0..<500 {
            let loss = try randomLoss(&generator)
            let logits = (0..<loss.classCount).map { _ in Double.random(in: -5...5, using: &generator) }
            let label = Int.random(in: 0..<loss.classCount, using: &generator)
            let (slopes, bends) = (gradient(loss, logits, label), curvature(loss, logits, label))
            // Weights are at most 5 and losses at most 5 · 12: the error of both is below h² · 5 · (γ + 1)³ + ε · 60/h.
            let h = 0x1p-17
            for j in logits.indices {
                var (up, down) = (logits, logits)
                up[j] += h
                down[j] -= h
                let risen =
                    loss.value(logits: up.span, label: label, weight: 1)
                    - loss.value(logits: down.span, label: label, weight: 1)
                let bent = gradient(loss, up, label)[j] - gradient(loss, down, label)[j]
                #expect((risen / (2 * h) - slopes[j]).magnitude < 1e-6, "\(loss) \(logits) \(label)")
                #expect((bent / (2 * h) - bends[j]).magnitude < 1e-6, "\(loss) \(logits) \(label)")
            }
            #expect(slopes.reduce(0, +).magnitude < 1e-13)
        }
    }

    @Test("Two classes are the binary loss on the difference of the logits, in value, gradient, curvature and map")
    func twoClasses() throws {
        var generator = NumericTestGenerator(for: "twoClasses")
        for _ in 0..<1_000 {
            let gamma = Double.random(in: 0...10, using: &generator)
            let (c0, c1) = (
                Double.random(in: 0.1...9, using: &generator), Double.random(in: 0.1...9, using: &generator)
            )
            let epsilon = Bool.random(using: &generator) ? 0 : Double.random(in: 0...0.5, using: &generator)
            let many = try CategoricalLoss(classWeights: [c0, c1], labelSmoothing: epsilon, gamma: gamma)
            let two = try BinaryLoss(gamma: gamma, positiveWeight: c1, negativeWeight: c0)
            let treatment = try LabelTreatment(labelSmoothing: epsilon)
            let z = Double.random(in: -8...8, using: &generator)
            let logits = [0.5, 0.5 + z]
            let label = Int.random(in: 0...1, using: &generator)
            let y = treatment.smoothed(Double(label))
            let difference = logits[1] - logits[0]
            let value = many.value(logits: logits.span, label: label, weight: 2)
            #expect(close(value, two.value(logit: difference, label: y, weight: 2)))
            let slopes = gradient(many, logits, label, weight: 2)
            #expect(close(slopes[1], two.gradient(logit: difference, label: y, weight: 2)))
            #expect(close(slopes[0], -slopes[1]))
            let bend = two.curvature(logit: difference, label: y, weight: 1)
            // Of terms up to 9 · (γ + 1)², which nearly cancel where it changes its sign.
            #expect((curvature(many, logits, label)[1] - bend).magnitude <= 1e-12 * max(1, bend.magnitude))
            let mapped = CompositeMap(loss: two, treatment: treatment).calibratedLogit(ofRaw: difference)
            let eta = probabilities(many, logits)
            #expect((eta[1] - sigmoid(mapped)).magnitude < 1e-11 && (eta[0] - sigmoid(-mapped)).magnitude < 1e-11)
        }
    }

    @Test("The gradients of the labels balance at the probabilities that the map gives")
    func mapAgreesWithGradients() throws {
        var generator = NumericTestGenerator(for: "categoricalBalance")
        var checked = 0
        for _ in 0..<2_000 {
            let loss = try randomLoss(&generator)
            let logits = (0..<loss.classCount).map { _ in Double.random(in: -3...3, using: &generator) }
            let eta = probabilities(loss, logits)
            #expect((eta.reduce(0, +) - 1).magnitude < 1e-14)
            // Beyond what smoothing asks for there is no such probability.
            if eta.contains(where: { $0 < 1e-9 }) { continue }
            checked += 1
            var balance = [Double](repeating: 0, count: loss.classCount)
            for (label, share) in eta.enumerated() {
                for (j, slope) in gradient(loss, logits, label).enumerated() { balance[j] += share * slope }
            }
            #expect(balance.allSatisfy { $0.magnitude < 1e-12 }, "\(loss) at \(logits): \(balance)")
        }
        #expect(checked > 500)
    }

    @Test("Weights and smoothing of cross-entropy are undone exactly")
    func crossEntropyMinimiser() throws {
        let loss = try CategoricalLoss(classWeights: [1, 4, 0.5], labelSmoothing: 0.1)
        let truth = [0.7, 0.05, 0.25]
        // The minimiser has p ∝ weight · smoothed truth; softmax does not care for the constant.
        let logits = zip(truth, loss.classWeights).map { log($1 * ($0 * 0.9 + 0.1 / 3)) + 2 }
        for (got, want) in zip(probabilities(loss, logits), truth) { #expect((got - want).magnitude < 1e-15) }
    }

    @Test("At equal logits everything can be worked out by hand")
    func handValues() throws {
        // Four classes, p = ¼: −ln p = ln 4; γ = 1: F = ¾ ln 4, s = ¾ + ¼ ln 4, gradient s/4 and −¾ s.
        let loss = try CategoricalLoss(classWeights: [1, 1, 1, 1], gamma: 1)
        let (ln4, s) = (1.3862943611198906, 0.75 + 0.25 * 1.3862943611198906)
        let logits = [3.0, 3, 3, 3]
        #expect((loss.value(logits: logits.span, label: 2, weight: 1) - 0.75 * ln4).magnitude < 1e-15)
        let slopes = gradient(loss, logits, 2)
        #expect((slopes[0] - s / 4).magnitude < 1e-15 && (slopes[2] + 0.75 * s).magnitude < 1e-15)
        for p in probabilities(loss, logits) { #expect((p - 0.25).magnitude < 1e-15) }
    }

    @Test("Logits of any size give finite numbers, and probabilities that sum to 1", arguments: [0, 0.5, 1, 10])
    func extremes(gamma: Double) throws {
        let loss = try CategoricalLoss(classWeights: [1e-9, 1, 1e9], gamma: gamma)
        let extremes = [-.infinity, -1e4, -745, 0, 36, 1e4, .infinity]
        for a in extremes {
            for b in extremes {
                let logits = [a, b, 0]
                for label in 0..<3 {
                    let value = loss.value(logits: logits.span, label: label, weight: 1)
                    #expect(value >= 0 && value.isFinite)
                    #expect(gradient(loss, logits, label).allSatisfy { $0.isFinite })
                    #expect(curvature(loss, logits, label).allSatisfy { $0.isFinite })
                }
                #expect((probabilities(loss, logits).reduce(0, +) - 1).magnitude < 1e-14)
            }
        }
    }

    @Test("A categorical loss outside its domain is an error that names value and remedy")
    func domainErrors() {
        #expect(throws: LossDomainError.classCountOutOfRange(1)) { try CategoricalLoss(classWeights: [1]) }
        #expect(throws: LossDomainError.classWeightOutOfRange(class: 1, weight: 0)) {
            try CategoricalLoss(classWeights: [1, 0])
        }
        #expect(throws: LossDomainError.gammaOutOfRange(11)) { try CategoricalLoss(classWeights: [1, 1], gamma: 11) }
        #expect(
            LossDomainError.classCountOutOfRange(1).description
                == "there are 1 classes, but must be 2 to 4096; one output alone is a binary loss")
    }

    private func close(_ got: Double, _ want: Double) -> Bool {
        (got - want).magnitude <= max(1e-12 * want.magnitude, 1e-14)
    }

    private func randomLoss(_ generator: inout NumericTestGenerator) throws -> CategoricalLoss {
        try CategoricalLoss(
            classWeights: (0..<Int.random(in: 2...6, using: &generator)).map { _ in
                .random(in: 0.2...5, using: &generator)
            },
            labelSmoothing: Bool.random(using: &generator) ? 0 : .random(in: 0...0.3, using: &generator),
            gamma: Bool.random(using: &generator) ? 0 : .random(in: 0...5, using: &generator))
    }
}
