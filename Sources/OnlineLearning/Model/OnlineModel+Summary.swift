// What a person may want to know of a model: which weights are large, who is listened to, what the guards did.

/// A slot of one output with its weight.
public struct SlotWeight: Hashable, Sendable {
    /// The slot's number.
    public var slot: UInt32
    /// Its weight in nats: of a portfolio, the mean of its lanes' by the mixture's weights.
    public var weight: Double
}

/// One output's weights in short.
public struct OutputSummary: Sendable {
    /// The logit of an event without any feature that was learned.
    public var offset: Double
    /// Slots from which something was learned.
    public var usedSlots: Int
    /// Those with the greatest weights, greatest first; of equal ones the lower slot first.
    public var heaviest: [SlotWeight]
}

/// What a head has besides weights.
public struct HeadSummary: Sendable {
    /// The mixture's weight of each lane; empty without lanes.
    public var laneWeights: [Double]
    /// The lines through which mapped logits are served, a + b s; empty while they are served as they are.
    public var lines: [(intercept: Double, slope: Double)]
    /// Lessons whose gradient was cut.
    public var cutLessons: UInt64
    /// Lessons that the bias took no part in.
    public var heldLessons: UInt64
}

extension OnlineModel {
    /// What a head has besides weights.
    public func summary(ofHead head: Int) -> HeadSummary {
        settle()
        let learner = heads[head]
        return HeadSummary(
            laneWeights: learner.mixture.map { mixture in (0..<8).map { mixture.weights[$0] } } ?? [],
            lines: learner.serving.recalibration.map { ($0.intercept, $0.slope) },
            cutLessons: learner.lessonGuard.cut, heldLessons: learner.lessonGuard.held)
    }

    /// One output's weights in short. Walks the whole table.
    ///
    /// - Parameters:
    ///   - output: counted over all heads.
    ///   - count: how many weights are listed at most, ≥ 0.
    public func summary(ofOutput output: Int, heaviest count: Int) -> OutputSummary {
        let head = heads.first { $0.outputs.contains(output) }
        var kept: [SlotWeight] = []
        var used = 0
        func isHeavier(_ left: SlotWeight, _ right: SlotWeight) -> Bool {
            (right.weight.magnitude, left.slot) < (left.weight.magnitude, right.slot)
        }
        func trim() {
            kept.sort(by: isHeavier)
            kept.removeLast(max(0, kept.count - count))
        }
        func meet(_ slot: UInt32, _ weight: Double) {
            used += 1
            kept.append(SlotWeight(slot: slot, weight: weight))
            // Sorted once in a while: the walk stays cheap and the list short.
            if kept.count >= 2 * count + 1_024 { trim() }
        }
        switch table {
        case .ftrl(let table):
            table.forEachTouchedSlot(output: output) { slot, _ in
                meet(slot, Double(table.weight(at: slot, output: output)))
            }
        case .ekf(let table):
            table.forEachTouchedSlot(output: output) { slot, state in meet(slot, Double(state.weight)) }
        case .portfolio(let table):
            table.forEachTouchedLine(output: output) { slot, _ in
                let weights = SIMD8<Double>(table.weights(at: slot, output: output))
                meet(slot, head?.mixture?.mix(weights) ?? 0)
            }
        }
        trim()
        let offset = specification.heads.flatMap { $0.task.initialOffsets }[output]
        return OutputSummary(offset: Double(offset.value), usedSlots: used, heaviest: kept)
    }
}
