// The numbers that scores are made of: of every slot those of all outputs side by side, so that an event's memory is
// fetched once whatever the number of heads.

import CKernels
import ScoringRecords

/// A flat table of what is served. Confined to one thread.
///
///     number at ((slot · outputs) + output) · numbers per output + place
///
/// The numbers of an output are its weight, or a portfolio's eight, and behind them, where they are served, as many
/// amounts by which a variance or a learning rate has fallen.
final class ServedTable {
    private let optimizer: OptimizerChoice
    private let offsets: [Float]
    private let width: Int
    private let stride: Int
    private let hasLanes: Bool
    private let linesPerSlot: Int
    private let lastSlot: UInt32
    private let count: Int
    // `count` numbers, zeroed at init and freed by deinit: this object owns them alone. On cache lines, so that the
    // eight numbers of a portfolio's output are one aligned vector.
    private let numbers: UnsafeMutablePointer<Float>

    // A cache line holds this many `Float`.
    private static let numbersPerLine = 16

    /// A sum of independent mixes: order does not matter, and a number can be taken out again.
    private(set) var checksum: UInt64 = 0
    /// Whether an output's numbers tell how uncertain it is.
    let servesVariances: Bool

    init(specification: Specification) {
        optimizer = specification.optimizer
        offsets = specification.heads.flatMap { $0.task.initialOffsets.map(\.value) }
        width = optimizer.servedNumbers(standardErrors: specification.standardErrors)
        if case .ekf = optimizer { servesVariances = true } else { servesVariances = specification.standardErrors }
        stride = width * offsets.count
        hasLanes = optimizer.hasLanes
        linesPerSlot = (stride + ServedTable.numbersPerLine - 1) / ServedTable.numbersPerLine
        let slotCount = 1 << specification.bits
        lastSlot = UInt32(slotCount - 1)
        count = slotCount * stride
        precondition(count <= Int(UInt32.max), "a number's index has 32 bits; the configuration reader has checked it")
        numbers = TableMemory.allocateZeroed(Float.self, count: count)
    }

    deinit { UnsafeMutableRawPointer(numbers).deallocate() }

    // MARK: Scoring

    /// The raw logits of all outputs, clamped to ±`Logit.bound`: in all lanes of a portfolio, else in the first.
    func sum(_ features: borrowing FeatureVector, into sums: inout [SIMD8<Float>]) {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        for output in sums.indices {
            let first = numbers + output * width
            sums[output] =
                hasLanes
                ? laneSums(indicators, valued, first, from: offsets[output])
                : SIMD8(first: sum(indicators, valued, first, from: offsets[output]), others: offsets[output])
        }
    }

    /// The sum of one output's weights, `first` being that of slot 0, as the learner's table sums them (`PartialSums`).
    @inline(__always)
    private func sum(
        _ indicators: Span<UInt32>, _ valued: Span<ValuedFeature>, _ first: UnsafeMutablePointer<Float>,
        from offset: Float
    ) -> Float {
        let count = indicators.count &+ valued.count
        // Into registers: a processor that has written numbers one by one and reads them as a vector waits until they have
        // reached its cache.
        @inline(__always)
        func term(_ entry: Int) -> Float {
            if entry < indicators.count { return first[position(indicators[entry])] }
            if entry >= count { return 0 }
            let feature = valued[entry &- indicators.count]
            return first[position(feature.index)] * feature.value
        }
        @inline(__always)
        func weight(_ entry: Int) -> Float { first[position(indicators[entry])] }
        var sums = PartialSums()
        var start = 0
        while start &+ 8 <= indicators.count {
            sums.add(
                weir_vector8(
                    weight(start), weight(start &+ 1), weight(start &+ 2), weight(start &+ 3), weight(start &+ 4),
                    weight(start &+ 5), weight(start &+ 6), weight(start &+ 7)))
            start &+= 8
        }
        while start < count {
            sums.add(
                weir_vector8(
                    term(start), term(start &+ 1), term(start &+ 2), term(start &+ 3), term(start &+ 4),
                    term(start &+ 5), term(start &+ 6), term(start &+ 7)))
            start &+= 8
        }
        return min(max(sums.total(from: offset), -Logit.bound), Logit.bound)
    }

    /// In all lanes, in the order of the lists, indicators first, as the learner's table does it.
    @inline(__always)
    private func laneSums(
        _ indicators: Span<UInt32>, _ valued: Span<ValuedFeature>, _ first: UnsafeMutablePointer<Float>,
        from offset: Float
    ) -> SIMD8<Float> {
        var sum = SIMD8<Float>(repeating: offset)
        for entry in indicators.indices { sum += vector(first + position(indicators[entry])) }
        for entry in valued.indices { sum += vector(first + position(valued[entry].index)) * valued[entry].value }
        return weir_limit8(sum, SIMD8(repeating: Logit.bound))
    }

    /// Asks for the memory that `sum` will read. A hint without effect on any result.
    func prefetch(_ features: borrowing FeatureVector) {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        // What one slot has for all outputs may lie on several cache lines; positions are inside the table.
        for line in 0..<linesPerSlot {
            let first = numbers + line * ServedTable.numbersPerLine
            for entry in indicators.indices { weir_prefetch_for_reading(first + position(indicators[entry])) }
            for entry in valued.indices { weir_prefetch_for_reading(first + position(valued[entry].index)) }
        }
    }

    /// The variance of one output's raw logit: of all lanes of a portfolio, else in the first.
    ///
    /// - Precondition: `servesVariances`.
    func variances(_ features: FeatureVector, output: Int) -> SIMD8<Float> {
        // What an untouched slot adds; the table says by how much each has fallen below it.
        let (prior, scale) = emptyVariances
        var sum = SIMD8<Float>()
        func add(_ index: UInt32, _ square: Float) {
            let fallen = numbers + position(index) + output * width + width / 2
            if case .portfolio = optimizer {
                sum += (prior - vector(fallen)) * square
            } else {
                sum[0] += (prior[0] - fallen[0]) * square
            }
        }
        for index in features.indicators { add(index, 1) }
        for feature in features.valued { add(feature.index, feature.value * feature.value) }
        sum.replace(with: 0, where: sum .< 0)
        return sum * scale
    }

    private var emptyVariances: (SIMD8<Float>, scale: Float) {
        switch optimizer {
        case .ekf(let parameters): (SIMD8(repeating: Float(parameters.priorVariance)), 1)
        case .ftrl(let parameters): (SIMD8(repeating: Float(parameters.emptyRate)), 0.5)
        case .portfolio(let parameters, _): (PortfolioKernel(parameters).rates(rootOfN: .zero), 0.5)
        }
    }

    /// How many features have only zeros in their slot.
    func unseenCount(_ features: borrowing FeatureVector) -> Int {
        let (indicators, valued) = (features.indicators.span, features.valued.span)
        var count = 0
        for entry in indicators.indices { count &+= isUnseen(position(indicators[entry])) ? 1 : 0 }
        for entry in valued.indices { count &+= isUnseen(position(valued[entry].index)) ? 1 : 0 }
        return count
    }

    @inline(__always)
    private func isUnseen(_ start: Int) -> Bool {
        if stride == 1 { return numbers[start] == 0 }
        for place in start..<start &+ stride where numbers[place] != 0 { return false }
        return true
    }

    // A tag taken off leaves a slot below the slot count, hence a position within `count`: the only way to a number by a
    // feature.
    @inline(__always)
    private func position(_ index: UInt32) -> Int { Int(index & lastSlot) &* stride }

    @inline(__always)
    private func vector(_ first: UnsafeMutablePointer<Float>) -> SIMD8<Float> {
        // Eight numbers of an output, aligned to 32 bytes because outputs of eight or sixteen Floats are.
        UnsafeRawPointer(first).load(as: SIMD8<Float>.self)
    }

    // MARK: Changing

    /// Takes changed numbers; `false` where one lies beyond the table.
    func take(_ changes: [WeightChange]) -> Bool {
        for (place, change) in changes.enumerated() {
            // Changes come in the order of their indices, far apart: each would wait for its memory.
            let ahead = place &+ ServedTable.changesAhead
            if ahead < changes.count { weir_prefetch_for_writing(numbers + Int(changes[ahead].index)) }
            guard Int(change.index) < count else { return false }
            let number = numbers + Int(change.index)
            checksum = checksum &- digest(change.index, number.pointee)
            number.pointee = change.weight
            checksum = checksum &+ digest(change.index, change.weight)
        }
        return true
    }

    private static let changesAhead = 16

    func clear() {
        numbers.update(repeating: 0, count: count)
        checksum = 0
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

    private func digest(_ index: UInt32, _ number: Float) -> UInt64 {
        if number == 0 { return 0 }
        return FeatureHash.combine(UInt64(index), UInt64(number.bitPattern))
    }
}

extension SIMD8<Float> {
    // A single learner has its logit in the first lane, and in the others what nobody reads.
    fileprivate init(first: Float, others: Float) {
        self.init(repeating: others)
        self[0] = first
    }
}

extension FTRLParameters {
    /// The learning rate of a slot nothing was learned in: 1 / (β/α + L2).
    var emptyRate: Double { 1 / (beta / alpha + l2) }
}
