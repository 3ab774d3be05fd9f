// The table as a container of state: determinism, change tracking, restoring, and streams that mean harm.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("FTRL table")
struct FTRLTableTests {
    @Test("Two tables that learn the same stream hold the same bits, their memory asked for or not")
    func equalRunsAreEqualBits() throws {
        var generator = NumericTestGenerator(for: "equalRunsAreEqualBits")
        let stream = (0..<2_000).map { _ in event(&generator, below: 1 << 12) }
        let runs = try [true, false].map { prefetching in
            let table = try makeTable(bits: 12)
            for (features, label) in stream {
                if prefetching { table.list(features, as: 3) }
                table.learn(features, loss: .bce, label: label, weight: 1)
            }
            return contents(table)
        }
        #expect(!runs[0].isEmpty)
        #expect(runs[0] == runs[1])
    }

    @Test("Changed slots are reported once each, ascending, and exactly those that changed")
    func changedSlots() throws {
        let table = try makeTable(bits: 14)
        var changed: [UInt32] = []
        table.takeChangedSlots(into: &changed)
        #expect(changed.isEmpty)
        table.learn(FeatureVector(indicators: [16_383, 64, 63, 64, 0]), loss: .bce, label: 1, weight: 1)
        table.learn(
            FeatureVector(indicators: [4_096], valued: [.init(index: 7, value: 0)]), loss: .bce, label: 0, weight: 1)
        table.learn(FeatureVector(indicators: [5_000]), loss: .bce, label: 0, weight: 0)
        table.takeChangedSlots(into: &changed)
        // Not 7, whose value was 0, and not 5,000, whose example had no weight.
        #expect(changed == [0, 63, 64, 4_096, 16_383])
        table.takeChangedSlots(into: &changed)
        #expect(changed.isEmpty)
        table.learn(FeatureVector(indicators: [64]), loss: .bce, label: 1, weight: 1)
        table.takeChangedSlots(into: &changed)
        #expect(changed == [64])
    }

    @Test("A table restored from the touched slots of another scores and learns like it")
    func restoring() throws {
        var generator = NumericTestGenerator(for: "restoring")
        let original = try makeTable(bits: 10)
        for _ in 0..<500 {
            let (features, label) = event(&generator, below: 1 << 10)
            original.learn(features, loss: .bce, label: label, weight: 1)
        }
        let copy = try makeTable(bits: 10)
        original.forEachTouchedSlot { index, slot in copy.setSlot(slot, at: index) }
        for _ in 0..<500 {
            let (features, label) = event(&generator, below: 1 << 10)
            #expect(original.logit(of: features) == copy.logit(of: features))
            let left = original.learn(features, loss: .bce, label: label, weight: 1)
            #expect(left == copy.learn(features, loss: .bce, label: label, weight: 1))
        }
        #expect(contents(original) == contents(copy))
        // Restoring counts as a change, and clearing a slot empties it.
        var changed: [UInt32] = []
        copy.takeChangedSlots(into: &changed)
        copy.setSlot(.empty, at: changed[0])
        copy.setSlot(.empty, at: changed[0])
        var again: [UInt32] = []
        copy.takeChangedSlots(into: &again)
        #expect(again == [changed[0]])
    }

    @Test("An event without features scores the offset and changes nothing")
    func emptyEvent() throws {
        let table = try makeTable(bits: 4)
        #expect(table.learn(FeatureVector(), loss: .bce, label: 1, weight: 1) == table.offsets[0])
        #expect(contents(table).isEmpty)
    }

    @Test("Absurd weights, values and parameters leave every weight and score finite", arguments: [1e-6, 1, 100])
    func adversarialStream(alpha: Double) throws {
        var generator = NumericTestGenerator(for: "adversarialStream")
        let parameters = try FTRLParameters(alpha: alpha, beta: 1e-3)
        let table = FTRLTable(bits: 4, parameters: parameters, offsets: [Logit(clamping: 0)])
        let losses = try [
            BinaryLoss.weighted(positiveWeight: 1e9, negativeWeight: 1e9), .focal(gamma: 10, positiveWeight: 1e9), .bce,
        ]
        let weights = [Double(Float.greatestFiniteMagnitude), 1, Double(Float.leastNonzeroMagnitude), 1e30, 0]
        let values: [Float] = [1e6, -1e6, 1, Float.leastNonzeroMagnitude, -0.0, 1e-20]
        for round in 0..<20_000 {
            let features = FeatureVector(
                indicators: (0..<3).map { _ in .random(in: 0..<16, using: &generator) },
                valued: (0..<9).map { _ in
                    ValuedFeature(
                        index: .random(in: 0..<16, using: &generator),
                        value: values.randomElement(using: &generator) ?? 1)
                })
            // Long runs of one label, and a label that contradicts the score: both push as far as pushing goes.
            let label: Double =
                round % 4_000 < 2_000 ? (round / 4_000 % 2 == 0 ? 1 : 0) : (table.logit(of: features).value > 0 ? 0 : 1)
            table.learn(
                features, loss: losses.randomElement(using: &generator) ?? .bce, label: label,
                weight: weights.randomElement(using: &generator) ?? 1)
        }
        for index in 0..<UInt32(16) {
            let slot = table.slot(at: index)
            #expect(FTRLSlot(z: slot.z, rootOfN: slot.rootOfN) == slot)
            #expect(table.weight(at: index).isFinite)
        }
    }

    @Test("Once n is above what adding the square of the greatest gradient can change, it stays")
    func sumOfSquaresSaturates() throws {
        let table = FTRLTable(bits: 1, parameters: try FTRLParameters(alpha: 1), offsets: [Logit(clamping: 0)])
        let limit = FTRLSlot.rootLimit
        for root in [limit, limit.nextDown, limit / 2 * Float(2).squareRoot().nextUp] {
            table.setSlot(try #require(FTRLSlot(z: 0, rootOfN: root)), at: 0)
            for _ in 0..<3 {
                table.learn(
                    FeatureVector(indicators: [0]), loss: .bce, label: 1, weight: Double(Float.greatestFiniteMagnitude))
            }
            #expect(table.slot(at: 0).rootOfN == root)
        }
    }

    @Test("A coordinate with gradient 0 keeps its pair, however small or large")
    func zeroGradients() throws {
        let table = FTRLTable(bits: 1, parameters: try FTRLParameters(alpha: 1), offsets: [Logit(clamping: 0)])
        for root in [Float.leastNonzeroMagnitude, 0x1.2p-74, 0x1.3p-70, 0x1p-63, 1.1, FTRLSlot.rootLimit] {
            let slot = try #require(FTRLSlot(z: 0.3, rootOfN: root))
            table.setSlot(slot, at: 1)
            table.learn(
                FeatureVector(indicators: [0], valued: [ValuedFeature(index: 1, value: 0)]), loss: .bce, label: 1,
                weight: 1)
            #expect(table.slot(at: 1) == slot)
        }
    }

    @Test("Slots and parameters outside their domain are refused")
    func domains() {
        #expect(FTRLSlot(z: .nan, rootOfN: 0) == nil && FTRLSlot(z: .infinity, rootOfN: 0) == nil)
        #expect(FTRLSlot(z: 0, rootOfN: .nan) == nil && FTRLSlot(z: 0, rootOfN: -1) == nil)
        #expect(FTRLSlot(z: 0, rootOfN: FTRLSlot.rootLimit.nextUp) == nil)
        #expect(throws: FTRLParameterError.alphaOutOfRange(0)) { try FTRLParameters(alpha: 0) }
        #expect(throws: FTRLParameterError.betaOutOfRange(0)) { try FTRLParameters(alpha: 1, beta: 0) }
        #expect(throws: FTRLParameterError.l1OutOfRange(-1)) { try FTRLParameters(alpha: 1, l1: -1) }
        #expect(throws: FTRLParameterError.self) { try FTRLParameters(alpha: 1, l2: .nan) }
        #expect(
            FTRLParameterError.betaOutOfRange(0).description
                == "beta is 0.0, but must lie in 0.001 to 1000000.0; 1 is usual")
    }

    /// Slot number and bits of every touched slot.
    private func contents(_ table: FTRLTable) -> [[UInt32]] {
        var found: [[UInt32]] = []
        table.forEachTouchedSlot { index, slot in found.append([index, slot.z.bitPattern, slot.rootOfN.bitPattern]) }
        return found
    }

    private func makeTable(bits: Int) throws -> FTRLTable {
        FTRLTable(bits: bits, parameters: try FTRLParameters(alpha: 0.3), offsets: [Logit(clamping: -3)])
    }

    private func event(_ generator: inout NumericTestGenerator, below limit: UInt32) -> (FeatureVector, Double) {
        let features = FeatureVector(
            indicators: (0..<30).map { _ in .random(in: 0..<limit, using: &generator) },
            valued: (0..<9).map { _ in
                ValuedFeature(
                    index: .random(in: 0..<limit, using: &generator), value: .random(in: -2...2, using: &generator))
            })
        return (features, Double.random(in: 0..<1, using: &generator) < 0.1 ? 1 : 0)
    }
}
