// Events that are listed before they are scored and learned give what unlisted ones give, and marks of change stay inside.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("Listed events")
struct ListedEventTests {
    // So few slots that most events meet one twice.
    private static let bits = 6

    @Test("Events listed ahead are scored and learned to the same bits, for every output", arguments: [1, 3])
    func sameBits(outputs: Int) throws {
        var generator = NumericTestGenerator(for: "listedEvents")
        let (plain, ahead) = (try table(outputs: outputs), try table(outputs: outputs))
        let events = (0..<600).map { _ in features(&generator) }
        for index in 0..<3 { ahead.list(events[index], as: index % FTRLTable.listLimit) }
        for (index, event) in events.enumerated() {
            for output in 0..<outputs {
                let expected = plain.learn(event, output: output) { BinaryLoss.bce.slope(at: $0) }
                if index % 7 == 0 {
                    #expect(ahead.logit(listed: index % FTRLTable.listLimit, output: output) == expected)
                }
                // Another event is listed between the score and the step of this one.
                let logit = ahead.learn(listed: index % FTRLTable.listLimit, output: output) {
                    if output == 0, index + 3 < events.count {
                        ahead.list(events[index + 3], as: (index + 3) % FTRLTable.listLimit)
                    }
                    return BinaryLoss.bce.slope(at: $0)
                }
                #expect(logit == expected)
            }
        }
        for output in 0..<outputs {
            #expect(contents(plain, output) == contents(ahead, output))
            #expect(!contents(plain, output).isEmpty)
        }
    }

    @Test("Taking the changed slots changes no bit, and later changes are reported again")
    func marksStayInside() throws {
        var generator = NumericTestGenerator(for: "marksStayInside")
        let (table, other) = (try table(outputs: 2), try table(outputs: 2))
        var (changed, again): ([UInt32], [UInt32]) = ([], [])
        for round in 0..<200 {
            let event = features(&generator)
            let before = contents(table, round % 2)
            for one in [table, other] { one.learn(event, output: round % 2) { BinaryLoss.bce.slope(at: $0) } }
            let after = contents(table, round % 2)
            table.takeChangedSlots(into: &changed)
            #expect(contents(table, round % 2) == after && contents(other, round % 2) == after)
            let moved = (0..<UInt32(1 << Self.bits)).filter { before[$0] != after[$0] }
            #expect(Set(changed).isSuperset(of: moved) && changed == changed.sorted())
            let touched = Set((event.indicators + event.valued.map(\.index)).map { $0 % (1 << UInt32(Self.bits)) })
            #expect(touched.isSuperset(of: changed))
            table.takeChangedSlots(into: &again)
            #expect(again.isEmpty)
        }
    }

    @Test("An event of more features than fit, then a narrow one, in the same place")
    func growing() throws {
        let table = try table(outputs: 1)
        for width in [3, 500, 9, 0, 64] {
            let event = FeatureVector(indicators: (0..<UInt32(width)).map { $0 }, valued: [.init(index: 5, value: 0.5)])
            table.list(event, as: 2)
            #expect(table.logit(listed: 2) == table.logit(of: event))
            table.learn(listed: 2) { BinaryLoss.bce.slope(at: $0) }
        }
    }

    @Test("The gradients of eight lanes are the bits of eight gradients", arguments: [0.0, 2, 2.5])
    func laneGradients(gamma: Double) throws {
        var generator = NumericTestGenerator(for: "laneGradients")
        let loss = try BinaryLoss.focal(gamma: gamma, alpha: 0.3)
        for round in 0..<2_000 {
            let width = [1.0, 30, 690, 9_000][round % 4]
            var logits = SIMD8<Double>()
            for lane in 0..<8 { logits[lane] = .random(in: -width...width, using: &generator) }
            if round % 5 == 0 { logits[round % 8] = -0.0 }
            let label = [0, 1, 0.25][round % 3]
            let gradients = loss.gradients(logits: logits, label: label, weight: 3)
            for lane in 0..<8 {
                let expected = loss.gradient(logit: logits[lane], label: label, weight: 3)
                #expect(gradients[lane].bitPattern == expected.bitPattern)
            }
        }
    }

    private func table(outputs: Int) throws -> FTRLTable {
        FTRLTable(
            bits: Self.bits, parameters: try FTRLParameters(alpha: 0.3, l1: 0.01),
            offsets: (0..<outputs).map { Logit(clamping: -Float($0)) })
    }

    private func features(_ generator: inout NumericTestGenerator) -> FeatureVector {
        FeatureVector(
            indicators: (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                .random(in: 0...9_999, using: &generator)
            },
            valued: (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                ValuedFeature(
                    index: .random(in: 0...9_999, using: &generator),
                    value: [0, 1, -2.5, 0.125].randomElement(using: &generator) ?? 1)
            })
    }

    /// The bits of every slot that is not empty.
    private func contents(_ table: FTRLTable, _ output: Int) -> [UInt32: [UInt32]] {
        var found: [UInt32: [UInt32]] = [:]
        table.forEachTouchedSlot(output: output) { found[$0] = [$1.z.bitPattern, $1.rootOfN.bitPattern] }
        return found
    }
}

extension BinaryLoss {
    /// The gradient towards a positive.
    fileprivate func slope(at logit: Logit) -> Double { gradient(logit: Double(logit.value), label: 1, weight: 1) }
}
