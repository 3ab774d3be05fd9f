// The weights of all heads in one table, whichever optimizer learns them: what a head learner, the publisher and a
// checkpoint need of it.

import ByteCoding
import CKernels
import ScoringRecords

/// The table of one model. Its outputs are those of all heads, one head after the other; the numbers of all outputs of a
/// slot lie side by side, so that one event's memory is fetched once for all heads.
enum WeightTable {
    case ftrl(FTRLTable)
    case portfolio(PortfolioTable)
    case ekf(EKFTable)

    init(optimizer: OptimizerChoice, bits: Int, offsets: [Logit]) {
        switch optimizer {
        case .ftrl(let parameters):
            self = .ftrl(FTRLTable(bits: bits, parameters: parameters, offsets: offsets))
        case .portfolio(let parameters, _):
            self = .portfolio(PortfolioTable(bits: bits, offsets: offsets, parameters: parameters))
        case .ekf(let parameters):
            self = .ekf(EKFTable(bits: bits, parameters: parameters, offsets: offsets))
        }
    }

    /// The raw logits of one output: of all lanes of a portfolio, in the first lane of another table.
    func logits(of features: FeatureVector, output: Int) -> SIMD8<Float> {
        var logits = SIMD8<Float>()
        switch self {
        case .ftrl(let table): logits[0] = table.logit(of: features, output: output).value
        case .portfolio(let table): logits = table.logits(of: features, output: output)
        case .ekf(let table): logits[0] = table.logit(of: features, output: output).value
        }
        return logits
    }

    /// Asks for the memory that learning `features` for some outputs will touch, and keeps where it is as number `place`
    /// of tables that list events.
    func list(_ features: borrowing FeatureVector, as place: Int, outputs: Range<Int>) {
        switch self {
        // Eight pairs, or most of a head's, are one cache line.
        case .ftrl(let table): table.list(features, as: place)
        case .portfolio(let table): for output in outputs { table.prefetch(features, output: output) }
        case .ekf(let table): table.prefetch(features)
        }
    }

    /// Steps every feature of one output along the gradients of its lanes, within the limits of a slot.
    ///
    /// - Parameter curvature: for a table that keeps variances.
    func step(_ features: FeatureVector, output: Int, gradients: SIMD8<Double>, curvature: Double) {
        switch self {
        case .ftrl(let table): table.learn(features, output: output) { _ in gradients[0] }
        case .portfolio(let table):
            let limited = weir_limit_doubles8(gradients, Double(FTRLSlot.gradientLimit))
            table.learn(features, output: output, gradients: weir_floats8(limited))
        case .ekf(let table): table.learn(features, output: output) { _ in (gradients[0], curvature) }
        }
    }

    // MARK: Listed events, of FTRL-Proximal alone

    // Calls of their own: a table that is taken out of this for several is retained and released around them.

    /// The raw logit of the event that was listed as number `listed`.
    @inline(never)
    func logit(listed: Int, output: Int) -> Logit {
        switch self {
        case .ftrl(let table): table.logit(listed: listed, output: output)
        case .portfolio, .ekf: preconditionFailure("only FTRL-Proximal lists events")
        }
    }

    /// Steps the event that was listed as number `listed` and has been scored last.
    @inline(never)
    func step(listed: Int, output: Int, gradient: Double) {
        switch self {
        case .ftrl(let table): table.step(listed: listed, output: output, gradient: gradient)
        case .portfolio, .ekf: preconditionFailure("only FTRL-Proximal lists events")
        }
    }

    // MARK: Publishing

    /// Slots whose served numbers may have changed since the last call, ascending.
    func takeChangedSlots(into slots: inout [UInt32]) {
        switch self {
        case .ftrl(let table): table.takeChangedSlots(into: &slots)
        case .portfolio(let table): table.takeChangedSlots(into: &slots)
        case .ekf(let table): table.takeChangedSlots(into: &slots)
        }
    }

    /// Appends the numbers that a scorer needs of a slot for one output, all zero for a slot never touched.
    ///
    /// A learning rate, like a variance, is served as what it has fallen by.
    func appendServed(at slot: UInt32, output: Int, standardErrors: Bool, to numbers: inout [Float]) {
        switch self {
        case .ftrl(let table):
            numbers.append(table.weight(at: slot, output: output))
            if standardErrors { numbers.append(table.emptyRate - table.rate(at: slot, output: output)) }
        case .portfolio(let table):
            numbers.append(table.weights(at: slot, output: output))
            if standardErrors { numbers.append(table.emptyRates - table.rates(at: slot, output: output)) }
        case .ekf(let table):
            let state = table.slot(at: slot, output: output)
            numbers.append(state.weight)
            numbers.append(table.emptySlot.variance - state.variance)
        }
    }

    // MARK: Canonical bytes

    /// Writes the slots of one output that are not empty, ascending, and an end mark; equal states give equal bytes.
    func encode(output: Int, into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        func pair(_ index: UInt32, _ first: Float, _ second: Float) {
            // One piece of twelve bytes: a learner does nothing else while it writes millions of them.
            let fields = (
                index.littleEndian, first.bitPattern.littleEndian, second.bitPattern.littleEndian
            )
            withUnsafeBytes(of: fields) { writer.writeRaw($0) }
            if writer.count >= WeightTable.pieceBytes { flush(&writer) }
        }
        switch self {
        case .ftrl(let table): table.forEachTouchedSlot(output: output) { pair($0, $1.z, $1.rootOfN) }
        case .portfolio(let table):
            table.forEachTouchedLine(output: output) { index, line in
                writer.writeUInt32(index)
                for lane in 0..<8 { writer.writeFloat(line.weights[lane]) }
                for lane in 0..<8 { writer.writeFloat(line.rootsOfN[lane]) }
                if writer.count >= WeightTable.pieceBytes { flush(&writer) }
            }
        case .ekf(let table): table.forEachTouchedSlot(output: output) { pair($0, $1.weight, $1.variance) }
        }
        writer.writeUInt32(WeightTable.endMark)
    }

    // A checkpoint of a large table is written in pieces of this size, so that it never needs a second table's memory.
    private static let pieceBytes = 1 << 20
    // No slot has this index.
    private static let endMark = UInt32.max

    /// Reads what `encode` wrote into an untrained table of 2^`bits` slots.
    func decode(output: Int, _ reader: inout ByteReader, bits: Int) throws {
        var next: UInt32 = 0
        while true {
            let index = try reader.readUInt32()
            if index == WeightTable.endMark { return }
            guard index >= next, index < UInt32(1) << UInt32(bits) else { throw ModelStateError.shape }
            next = index + 1
            switch self {
            case .ftrl(let table):
                guard let slot = FTRLSlot(z: try reader.readFloat(), rootOfN: try reader.readFloat()) else {
                    throw ModelStateError.outOfDomain
                }
                table.setSlot(slot, at: index, output: output)
            case .portfolio(let table):
                var (weights, roots) = (SIMD8<Float>(), SIMD8<Float>())
                for lane in 0..<8 { weights[lane] = try reader.readFloat() }
                for lane in 0..<8 { roots[lane] = try reader.readFloat() }
                guard let line = PortfolioLine(weights: weights, rootsOfN: roots) else {
                    throw ModelStateError.outOfDomain
                }
                table.setLine(line, at: index, output: output)
            case .ekf(let table):
                guard let slot = EKFSlot(weight: try reader.readFloat(), variance: try reader.readFloat()) else {
                    throw ModelStateError.outOfDomain
                }
                table.setSlot(slot, at: index, output: output)
            }
        }
    }
}

extension [Float] {
    fileprivate mutating func append(_ vector: SIMD8<Float>) {
        for lane in 0..<8 { append(vector[lane]) }
    }
}
