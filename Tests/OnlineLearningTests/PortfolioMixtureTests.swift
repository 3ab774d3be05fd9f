// Mixing eight learners: the regret bound, the limits, the state, and a stream that drifts.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

@Suite("Portfolio mixture")
struct PortfolioMixtureTests {
    @Test("Without forgetting, the mixture loses at most ln 8 nats more than the best lane, on any sequence")
    func regret() {
        var generator = NumericTestGenerator(for: "regret")
        for _ in 0..<20 {
            var mixture = PortfolioMixture(halfLife: nil)
            var (lost, total) = (SIMD8<Double>.zero, 0.0)
            for _ in 0..<1_000 {
                let logits = randomLogits(&generator, spread: 3)
                let positive = Bool.random(using: &generator)
                let losses = logLosses(logits, positive)
                let s = mixture.mix(logits: logits)
                total += softplus(positive ? -s : s)
                lost += losses
                mixture.update(logLosses: losses)
            }
            #expect(total <= lost.min() + log(8) + 1e-9)
        }
    }

    @Test("The logit of the mixture is that of the mixed probability, in both tails")
    func mixedLogit() {
        var generator = NumericTestGenerator(for: "mixedLogit")
        for spread in [0.1, 3, 30, 600] {
            var mixture = PortfolioMixture()
            for _ in 0..<500 {
                let logits = randomLogits(&generator, spread: spread)
                var (p, q) = (SIMD8<Double>(), SIMD8<Double>())
                for lane in 0..<8 { (p[lane], q[lane]) = (sigmoid(logits[lane]), sigmoid(-logits[lane])) }
                let want = log(mixture.mix(p)) - log(mixture.mix(q))
                let got = mixture.mix(logits: logits)
                #expect((got - want).magnitude <= 1e-12 * max(1, want.magnitude), "\(logits): \(got), \(want)")
                #expect(got >= logits.min() && got <= logits.max())
                mixture.update(logLosses: logLosses(logits, Bool.random(using: &generator)))
            }
        }
    }

    @Test("Equal logits give that logit, and a lane that dominates is served as it is")
    func limits() {
        var mixture = PortfolioMixture()
        for z in [-1e4, -50, -1.25, 0, 3, 700, 1e4] {
            #expect(mixture.mix(logits: SIMD8(repeating: z)) == z)
        }
        var losses = SIMD8<Double>(repeating: 1e6)
        losses[3] = 0
        mixture.update(logLosses: losses)
        let logits = SIMD8<Double>(-9, 8, 7, -2.5, 4, 1e4, -1e4, 0)
        #expect(mixture.mix(logits: logits) == -2.5)
        #expect(mixture.mix(SIMD8(0.1, 0.9, 0.3, 0.625, 0.2, 1, 0.5, 0.7)) == 0.625)
        #expect(mixture.mix(logits: SIMD8(repeating: .infinity)) == 1e4)
    }

    @Test("Weights are those of the losses, whatever order they came in, and start equal")
    func weights() {
        var mixture = PortfolioMixture(halfLife: nil)
        for lane in 0..<8 { #expect(mixture.weights[lane] == 0.125) }
        mixture.update(logLosses: SIMD8(0, 1, 2, 3, 4, 5, 6, 7))
        mixture.update(logLosses: SIMD8(7, 6, 5, 4, 3, 2, 1, 0))
        for lane in 0..<8 { #expect(mixture.weights[lane] == 0.125) }
        mixture.update(logLosses: SIMD8(0, log(2), 700, 700, 700, 700, 700, 700))
        #expect((mixture.weights[0] - 2.0 / 3).magnitude < 1e-15 && (mixture.weights[1] - 1.0 / 3).magnitude < 1e-15)
    }

    @Test("A loss counts half after one half-life of the mixture's own loss")
    func halfLife() {
        var mixture = PortfolioMixture(halfLife: 10)
        mixture.update(logLosses: SIMD8(0, 4, 4, 4, 4, 4, 4, 4))
        // Eight lanes that agree lose what the mixture loses: ten examples of one nat.
        for _ in 0..<10 { mixture.update(logLosses: SIMD8(repeating: 1)) }
        #expect((mixture.relativeLosses[1] - 2).magnitude < 1e-12)
    }

    @Test("State is bounded under any losses, restores the mixture exactly, and foreign states are refused")
    func restoring() throws {
        var generator = NumericTestGenerator(for: "mixtureRestoring")
        var mixture = PortfolioMixture()
        let sizes = [0, 1e-300, 0.7, 1e4, .greatestFiniteMagnitude, .infinity]
        for _ in 0..<5_000 {
            var losses = SIMD8<Double>()
            for lane in 0..<8 { losses[lane] = sizes.randomElement(using: &generator) ?? 1 }
            mixture.update(logLosses: losses)
            #expect(mixture.state.allSatisfy { $0 >= 0 && $0 <= PortfolioMixture.lossLimit })
            #expect((mixture.weights.sum() - 1).magnitude < 1e-14 && mixture.weights.min() > 0)
        }
        #expect(PortfolioMixture(state: mixture.state) == mixture)
        #expect(PortfolioMixture(state: []) == nil)
        #expect(PortfolioMixture(state: [1, 2, 3, 4, 5, 6, 7, 8]) == nil)
        #expect(PortfolioMixture(state: [0, 2, 3, 4, 5, 6, 7, 701]) == nil)
        #expect(PortfolioMixture(state: [0, 2, 3, 4, 5, 6, 7, .nan]) == nil)
    }

    @Test(
        "On a stream whose weights are redrawn twice, the standard portfolio beats every fixed α", arguments: [1, 2, 3])
    func plantedDrift(variant: UInt64) throws {
        var generator = SplitMix(state: variant)
        var total = 0.0
        var fixed = SIMD8<Double>.zero
        var weights = (0..<200).map { _ in Double.random(in: -2...2, using: &generator) }
        let rate = try #require(Probability(0.15))
        let offset = CompositeMap(loss: .bce).initialOffset(baseRate: rate)
        let table = PortfolioTable(bits: 8, offsets: [offset], parameters: .standard)
        var mixture = PortfolioMixture()
        for t in 0..<45_000 {
            if t == 15_000 || t == 30_000 {
                for i in weights.indices where Bool.random(using: &generator) {
                    weights[i] = .random(in: -2...2, using: &generator)
                }
            }
            let features = FeatureVector(
                indicators: (0..<8).map { UInt32($0 * 25) + .random(in: 0..<25, using: &generator) })
            let truth = features.indicators.reduce(-2.5) { $0 + 0.5 * weights[Int($1)] }
            let positive = Double.random(in: 0..<1, using: &generator) < sigmoid(truth)
            let raw = table.logits(of: features, output: 0)
            let logits = SIMD8<Double>(raw)
            let s = mixture.mix(logits: logits)
            let losses = logLosses(logits, positive)
            if t > 5_000 {
                total += softplus(positive ? -s : s)
                fixed += losses
            }
            mixture.update(logLosses: losses)
            var gradients = SIMD8<Float>()
            for lane in 0..<8 {
                gradients[lane] = Float(
                    BinaryLoss.bce.gradient(logit: logits[lane], label: positive ? 1 : 0, weight: 1))
            }
            table.learn(features, output: 0, gradients: gradients)
        }
        for lane in 0..<5 { #expect(total < fixed[lane], "lane \(lane): \(total) against \(fixed)") }
    }

    private func randomLogits(_ generator: inout NumericTestGenerator, spread: Double) -> SIMD8<Double> {
        var logits = SIMD8<Double>()
        for lane in 0..<8 { logits[lane] = .random(in: -spread...spread, using: &generator) }
        return logits
    }
}

/// A generator whose seed is part of the test: the margin of a stream against the best α in hindsight depends on the
/// stream.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private func logLosses(_ logits: SIMD8<Double>, _ positive: Bool) -> SIMD8<Double> {
    var losses = SIMD8<Double>()
    for lane in 0..<8 { losses[lane] = softplus(positive ? -logits[lane] : logits[lane]) }
    return losses
}
