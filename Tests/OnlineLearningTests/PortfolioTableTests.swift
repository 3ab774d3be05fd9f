// The portfolio's table: each lane against a learner of its own, and the table as a container of state.

import OnlineLearning
import ScoringRecords
import Testing

/// AdaGrad with an accumulator that decays, in `Double`, weights kept as weights: what a lane is meant to compute.
private struct DecayedAdaGrad {
    let alpha: Double
    let decay: Double
    var w: [Double]
    var n: [Double]

    mutating func step(_ i: Int, _ g: Double) {
        if g == 0 { return }
        n[i] = decay * n[i] + g * g
        w[i] -= alpha * g / (1 + n[i].squareRoot())
    }
}

@Suite("Portfolio table")
struct PortfolioTableTests {
    @Test("Every lane learns as an AdaGrad of its own, forgetting or not, repeated indices included")
    func lanesAgainstOracles() throws {
        var generator = NumericTestGenerator(for: "lanesAgainstOracles")
        let parameters = PortfolioParameters.standard
        let table = PortfolioTable(bits: 4, offsets: [Logit(clamping: -1)], parameters: parameters)
        var oracles = parameters.lanes.map { lane in
            DecayedAdaGrad(
                alpha: lane.alpha, decay: lane.halfLife.map { power(2, -1 / $0) } ?? 1,
                w: [Double](repeating: 0, count: 16), n: [Double](repeating: 0, count: 16))
        }
        for round in 0..<4_000 {
            let features = randomFeatures(below: 16, &generator)
            let all =
                features.indicators.map { (Int($0), 1.0) } + features.valued.map { (Int($0.index), Double($0.value)) }
            let logits = table.logits(of: features, output: 0)
            let label = Double.random(in: 0..<1, using: &generator) < 0.2 ? 1.0 : 0
            let gradients = slopes(.bce, logits, label)
            table.learn(features, output: 0, gradients: gradients)
            for lane in 0..<8 {
                let expected = all.reduce(-1.0) { $0 + oracles[lane].w[$1.0] * $1.1 }
                // Both take the same gradients; what differs is Float, whose errors the steps of a lane hardly carry
                // on.
                let error = (Double(logits[lane]) - expected).magnitude
                #expect(
                    error <= 1e-3 * (1 + expected.magnitude), "lane \(lane) at \(round): \(logits[lane]), \(expected)")
                for (i, x) in all { oracles[lane].step(i, Double(gradients[lane]) * x) }
            }
        }
    }

    @Test("A lane that forgets nothing learns what a single table with its α learns")
    func lanesAgainstSingleTables() throws {
        var generator = NumericTestGenerator(for: "lanesAgainstSingleTables")
        let offset = Logit(clamping: -2)
        let table = PortfolioTable(bits: 6, offsets: [offset], parameters: .standard)
        let singles = try [0.05, 0.15, 0.5, 1.5, 3].map {
            FTRLTable(bits: 6, parameters: try FTRLParameters(alpha: $0), offsets: [offset])
        }
        for _ in 0..<2_000 {
            let features = randomFeatures(below: 64, &generator)
            let logits = table.logits(of: features, output: 0)
            let label = Double.random(in: 0..<1, using: &generator) < 0.2 ? 1.0 : 0
            table.learn(features, output: 0, gradients: slopes(.bce, logits, label))
            for (lane, single) in singles.enumerated() {
                let raw = single.learn(features, loss: .bce, label: label, weight: 1).value
                #expect((logits[lane] - raw).magnitude <= 1e-3 * (1 + raw.magnitude), "lane \(lane)")
            }
        }
    }

    @Test("An index that occurs twice steps twice, the second time from where the first left it")
    func repeatedIndices() {
        let (once, twice) = (makeTable(), makeTable())
        let gradients = SIMD8<Float>(0.5, -0.25, 1, -1, 2, 0.125, -3, 0.75)
        for _ in 0..<2 { once.learn(FeatureVector(indicators: [5]), output: 1, gradients: gradients) }
        twice.learn(FeatureVector(indicators: [5, 5]), output: 1, gradients: gradients)
        #expect(once.line(at: 5, output: 1) == twice.line(at: 5, output: 1))
        let features = FeatureVector(indicators: [5], valued: [ValuedFeature(index: 5, value: 1)])
        let third = makeTable()
        third.learn(features, output: 1, gradients: gradients)
        #expect(third.line(at: 5, output: 1) == twice.line(at: 5, output: 1))
    }

    @Test("What was scored before a step, if anything, changes nothing about it")
    func scoresBeforeSteps() {
        var generator = NumericTestGenerator(for: "scoresBeforeSteps")
        let (scored, unscored) = (makeTable(), makeTable())
        for round in 0..<300 {
            let features = randomFeatures(below: 32, &generator)
            let other = randomFeatures(below: 32, &generator)
            let gradients = SIMD8<Float>(repeating: Float.random(in: -1...1, using: &generator))
            switch round % 3 {
            case 0: _ = scored.logits(of: features, output: 0)
            case 1: _ = scored.logits(of: other, output: 1)
            default:
                _ = scored.logits(of: features, output: 0)
                for table in [scored, unscored] { table.learn(other, output: 0, gradients: gradients) }
            }
            for table in [scored, unscored] { table.learn(features, output: 0, gradients: gradients) }
        }
        for slot in UInt32(0)..<32 { #expect(scored.line(at: slot, output: 0) == unscored.line(at: slot, output: 0)) }
    }

    @Test("The first step can be worked out by hand")
    func handValues() throws {
        let lanes = try [0.5, 1, 2, 4, 0.5, 1, 2, 4].map { try PortfolioLane(alpha: $0, halfLife: 1) }
        let parameters = try PortfolioParameters(lanes: lanes)
        let table = PortfolioTable(bits: 1, offsets: [Logit(clamping: 0)], parameters: parameters)
        let features = FeatureVector(indicators: [1])
        // g = 3: n = 9, w = −α 3/(1 + 3); then g = −1.5 · √2 with half of n forgotten: n = 4.5 + 4.5 = 9 again.
        table.learn(features, output: 0, gradients: SIMD8(repeating: 3))
        #expect(table.weights(at: 1, output: 0)[0] == -0.375 && table.weights(at: 1, output: 0)[3] == -3)
        let second = -1.5 * Float(2).squareRoot()
        table.learn(features, output: 0, gradients: SIMD8(repeating: second))
        #expect((table.line(at: 1, output: 0).rootsOfN[2] - 3).magnitude < 1e-5)
        #expect((table.weights(at: 1, output: 0)[2] - (-1.5 - 2 * second / 4)).magnitude < 1e-5)
    }

    @Test("A lane with gradient 0 keeps its pair, a value of 0 touches nothing, and gradients all 0 change nothing")
    func zeroGradients() {
        let table = makeTable()
        let features = FeatureVector(indicators: [2], valued: [ValuedFeature(index: 3, value: 0)])
        table.learn(features, output: 0, gradients: SIMD8(repeating: 1))
        let before = table.line(at: 2, output: 0)
        var changed: [UInt32] = []
        table.takeChangedSlots(into: &changed)
        #expect(changed == [2])
        table.learn(features, output: 0, gradients: .zero)
        #expect(table.line(at: 2, output: 0) == before)
        table.takeChangedSlots(into: &changed)
        #expect(changed.isEmpty)
        var gradients = SIMD8<Float>.zero
        gradients[1] = 1
        table.learn(features, output: 0, gradients: gradients)
        let after = table.line(at: 2, output: 0)
        for lane in 0..<8 { #expect((after.rootsOfN[lane] == before.rootsOfN[lane]) == (lane != 1)) }
    }

    @Test("Outputs share slots and nothing else")
    func outputsAreIndependent() {
        var generator = NumericTestGenerator(for: "outputsAreIndependent")
        let offsets = [Logit(clamping: -1), Logit(clamping: 2)]
        let both = PortfolioTable(bits: 6, offsets: offsets, parameters: .standard)
        let apart = offsets.map { PortfolioTable(bits: 6, offsets: [$0], parameters: .standard) }
        for _ in 0..<1_000 {
            let features = randomFeatures(below: 64, &generator)
            let output = Int.random(in: 0...1, using: &generator)
            let logits = both.logits(of: features, output: output)
            #expect(logits == apart[output].logits(of: features, output: 0))
            let gradients = slopes(.bce, logits, 1)
            both.learn(features, output: output, gradients: gradients)
            apart[output].learn(features, output: 0, gradients: gradients)
        }
    }

    @Test("A table restored from the touched lines of another scores and learns like it, prefetched or not")
    func restoring() {
        var generator = NumericTestGenerator(for: "portfolioRestoring")
        let (original, copy) = (makeTable(), makeTable())
        for _ in 0..<300 {
            let features = randomFeatures(below: 64, &generator)
            original.learn(features, output: 1, gradients: slopes(.bce, original.logits(of: features, output: 1), 1))
        }
        for output in 0...1 {
            var last: UInt32?
            original.forEachTouchedLine(output: output) { index, line in
                #expect(last.map { index > $0 } ?? true)
                last = index
                copy.setLine(line, at: index, output: output)
            }
            #expect((last == nil) == (output == 0))
        }
        for _ in 0..<300 {
            let features = randomFeatures(below: 64, &generator)
            copy.prefetch(features, output: 0)
            for output in 0...1 {
                let logits = original.logits(of: features, output: output)
                #expect(logits == copy.logits(of: features, output: output))
                original.learn(features, output: output, gradients: slopes(.bce, logits, 0))
                copy.learn(features, output: output, gradients: slopes(.bce, logits, 0))
            }
        }
        var (left, right): ([UInt32], [UInt32]) = ([], [])
        original.takeChangedSlots(into: &left)
        copy.takeChangedSlots(into: &right)
        #expect(!left.isEmpty && left == right && left == left.sorted())
        copy.setLine(copy.line(at: 1, output: 0), at: 1, output: 0)
        copy.takeChangedSlots(into: &right)
        #expect(right.isEmpty)
        copy.setLine(.empty, at: left[0], output: 1)
        copy.takeChangedSlots(into: &right)
        #expect(right == [left[0]])
    }

    @Test("Absurd gradients, values and parameters leave every weight and score finite", arguments: [1e-6, 1, 100])
    func adversarialStream(alpha: Double) throws {
        var generator = NumericTestGenerator(for: "portfolioAdversarial")
        let lanes = try [nil, 1, 2, 100, nil, 1e6, 10, 1.5].map { try PortfolioLane(alpha: alpha, halfLife: $0) }
        let parameters = try PortfolioParameters(lanes: lanes, beta: 1e-3)
        let table = PortfolioTable(bits: 4, offsets: [Logit(clamping: 0)], parameters: parameters)
        let sizes: [Float] = [.infinity, .greatestFiniteMagnitude, 0x1p40, 1, 1e-20, .leastNonzeroMagnitude, 0]
        let values: [Float] = [1e6, -1e6, 1, .leastNonzeroMagnitude, -0.0, 1e-20]
        for round in 0..<20_000 {
            let features = FeatureVector(
                indicators: (0..<3).map { _ in .random(in: 0..<16, using: &generator) },
                valued: (0..<5).map { _ in
                    ValuedFeature(
                        index: .random(in: 0..<16, using: &generator),
                        value: values.randomElement(using: &generator) ?? 1)
                })
            let logits = table.logits(of: features, output: 0)
            var gradients = SIMD8<Float>()
            for lane in 0..<8 {
                #expect(logits[lane].magnitude <= Logit.bound)
                let size = sizes.randomElement(using: &generator) ?? 1
                // Long runs in one direction, and runs that contradict the score.
                let up = round % 4_000 < 2_000 ? round / 4_000 % 2 == 0 : logits[lane] > 0
                gradients[lane] = up ? size : -size
            }
            table.learn(features, output: 0, gradients: gradients)
        }
        for index in 0..<UInt32(16) {
            let line = table.line(at: index, output: 0)
            #expect(PortfolioLine(weights: line.weights, rootsOfN: line.rootsOfN) == line)
            for lane in 0..<8 { #expect(table.weights(at: index, output: 0)[lane].isFinite) }
        }
    }

    @Test("Lines and parameters outside their domain are refused")
    func domains() {
        var hostile = SIMD8<Float>.zero
        hostile[7] = .nan
        #expect(PortfolioLine(weights: hostile, rootsOfN: .zero) == nil)
        #expect(PortfolioLine(weights: .zero, rootsOfN: hostile) == nil)
        hostile[7] = -1
        #expect(PortfolioLine(weights: .zero, rootsOfN: hostile) == nil)
        #expect(throws: FTRLParameterError.halfLifeOutOfRange(0.5)) { try PortfolioLane(alpha: 1, halfLife: 0.5) }
        #expect(throws: FTRLParameterError.alphaOutOfRange(0)) { try PortfolioLane(alpha: 0) }
        #expect(throws: FTRLParameterError.laneCountNotEight(0)) { try PortfolioParameters(lanes: []) }
        #expect(
            FTRLParameterError.laneCountNotEight(5).description
                == "a portfolio has 5 lanes, but must have 8; a lane may be given twice")
    }

    private func makeTable() -> PortfolioTable {
        PortfolioTable(bits: 6, offsets: [Logit(clamping: -1), Logit(clamping: -3)], parameters: .standard)
    }

    private func slopes(_ loss: BinaryLoss, _ logits: SIMD8<Float>, _ label: Double) -> SIMD8<Float> {
        var result = SIMD8<Float>()
        for lane in 0..<8 {
            result[lane] = Float(loss.gradient(logit: Double(logits[lane]), label: label, weight: 1))
        }
        return result
    }

    private func randomFeatures(below limit: UInt32, _ generator: inout NumericTestGenerator) -> FeatureVector {
        FeatureVector(
            indicators: (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                .random(in: 0..<limit, using: &generator)
            },
            valued: (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                ValuedFeature(
                    index: .random(in: 0..<limit, using: &generator), value: .random(in: -2...2, using: &generator))
            })
    }
}
