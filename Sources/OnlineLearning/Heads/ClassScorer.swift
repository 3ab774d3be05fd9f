// From the raw logits of a head with classes, one row or a portfolio's eight, to the scores of its classes.

import ElementaryMath
import ScoringRecords

/// Maps the outputs of one head with classes. It owns working memory: confined to one thread.
final class ClassScorer {
    let map: ClassMap
    private let count: Int
    // Reused from event to event. Per class: a lane's logits, and what became of them.
    private var logits: [Double]
    private var mapped: [Double]
    private var raw: [Double]
    // Per class, all lanes.
    private var rawLanes: [SIMD8<Double>]
    private var mappedLanes: [SIMD8<Double>]

    init(task: ClassTask) {
        map = ClassMap(task: task)
        count = task.classes.count
        logits = Array(repeating: 0, count: count)
        mapped = logits
        raw = logits
        rawLanes = Array(repeating: .zero, count: count)
        mappedLanes = rawLanes
    }

    /// Appends the scores of all classes. `lanes` has the raw logits per class: of the one learner in the first lane, or
    /// of all eight where there is a `mixture`.
    func appendScores(
        _ lanes: ArraySlice<SIMD8<Float>>, mixture: PortfolioMixture?, lines: [HeadServing.Line],
        to scores: inout [OutputScore]
    ) {
        let laneCount = mixture == nil ? 1 : PortfolioParameters.laneCount
        for lane in 0..<laneCount {
            takeLane(lane, of: lanes)
            for k in 0..<count {
                rawLanes[k][lane] = raw[k]
                mappedLanes[k][lane] = mapped[k]
            }
        }
        for k in 0..<count {
            raw[k] = mixture?.mix(logits: rawLanes[k]) ?? rawLanes[k][0]
            mapped[k] = mixture?.mix(logits: mappedLanes[k]) ?? mappedLanes[k][0]
        }
        let first = scores.count
        for k in 0..<count {
            let logit = Logit(clamping: Float(mapped[k]))
            scores.append(
                OutputScore(
                    raw: Logit(clamping: Float(raw[k])), mapped: logit, served: logit,
                    lanes: mixture == nil ? nil : lanes[lanes.startIndex + k]))
        }
        guard !lines.isEmpty else { return }
        for k in 0..<count { logits[k] = Double(scores[first + k].mapped.value) }
        ClassScorer.recalibrate(&logits, lines)
        for k in 0..<count { scores[first + k].served = Logit(clamping: Float(logits[k])) }
    }

    /// −ln p of the labelled class in each lane's mapped probabilities, times the weight.
    func laneLosses(_ scores: ArraySlice<OutputScore>, category: Int, weight: Double) -> SIMD8<Double> {
        let lanes = scores.map { $0.lanes ?? .zero }[...]
        var losses = SIMD8<Double>()
        for lane in 0..<PortfolioParameters.laneCount {
            takeLane(lane, of: lanes)
            losses[lane] = weight * softplus(-mapped[category])
        }
        return losses
    }

    private func takeLane(_ lane: Int, of lanes: ArraySlice<SIMD8<Float>>) {
        for k in 0..<count { logits[k] = Double(lanes[lanes.startIndex + k][lane]) }
        map.takeLogits(of: logits, raw: &raw, mapped: &mapped)
    }

    /// The logits of σ(a_k + b_k s_k), normalised over the classes, in place of the mapped logits s.
    static func recalibrate(_ logits: inout [Double], _ lines: [HeadServing.Line]) {
        var sum = 0.0
        for k in logits.indices {
            logits[k] = sigmoid(OnlinePlatt.line(lines[k].intercept, lines[k].slope, at: logits[k]))
            sum += logits[k]
        }
        // Every sigmoid can underflow at once only for absurd lines; the classes then tie.
        if sum < .leastNormalMagnitude {
            for k in logits.indices { logits[k] = 1 / Double(logits.count) }
        } else {
            for k in logits.indices { logits[k] /= sum }
        }
        var span = logits.mutableSpan
        ClassMap.takeLogits(&span)
    }
}
