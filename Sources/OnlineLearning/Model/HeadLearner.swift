// One head of the learner's model: its optimizer's table, the mixture of its lanes, the recalibrator of what is served.

import ByteCoding
import ElementaryMath
import ScoringRecords

/// Learns one head. Confined to one thread.
final class HeadLearner {
    private enum Table {
        case ftrl(FTRLTable)
        case portfolio(PortfolioTable)
        case ekf(EKFTable)
    }

    let head: HeadSpecification
    let map: CompositeMap
    private let table: Table
    private(set) var mixture: PortfolioMixture?
    private(set) var recalibrator = EarnedRecalibration()

    init(head: HeadSpecification, optimizer: OptimizerChoice, bits: Int) {
        self.head = head
        map = CompositeMap(loss: head.loss, treatment: head.treatment)
        let offset = map.initialOffset(baseRate: head.baseRate)
        switch optimizer {
        case .ftrl(let parameters):
            table = .ftrl(FTRLTable(bits: bits, parameters: parameters, offset: offset))
        case .portfolio(let parameters, let halfLife):
            table = .portfolio(PortfolioTable(bits: bits, offsets: [offset], parameters: parameters))
            mixture = PortfolioMixture(halfLife: halfLife)
        case .ekf(let parameters):
            table = .ekf(EKFTable(bits: bits, parameters: parameters, offset: offset))
        }
    }

    // MARK: Learning

    /// Takes one step from what was learned of an event before to what is known of it now; `nil` is nothing.
    ///
    /// Both gradients are taken at the current logit, of each lane for itself.
    func learn(_ features: FeatureVector, from old: Lesson?, to new: Lesson?) {
        if old == new { return }
        switch table {
        case .ftrl(let table):
            table.learn(features) { gradient(at: Double($0.value), from: old, to: new) }
        case .portfolio(let table):
            let logits = table.logits(of: features, output: 0)
            var gradients = SIMD8<Float>()
            for lane in 0..<PortfolioParameters.laneCount {
                let gradient = gradient(at: Double(logits[lane]), from: old, to: new)
                gradients[lane] = Float(
                    min(max(gradient, -Double(HeadLearner.gradientLimit)), Double(HeadLearner.gradientLimit)))
            }
            table.learn(features, output: 0, gradients: gradients)
        case .ekf(let table):
            table.learn(features) { logit in
                let z = Double(logit.value)
                // What is learned a second time is not known better: a correction has no curvature.
                let curvature = old == nil ? new.map { self.curvature(at: z, of: $0) } ?? 0 : 0
                return (gradient(at: z, from: old, to: new), curvature)
            }
        }
    }

    // A gradient beyond this is an absurd weight's; the tables bound their steps at the same place.
    private static let gradientLimit = FTRLSlot.gradientLimit

    private func gradient(at z: Double, from old: Lesson?, to new: Lesson?) -> Double {
        guard let old, let new, old.weight == new.weight else {
            return gradient(at: z, of: new) - gradient(at: z, of: old)
        }
        return head.loss.retraction(
            logit: z, from: head.treatment.smoothed(old.value), to: head.treatment.smoothed(new.value),
            weight: new.weight)
    }

    private func gradient(at z: Double, of lesson: Lesson?) -> Double {
        guard let lesson else { return 0 }
        return head.loss.gradient(logit: z, label: head.treatment.smoothed(lesson.value), weight: lesson.weight)
    }

    private func curvature(at z: Double, of lesson: Lesson) -> Double {
        head.loss.safeCurvature(logit: z, label: head.treatment.smoothed(lesson.value), weight: lesson.weight)
    }

    /// Takes a settled outcome into the mixture and the recalibrator, with the scores as they were served.
    ///
    /// Every mature outcome counts here, sampled or not: what is served is judged on what happens.
    func judge(_ score: HeadScore, outcome: Double, weight: Double) {
        if var mixture, let lanes = score.lanes {
            var losses = SIMD8<Double>()
            for lane in 0..<PortfolioParameters.laneCount {
                let mapped = map.calibratedLogit(ofRaw: Double(lanes[lane]))
                // −y ln p − (1 − y) ln(1 − p) in its stable form.
                losses[lane] = weight * (outcome * softplus(-mapped) + (1 - outcome) * softplus(mapped))
            }
            mixture.update(logLosses: losses)
            self.mixture = mixture
        }
        guard head.recalibrates else { return }
        recalibrator.learn(mappedLogit: Double(score.mapped.value), outcome: outcome, weight: weight)
    }

    // MARK: Publishing

    /// Slots whose served numbers may have changed since the last call, ascending.
    func takeChangedSlots(into slots: inout [UInt32]) {
        switch table {
        case .ftrl(let table): table.takeChangedSlots(into: &slots)
        case .portfolio(let table): table.takeChangedSlots(into: &slots)
        case .ekf(let table): table.takeChangedSlots(into: &slots)
        }
    }

    /// The numbers that a scorer needs of a slot, all zero for a slot never touched.
    func served(at slot: UInt32, into lanes: inout [Float]) {
        lanes.removeAll(keepingCapacity: true)
        switch table {
        case .ftrl(let table): lanes.append(table.weight(at: slot))
        case .portfolio(let table):
            let weights = table.weights(at: slot, output: 0)
            for lane in 0..<PortfolioParameters.laneCount { lanes.append(weights[lane]) }
        case .ekf(let table):
            let state = table.slot(at: slot)
            lanes.append(state.weight)
            lanes.append(table.emptySlot.variance - state.variance)
        }
    }

    /// What a scorer needs besides weights.
    var serving: HeadServing {
        HeadServing(
            mixture: mixture?.state ?? [],
            recalibration: recalibrator.isServing && head.recalibrates
                ? HeadServing.Line(intercept: recalibrator.platt.intercept, slope: recalibrator.platt.slope) : nil)
    }

    // MARK: Canonical bytes

    /// Writes the state so that equal states give equal bytes.
    func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        for number in recalibrator.state + (mixture?.state ?? []) { writer.writeDouble(number) }
        func slot(_ index: UInt32, _ numbers: some Sequence<Float>) {
            writer.writeUInt32(index)
            for number in numbers { writer.writeFloat(number) }
            if writer.count >= HeadLearner.pieceBytes { flush(&writer) }
        }
        switch table {
        case .ftrl(let table): table.forEachTouchedSlot { slot($0, [$1.z, $1.n]) }
        case .portfolio(let table):
            table.forEachTouchedLine { index, _, line in
                slot(index, (0..<16).map { $0 < 8 ? line.z[$0] : line.n[$0 - 8] })
            }
        case .ekf(let table): table.forEachTouchedSlot { slot($0, [$1.weight, $1.variance]) }
        }
        writer.writeUInt32(.max)  // no slot has this index: it ends the table
    }

    // A checkpoint of a large table is written in pieces of this size, so that it never needs a second table's memory.
    private static let pieceBytes = 1 << 20

    /// Reads what `encode` wrote into an untrained head.
    func decode(_ reader: inout ByteReader, slotCount: UInt32) throws {
        func doubles(_ count: Int) throws -> [Double] { try (0..<count).map { _ in try reader.readDouble() } }
        guard let restored = EarnedRecalibration(state: try doubles(recalibrator.state.count)) else {
            throw ModelStateError.outOfDomain
        }
        recalibrator = restored
        if let empty = mixture {
            guard let restored = PortfolioMixture(state: try doubles(empty.state.count), halfLife: empty.halfLife)
            else {
                throw ModelStateError.outOfDomain
            }
            mixture = restored
        }
        var next: UInt32 = 0
        while true {
            let index = try reader.readUInt32()
            if index == .max { return }
            guard index >= next, index < slotCount else { throw ModelStateError.shape }
            next = index + 1
            switch table {
            case .ftrl(let table):
                guard let slot = FTRLSlot(z: try reader.readFloat(), n: try reader.readFloat()) else {
                    throw ModelStateError.outOfDomain
                }
                table.setSlot(slot, at: index)
            case .portfolio(let table):
                var (z, n) = (SIMD8<Float>(), SIMD8<Float>())
                for lane in 0..<8 { z[lane] = try reader.readFloat() }
                for lane in 0..<8 { n[lane] = try reader.readFloat() }
                guard let line = PortfolioLine(z: z, n: n) else { throw ModelStateError.outOfDomain }
                table.setLine(line, at: index, output: 0)
            case .ekf(let table):
                guard let slot = EKFSlot(weight: try reader.readFloat(), variance: try reader.readFloat()) else {
                    throw ModelStateError.outOfDomain
                }
                table.setSlot(slot, at: index)
            }
        }
    }
}

/// What is learned of an event: an outcome that counts.
struct Lesson: Hashable {
    var value: Double
    var weight: Double
}
