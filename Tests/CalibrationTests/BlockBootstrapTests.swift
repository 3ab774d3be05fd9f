// Standard errors by drawing blocks: against distributions known exactly, and against what independence would say.

import Calibration
import ElementaryMath
import ScoringRecords
import Testing

extension CalibrationBlock {
    fileprivate mutating func add(_ label: TestLabel) {
        let logit = Logit(clamping: Float(label.logit))
        add(raw: logit, mapped: logit, served: logit, outcome: label.outcome, weight: label.weight)
    }

    fileprivate init(_ labels: some Sequence<TestLabel>) {
        self.init()
        for label in labels { add(label) }
    }
}

/// `count` labels at probability ½, `positives` of them positive.
private func coins(_ count: Int, positives: Int) -> CalibrationBlock {
    CalibrationBlock((0..<count).map { TestLabel(logit: 0, outcome: $0 < positives ? 1 : 0) })
}

@Suite("Block bootstrap")
struct BlockBootstrapTests {
    private let bootstrap = BlockBootstrap(seed: 1)

    @Test("Two blocks are drawn as AA, AB, BA and BB, each a quarter of the time")
    func twoBlocks() throws {
        // Predicted 5 of 10 in both. Observed 2 and 8: the ratios of the draws are 10/4, 10/10 (twice) and 10/16.
        let ratios = [2.5, 1, 1, 0.625]
        let mean = ratios.reduce(0, +) / 4
        let exact = (ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
        let errors = bootstrap.standardErrors(of: [coins(10, positives: 2), coins(10, positives: 8)])
        let found = try #require(errors.calibrationRatio)
        // 1,000 draws leave the deviation within 2 %; four of those.
        #expect(abs(found - exact) < 0.08 * exact)
        #expect(errors.rawCalibrationRatio == found)
        #expect(errors.mappedCalibrationRatio == found)
        #expect(errors.blocks == 2)
    }

    @Test("Each stage of a score has its own error")
    func stages() throws {
        var blocks = [CalibrationBlock(), CalibrationBlock()]
        for (block, positives) in [2, 8].enumerated() {
            for number in 0..<10 {
                blocks[block].add(
                    raw: Logit(clamping: 40), mapped: Logit(clamping: 0), served: Logit(clamping: -40),
                    outcome: number < positives ? 1 : 0, weight: 1)
            }
        }
        let errors = bootstrap.standardErrors(of: blocks)
        let mapped = try #require(errors.mappedCalibrationRatio)
        // Raw scores predict one, mapped ones half, served ones next to nothing, of the same positives.
        #expect(abs((errors.rawCalibrationRatio ?? 0) - 2 * mapped) < 1e-9)
        #expect((errors.calibrationRatio ?? 1) < 1e-12)
    }

    @Test("Blocks that are all alike leave no doubt")
    func alike() {
        let errors = bootstrap.standardErrors(of: Array(repeating: coins(10, positives: 3), count: 7))
        #expect(errors.calibrationRatio == 0)
        #expect(errors.normalizedEntropy == 0)
    }

    @Test("Independent labels get the error that independence predicts")
    func independent() throws {
        var random = SeededGenerator()
        let labels = (0..<40_000).map { _ in random.calibratedLabel(meanLogit: -2) }
        let blocks = stride(from: 0, to: labels.count, by: 200).map { CalibrationBlock(labels[$0..<$0 + 200]) }
        var whole = CalibrationBlock()
        for block in blocks { whole.merge(block) }
        // Var(Σp/Σy) ≈ Σp(1 − p)/(Σy)² by the delta method, at a ratio near 1.
        let expected = whole.served.variance.squareRoot() / whole.served.observed
        let found = try #require(bootstrap.standardErrors(of: blocks).calibrationRatio)
        // 200 blocks leave 5 % and the draws 2 %; four of both together, and some for the spread of Σp over blocks.
        #expect(abs(found / expected - 1) < 0.3)
    }

    @Test("Labels that repeat within their block count once")
    func dependent() throws {
        var random = SeededGenerator()
        let single = (0..<400).map { _ in random.calibratedLabel(meanLogit: 0) }
        let blocks = single.map { CalibrationBlock([$0]) }
        let repeated = single.map { label in CalibrationBlock(Array(repeating: label, count: 25)) }
        let once = try #require(bootstrap.standardErrors(of: blocks).normalizedEntropy)
        let often = try #require(bootstrap.standardErrors(of: repeated).normalizedEntropy)
        #expect(abs(often - once) < 1e-9 * once)
    }

    @Test("The seed decides the draws")
    func seeds() {
        var random = SeededGenerator()
        let blocks = (0..<30).map { _ in CalibrationBlock((0..<20).map { _ in random.calibratedLabel(meanLogit: -1) }) }
        #expect(bootstrap.standardErrors(of: blocks) == BlockBootstrap(seed: 1).standardErrors(of: blocks))
        #expect(bootstrap.standardErrors(of: blocks) != BlockBootstrap(seed: 2).standardErrors(of: blocks))
    }

    @Test("What the draws do not determine has no error")
    func undetermined() throws {
        #expect(bootstrap.standardErrors(of: []).calibrationRatio == nil)
        let one = bootstrap.standardErrors(of: [coins(10, positives: 2)])
        #expect(one.blocks == 1 && one.calibrationRatio == nil && one.normalizedEntropy == nil)
        let noPositive = bootstrap.standardErrors(of: [coins(10, positives: 0), coins(5, positives: 0)])
        #expect(noPositive.calibrationRatio == nil && noPositive.normalizedEntropy == nil)
    }

    @Test("Draws without a positive are left out of the ratio's error")
    func someDraws() throws {
        // A draw of AB has ratio 2, of AA 1, and BB none: the ratios are 1 once and 2 twice in three.
        let errors = bootstrap.standardErrors(of: [coins(10, positives: 5), coins(10, positives: 0)])
        let found = try #require(errors.calibrationRatio)
        #expect(abs(found - (2.0 / 9).squareRoot()) < 0.08 * (2.0 / 9).squareRoot())
    }

    @Test("A label of weight 0 is no label")
    func weightless() {
        var block = coins(10, positives: 3)
        block.add(TestLabel(logit: 1, outcome: 1, weight: 0))
        #expect(block == coins(10, positives: 3))
    }
}
