// The table against Algorithm 1 written out for one coordinate at a time: equal to the last bit.

import OnlineLearning
import ScoringRecords
import Testing

/// FTRL-Proximal in scalar `Float`, the operations in the order in which the documentation of the table gives them.
private struct ScalarOracle {
    var z: [Float]
    var roots: [Float]
    let offset: Float
    let parameters: FTRLParameters

    func weight(_ i: Int) -> Float {
        let l1 = Float(parameters.l1)
        if z[i].magnitude <= l1 { return 0 }
        let signed = z[i] > 0 ? l1 - z[i] : -l1 - z[i]
        let inverseRate = (roots[i] + Float(parameters.beta)) * Float(1 / parameters.alpha)
        return signed / (inverseRate + Float(parameters.l2))
    }

    mutating func step(_ i: Int, _ g: Float) {
        let w = weight(i)
        if g == 0 { return }
        let newRoot = (roots[i] * roots[i] + g * g).squareRoot()
        let sigma = (newRoot - roots[i]) * Float(1 / parameters.alpha)
        z[i] += g - sigma * w
        roots[i] = newRoot
    }

    mutating func learn(_ features: FeatureVector, _ loss: BinaryLoss, _ label: Double, _ weight: Double) -> Float {
        let all = features.indicators.map { (Int($0), Float(1)) } + features.valued.map { (Int($0.index), $0.value) }
        var s = [Float](repeating: 0, count: 8)
        for (k, (i, x)) in all.enumerated() { s[k % 8] += self.weight(i) * x }
        let sum = offset + (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])))
        let g = Float(loss.gradient(logit: Double(sum), label: label, weight: weight))
        if g != 0 { for (i, x) in all { step(i, x * g) } }
        return sum
    }
}

@Suite("FTRL-Proximal against a scalar oracle")
struct FTRLOracleTests {
    @Test("Random streams with repeated indices, zero weights and any number of features agree bit for bit")
    func randomStreams() throws {
        var generator = NumericTestGenerator(for: "randomStreams")
        for bits in [2, 4, 8] {
            let parameters = try FTRLParameters(
                alpha: .random(in: 0.01...2, using: &generator), beta: .random(in: 0.1...2, using: &generator),
                l1: Bool.random(using: &generator) ? 0 : 0.3, l2: .random(in: 0...0.5, using: &generator))
            let table = FTRLTable(bits: bits, parameters: parameters, offsets: [Logit(clamping: -2.5)])
            let zeros = [Float](repeating: 0, count: table.slotCount)
            var oracle = ScalarOracle(z: zeros, roots: zeros, offset: -2.5, parameters: parameters)
            let loss = try BinaryLoss.focal(gamma: bits == 4 ? 2 : 0, alpha: 0.25)
            for _ in 0..<3_000 {
                let features = randomFeatures(below: UInt32(table.slotCount), &generator)
                let label = Bool.random(using: &generator) ? 1.0 : Double.random(in: 0...1, using: &generator)
                let weight = Double(Int.random(in: 0...3, using: &generator))
                let got = table.learn(features, loss: loss, label: label, weight: weight)
                #expect(got.value == oracle.learn(features, loss, label, weight))
            }
            for i in 0..<table.slotCount {
                let slot = table.slot(at: UInt32(i))
                #expect(
                    slot.z.bitPattern == oracle.z[i].bitPattern
                        && slot.rootOfN.bitPattern == oracle.roots[i].bitPattern)
                #expect(table.weight(at: UInt32(i)) == oracle.weight(i))
            }
        }
    }

    @Test("An index that occurs three times counts three times in the score and steps three times, one after the other")
    func repeatedIndex() throws {
        let table = FTRLTable(bits: 3, parameters: try FTRLParameters(alpha: 1), offsets: [Logit(clamping: 0)])
        let features = FeatureVector(indicators: [5, 5, 5])
        // The first gradient is −½, from w = 0. Steps: z −½, n ¼, w ⅓; then σ = √½ − ½, z −½ − ½ − σ/3, …
        table.learn(features, loss: .bce, label: 1, weight: 1)
        #expect((Double(table.slot(at: 5).rootOfN) - 0.75.squareRoot()).magnitude < 1e-6)
        let z1: Double = -0.5
        let z2 = z1 - 0.5 - (0.5.squareRoot() - 0.5) * (0.5 / 1.5)
        let w2 = -z2 / (1 + 0.5.squareRoot())
        let z3 = z2 - 0.5 - (0.75.squareRoot() - 0.5.squareRoot()) * w2
        #expect((Double(table.slot(at: 5).z) - z3).magnitude < 1e-6)
        let score = table.logit(of: features).value
        #expect((score - 3 * table.weight(at: 5)).magnitude < 1e-6)
    }

    private func randomFeatures(below limit: UInt32, _ generator: inout NumericTestGenerator) -> FeatureVector {
        let indicators = Int.random(in: 0...40, using: &generator)
        let valued = Int.random(in: 0...90, using: &generator) / 10
        return FeatureVector(
            indicators: (0..<indicators).map { _ in .random(in: 0..<limit, using: &generator) },
            valued: (0..<valued).map { _ in
                ValuedFeature(
                    index: .random(in: 0..<limit, using: &generator), value: .random(in: -3...3, using: &generator))
            })
    }
}
