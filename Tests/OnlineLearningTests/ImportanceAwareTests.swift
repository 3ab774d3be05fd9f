// Large steps that do not overshoot: reference ends, limits, and what a table does with them.

import OnlineLearning
import ScoringRecords
import Testing

private struct AwareCase: Decodable {
    var kind: String
    var y, gamma, z0, k, z1: Double
}

@Suite("Importance-aware steps")
struct ImportanceAwareTests {
    @Test("Flow and implicit step end where the reference says, for positives and mirrored for negatives")
    func referenceValues() throws {
        let fixture = try NumericFixture<AwareCase>(named: "importance_aware")
        #expect(fixture.cases.count == 55)
        for c in fixture.cases {
            let loss = try BinaryLoss.focal(gamma: c.gamma)
            for sign in [1.0, -1] {
                let (z, label) = (sign * c.z0, sign > 0 ? 1.0 : 0)
                // k = rate · weight: any split gives the same end.
                let (weight, rate) = (4.0, c.k / 4)
                let gradient =
                    c.kind == "implicit"
                    ? loss.implicitGradient(logit: z, label: label, weight: weight, rate: rate)
                    : loss.importanceAwareGradient(logit: z, label: label, weight: weight, rate: rate)
                let end = sign * (z - rate * gradient)
                #expect(fixture.tolerance.double.accepts(end, c.z1), "\(end) for \(c)")
            }
        }
    }

    @Test("The flow's distance keeps its digits where the score does not move visibly")
    func tinyMoves() {
        // k q(z) with q(40) = 4.248354255291589e-18: the score itself cannot change, its gradient must.
        let gradient = BinaryLoss.bce.importanceAwareGradient(logit: 40, label: 1, weight: 1, rate: 3)
        #expect((gradient / -4.248354255291589e-18 - 1).magnitude < 1e-12)
        #expect(BinaryLoss.bce.importanceAwareGradient(logit: -1e4, label: 1, weight: 1, rate: 1e3) == -1)
        #expect(BinaryLoss.bce.importanceAwareGradient(logit: 1e4, label: 1, weight: 1, rate: 1e3) <= 0)
    }

    @Test("At a small rate it is the gradient, and at every rate between 0 and the steepest one on the way")
    func limits() throws {
        var generator = NumericTestGenerator(for: "importanceAwareLimits")
        for _ in 0..<2_000 {
            let loss = try BinaryLoss(
                gamma: Bool.random(using: &generator) ? 0 : .random(in: 0...5, using: &generator),
                positiveWeight: .random(in: 0.1...20, using: &generator), negativeWeight: 1)
            let z = Double.random(in: -12...12, using: &generator)
            let label = Bool.random(using: &generator) ? Double.random(in: 0...1, using: &generator) : 1
            let plain = loss.gradient(logit: z, label: label, weight: 1)
            let tiny = loss.importanceAwareGradient(logit: z, label: label, weight: 1, rate: 1e-9)
            #expect((tiny - plain).magnitude <= 1e-6 * plain.magnitude + 1e-12, "\(loss) \(z) \(label)")
            let rate = power(10, .random(in: -3...4, using: &generator))
            let careful = loss.importanceAwareGradient(logit: z, label: label, weight: 1, rate: rate)
            #expect(careful.isFinite && careful * plain >= 0 && careful.magnitude <= 1.6 * max(1, loss.positiveWeight))
            // No overshoot: the loss still falls, or is flat, in the direction of the step.
            let end = loss.gradient(logit: z - rate * careful, label: label, weight: 1)
            #expect(end * plain >= -1e-9, "\(loss) \(z) \(label) \(rate)")
            // The implicit step is a fixed point; moves of up to 10⁴ are known to 10⁻¹¹, and curvatures are below 20.
            let implicit = loss.implicitGradient(logit: z, label: label, weight: 1, rate: rate)
            let there = loss.gradient(logit: z - rate * implicit, label: label, weight: 1)
            #expect((there - implicit).magnitude <= 1e-9, "\(loss) \(z) \(label) \(rate): \(implicit), \(there)")
            #expect(loss.importanceAwareGradient(logit: z, label: label, weight: 1, rate: 0) == plain)
        }
    }

    @Test("A table takes ordinary steps while they are small, and does not overshoot when they are not")
    func table() throws {
        let parameters = try FTRLParameters(alpha: 1)
        let features = FeatureVector(indicators: [0, 1, 2])
        func learned(_ weight: Double, aware: Bool) -> Float {
            let table = FTRLTable(bits: 2, parameters: parameters, offsets: [Logit(clamping: -3)])
            table.learn(features, loss: .bce, label: 1, weight: weight, importanceAware: aware)
            return table.logit(of: features).value
        }
        // The rate of three untouched features is 3: a weight of ⅓ is the threshold.
        #expect(learned(0.33, aware: true) == learned(0.33, aware: false))
        #expect(learned(0.5, aware: true) != learned(0.5, aware: false))
        #expect(learned(1_000, aware: true).isFinite)
    }
}
