// The loss kernel: reference values, derivatives against differences and by hand, and its domain.

import OnlineLearning
import Testing

private struct LossCase: Decodable {
    var gamma, c1, c0, w, y, z, loss, grad, hess: Double
}

@Suite("Binary losses")
struct BinaryLossTests {
    @Test("Value, gradient and curvature agree with the reference at every logit up to ±10⁴")
    func referenceValues() throws {
        let fixture = try NumericFixture<LossCase>(named: "loss_binary")
        let tolerance = fixture.tolerance.double
        #expect(fixture.cases.count == 3_024)
        for c in fixture.cases {
            let loss = try BinaryLoss(gamma: c.gamma, positiveWeight: c.c1, negativeWeight: c.c0)
            let value = loss.value(logit: c.z, label: c.y, weight: c.w)
            let gradient = loss.gradient(logit: c.z, label: c.y, weight: c.w)
            let curvature = loss.curvature(logit: c.z, label: c.y, weight: c.w)
            #expect(tolerance.accepts(value, c.loss), "value \(value) for \(c)")
            #expect(tolerance.accepts(gradient, c.grad), "gradient \(gradient) for \(c)")
            // The curvature changes sign for γ > 0: there the fixture measures against the size of its terms.
            let p = 1 / (1 + power(2.718281828459045, -c.z))
            let terms = c.c1 * c.y * power(1 - p, c.gamma) + c.c0 * (1 - c.y) * power(p, c.gamma)
            let scale = c.gamma > 0 ? max(c.hess.magnitude, c.w * terms * 1e-3) : c.hess.magnitude
            let error = (curvature - c.hess).magnitude
            #expect(error <= max(tolerance.abs, tolerance.rel * scale), "curvature \(curvature) for \(c)")
        }
    }

    @Test("The mean cross-entropy of the worked example prints as 1.5760")
    func workedExample() {
        let examples: [(logit: Double, label: Double)] = [(2, 0), (0.5, 1), (-2, 1)]
        let mean = examples.map { BinaryLoss.bce.value(logit: $0.logit, label: $0.label, weight: 1) }.reduce(0, +) / 3
        #expect((mean - 1.5759776687553506).magnitude < 1e-15)
        #expect(formatted(mean, decimals: 4) == "1.5760")
    }

    @Test("At logit 0 everything can be worked out by hand")
    func handValues() throws {
        let ln2 = 0.6931471805599453
        // p = q = ½, a = ln 2: F = ln 2 / 4, G = ¼ (½ + ln 2), H = ⅛ (5/2 + 2 ln 2 · ½) at γ = 2.
        let focal = try BinaryLoss.focal(gamma: 2)
        #expect((focal.value(logit: 0, label: 1, weight: 1) - ln2 / 4).magnitude < 1e-15)
        #expect((focal.gradient(logit: 0, label: 1, weight: 1) + 0.25 * (0.5 + ln2)).magnitude < 1e-15)
        #expect((focal.curvature(logit: 0, label: 1, weight: 1) - 0.125 * (2.5 + ln2)).magnitude < 1e-15)
        // Cross-entropy: ln 2, ∓½, ¼; the importance weight multiplies all three.
        #expect(BinaryLoss.bce.value(logit: 0, label: 0, weight: 3) == 3 * ln2)
        #expect(BinaryLoss.bce.gradient(logit: 0, label: 0, weight: 3) == 1.5)
        #expect(BinaryLoss.bce.curvature(logit: 0, label: 0, weight: 3) == 0.75)
    }

    @Test("Gradient and curvature are the central differences of value and gradient")
    func centralDifferences() throws {
        var generator = NumericTestGenerator(for: "centralDifferences")
        for _ in 0..<2_000 {
            let loss = try BinaryLoss(
                gamma: .random(in: 0...10, using: &generator), positiveWeight: .random(in: 0.1...20, using: &generator),
                negativeWeight: .random(in: 0.1...20, using: &generator))
            let z = Double.random(in: -12...12, using: &generator)
            let y = Double.random(in: 0...1, using: &generator)
            // The error of a central difference is h²/6 · L‴ + ε L / h. With h = 2⁻¹⁵, L ≤ 20 · 12 and |L‴| below
            // 20 · (γ + 1)², that is under 4e-7 + 2e-9.
            let h = 0x1p-15
            let risen = loss.value(logit: z + h, label: y, weight: 1) - loss.value(logit: z - h, label: y, weight: 1)
            let bent =
                loss.gradient(logit: z + h, label: y, weight: 1) - loss.gradient(logit: z - h, label: y, weight: 1)
            #expect(
                (risen / (2 * h) - loss.gradient(logit: z, label: y, weight: 1)).magnitude < 1e-6, "\(loss) \(z) \(y)")
            #expect(
                (bent / (2 * h) - loss.curvature(logit: z, label: y, weight: 1)).magnitude < 1e-6, "\(loss) \(z) \(y)")
        }
    }

    @Test("Logits beyond ±10⁴ and infinite ones cost what the bound costs")
    func logitsAreClamped() {
        for z in [1e5, Double.infinity] {
            #expect(BinaryLoss.bce.value(logit: z, label: 0, weight: 1) == 1e4)
            #expect(BinaryLoss.bce.gradient(logit: -z, label: 1, weight: 1) == -1)
        }
    }

    @Test("The gradient of a positive never exceeds 1.5, whatever γ")
    func gradientIsBounded() throws {
        for gamma in stride(from: 0.0, through: 10, by: 0.25) {
            let loss = try BinaryLoss.focal(gamma: gamma)
            for z in stride(from: -50.0, through: 50, by: 0.125) {
                let gradient = loss.gradient(logit: z, label: 1, weight: 1)
                #expect(gradient <= 0 && gradient >= -1.5)
            }
        }
    }

    @Test("The named members of the family have the published weights")
    func namedMembers() throws {
        #expect(
            try BinaryLoss.weighted(positiveWeight: 3) == BinaryLoss(gamma: 0, positiveWeight: 3, negativeWeight: 1))
        #expect(try BinaryLoss.focal(gamma: 0) == .bce)
        let focal = try BinaryLoss.focal(gamma: 2, alpha: 0.25, positiveWeight: 8)
        #expect(focal == (try BinaryLoss(gamma: 2, positiveWeight: 2, negativeWeight: 0.75)))
    }

    @Test("A parameter outside its domain is an error that names value and remedy")
    func domainErrors() {
        #expect(throws: LossDomainError.gammaOutOfRange(11)) { try BinaryLoss.focal(gamma: 11) }
        #expect(throws: LossDomainError.gammaOutOfRange(-0.5)) { try BinaryLoss.focal(gamma: -0.5) }
        #expect(throws: LossDomainError.self) { try BinaryLoss.focal(gamma: .nan) }
        #expect(throws: LossDomainError.alphaOutOfRange(1)) { try BinaryLoss.focal(gamma: 2, alpha: 1) }
        #expect(throws: LossDomainError.alphaOutOfRange(0)) { try BinaryLoss.focal(gamma: 2, alpha: 0) }
        #expect(throws: LossDomainError.positiveWeightOutOfRange(0)) { try BinaryLoss.weighted(positiveWeight: 0) }
        #expect(throws: LossDomainError.negativeWeightOutOfRange(.infinity)) {
            try BinaryLoss.weighted(positiveWeight: 1, negativeWeight: .infinity)
        }
        #expect(
            LossDomainError.gammaOutOfRange(11).description
                == "gamma is 11.0, but must lie in 0.0 to 10.0; 0 is plain cross-entropy")
    }
}
