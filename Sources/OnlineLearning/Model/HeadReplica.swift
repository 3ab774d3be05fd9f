// One head of a replica: the numbers that its scores are made of.

import ElementaryMath
import ScoringRecords

/// Scores one head. Confined to one thread.
final class HeadReplica {
    private let index: Int
    private let offset: Float
    private let map: CompositeMap
    private let optimizer: OptimizerChoice
    private let lanes: Int
    private let slotCount: Int
    private let count: Int
    // `count` numbers, zeroed at init and freed by deinit: this object owns them alone. 32-byte aligned, so that the
    // eight numbers of a portfolio's slot are one aligned vector.
    private let numbers: UnsafeMutablePointer<Float>
    private var mixture: PortfolioMixture?
    private(set) var serving = HeadServing()
    private var numberChecksum: UInt64 = 0

    private static let alignment = 32

    init(index: Int, head: HeadSpecification, optimizer: OptimizerChoice, bits: Int) {
        self.index = index
        self.optimizer = optimizer
        map = CompositeMap(loss: head.loss, treatment: head.treatment)
        offset = map.initialOffset(baseRate: head.baseRate).value
        lanes = optimizer.servedLanes
        slotCount = 1 << bits
        count = slotCount * lanes
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Float>.stride, alignment: HeadReplica.alignment)
        numbers = raw.initializeMemory(as: Float.self, repeating: 0, count: count)
        if case .portfolio(_, let halfLife) = optimizer {
            mixture = PortfolioMixture(halfLife: halfLife)
            serving.mixture = mixture?.state ?? []
        }
    }

    deinit { UnsafeMutableRawPointer(numbers).deallocate() }

    // MARK: Scoring

    func score(_ features: FeatureVector) -> HeadScore {
        guard let mixture else {
            var sum = offset
            for index in features.indicators { sum += numbers[position(index)] }
            for feature in features.valued { sum += numbers[position(feature.index)] * feature.value }
            let raw = Logit(clamping: sum)
            let mapped = Logit(clamping: Float(map.calibratedLogit(ofRaw: Double(raw.value))))
            return HeadScore(raw: raw, mapped: mapped, served: served(mapped))
        }
        var sums = SIMD8<Float>(repeating: offset)
        for index in features.indicators { sums += vector(index) }
        for feature in features.valued { sums += vector(feature.index) * feature.value }
        sums.replace(with: Logit.bound, where: sums .> Logit.bound)
        sums.replace(with: -Logit.bound, where: sums .< -Logit.bound)
        let raw = SIMD8<Double>(sums)
        var mappedLanes = raw
        for lane in 0..<8 { mappedLanes[lane] = map.calibratedLogit(ofRaw: raw[lane]) }
        let mapped = Logit(clamping: Float(mixture.mix(logits: mappedLanes)))
        return HeadScore(
            raw: Logit(clamping: Float(mixture.mix(logits: raw))), mapped: mapped, served: served(mapped), lanes: sums)
    }

    private func served(_ mapped: Logit) -> Logit {
        guard let line = serving.recalibration else { return mapped }
        return Logit(clamping: Float(OnlinePlatt.line(line.intercept, line.slope, at: Double(mapped.value))))
    }

    func standardError(_ features: FeatureVector) -> Float? {
        guard case .ekf(let parameters) = optimizer else { return nil }
        // The second number of a slot says by how much its variance has fallen below the prior.
        let prior = Float(parameters.priorVariance)
        var variance: Float = 0
        for index in features.indicators { variance += prior - numbers[position(index) + 1] }
        for feature in features.valued {
            variance += feature.value * feature.value * (prior - numbers[position(feature.index) + 1])
        }
        return max(0, variance).squareRoot()
    }

    func unseenCount(_ features: FeatureVector) -> Int {
        func isUnseen(_ index: UInt32) -> Bool {
            let start = position(index)
            return (start..<start + lanes).allSatisfy { numbers[$0] == 0 }
        }
        return features.indicators.count(where: isUnseen) + features.valued.count { isUnseen($0.index) }
    }

    // A slot within the model gives a position within `count`: the only way to a number by a feature.
    private func position(_ slot: UInt32) -> Int {
        precondition(Int(slot) < slotCount, "a feature index lies beyond the model's slots")
        return Int(slot) * lanes
    }

    private func vector(_ slot: UInt32) -> SIMD8<Float> {
        // Eight numbers from `position`, aligned to 32 bytes because slots of eight Floats are.
        UnsafeRawPointer(numbers + position(slot)).load(as: SIMD8<Float>.self)
    }

    // MARK: Changing

    /// Takes changed numbers and the serving state; `false` where they do not fit this head.
    func take(_ changes: [WeightChange], serving: HeadServing) -> Bool {
        if case .portfolio(_, let halfLife) = optimizer {
            guard let mixture = PortfolioMixture(state: serving.mixture, halfLife: halfLife) else { return false }
            self.mixture = mixture
        } else if !serving.mixture.isEmpty {
            return false
        }
        self.serving = serving
        for change in changes {
            guard Int(change.index) < count else { return false }
            let number = numbers + Int(change.index)
            numberChecksum = numberChecksum &- digest(change.index, number.pointee)
            number.pointee = change.weight
            numberChecksum = numberChecksum &+ digest(change.index, change.weight)
        }
        return true
    }

    func clear() {
        numbers.update(repeating: 0, count: count)
        numberChecksum = 0
        if case .portfolio(_, let halfLife) = optimizer { mixture = PortfolioMixture(halfLife: halfLife) }
        serving = HeadServing(mixture: mixture?.state ?? [])
    }

    // MARK: Publishing

    func number(at index: UInt32) -> Float {
        precondition(Int(index) < count, "a number beyond the table")
        return numbers[Int(index)]
    }

    var nonZero: [WeightChange] {
        (0..<count).compactMap { index in
            let number = numbers[index]
            return number == 0 ? nil : WeightChange(index: UInt32(index), weight: number)
        }
    }

    /// A sum of independent mixes: order does not matter, and a number can be taken out again.
    var checksum: UInt64 {
        var sum = numberChecksum
        for (lane, loss) in serving.mixture.enumerated() {
            sum = sum &+ FeatureHash.combine(UInt64(index) << 8 | UInt64(lane), loss.bitPattern)
        }
        if let line = serving.recalibration {
            sum =
                sum
                &+ FeatureHash.combine(
                    UInt64(index), FeatureHash.combine(line.intercept.bitPattern, line.slope.bitPattern))
        }
        return sum
    }

    private func digest(_ index: UInt32, _ number: Float) -> UInt64 {
        if number == 0 { return 0 }
        return FeatureHash.combine(UInt64(self.index) << 32 | UInt64(index), UInt64(number.bitPattern))
    }
}
