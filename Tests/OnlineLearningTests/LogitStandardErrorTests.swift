// The standard error that FTRL-Proximal can state of its own scores, against how far it really is from the truth.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

@Suite("Standard error of the logit")
struct LogitStandardErrorTests {
    @Test("An untouched feature contributes α/2 times the square of its value")
    func handValues() throws {
        let table = FTRLTable(bits: 3, parameters: try FTRLParameters(alpha: 0.5), offsets: [Logit(clamping: 0)])
        let features = FeatureVector(indicators: [1], valued: [ValuedFeature(index: 2, value: 2)])
        #expect((table.logitStandardError(of: features) - Float(1.25).squareRoot()).magnitude < 1e-6)
        #expect(table.logitStandardError(of: FeatureVector()) == 0)
        // n = ¼ afterwards, √n = ½: η = .5/1.5.
        table.learn(FeatureVector(indicators: [1]), loss: .bce, label: 1, weight: 1)
        let after = table.logitStandardError(of: FeatureVector(indicators: [1]))
        #expect((after - Float(0.25 / 1.5).squareRoot()).magnitude < 1e-6)
    }

    @Test("On calibrated streams errors are as large as stated, correlated features or not", arguments: [0.2, 0.5, 1])
    func calibrated(alpha: Double) throws {
        for duplicated in [false, true] {
            var generator = NumericTestGenerator(for: "standardErrorCalibrated")
            let weights = (0..<40).map { _ in Double.random(in: -1...1, using: &generator) }
            let table = FTRLTable(bits: 7, parameters: try FTRLParameters(alpha: alpha), offsets: [Logit(clamping: -1)])
            var (squares, seen) = (0.0, 0.0)
            for t in 0..<60_000 {
                var indices = (0..<4).map { UInt32($0 * 10) + .random(in: 0..<10, using: &generator) }
                let truth = indices.reduce(-1.0) { $0 + weights[Int($1)] }
                // Each feature a second time under another name: perfectly correlated.
                if duplicated { indices += indices.map { $0 + 64 } }
                let features = FeatureVector(indicators: indices)
                if t >= 20_000 {
                    let error = Double(table.logit(of: features).value) - truth
                    let stated = Double(table.logitStandardError(of: features))
                    squares += error * error / (stated * stated)
                    seen += 1
                }
                let positive = Double.random(in: 0..<1, using: &generator) < sigmoid(truth)
                table.learn(features, loss: .bce, label: positive ? 1 : 0, weight: 1)
            }
            // At α = .1, where α√n is only 3 after this many events, the ratio is still 1.6: errors not yet unlearned.
            let ratio = squares / seen
            #expect(ratio > 0.6 && ratio < 1.6, "alpha \(alpha), duplicated \(duplicated): \(ratio)")
        }
    }
}
