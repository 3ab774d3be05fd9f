// From the raw logits of a binary head, one or a portfolio's eight, to its score.

import ElementaryMath
import ScoringRecords

/// Maps the output of one binary head.
struct BinaryScorer {
    let map: CompositeMap

    init(task: BinaryTask) { map = CompositeMap(loss: task.loss, treatment: task.treatment) }

    /// The score of one learner's raw logit.
    func score(_ logit: Float, line: HeadServing.Line?) -> OutputScore {
        let raw = Logit(clamping: logit)
        let mapped = Logit(clamping: Float(map.calibratedLogit(ofRaw: Double(raw.value))))
        return OutputScore(raw: raw, mapped: mapped, served: served(mapped, line))
    }

    /// The score of a portfolio's raw logits.
    func score(_ lanes: SIMD8<Float>, mixture: PortfolioMixture, line: HeadServing.Line?) -> OutputScore {
        let raw = SIMD8<Double>(lanes)
        let mapped = Logit(clamping: Float(mixture.mix(logits: mappedLanes(raw))))
        return OutputScore(
            raw: Logit(clamping: Float(mixture.mix(logits: raw))), mapped: mapped, served: served(mapped, line),
            lanes: lanes)
    }

    /// −y ln p − (1 − y) ln(1 − p) of each lane's mapped probability, in its stable form.
    func laneLosses(_ lanes: SIMD8<Float>, outcome: Double, weight: Double) -> SIMD8<Double> {
        let mapped = mappedLanes(SIMD8<Double>(lanes))
        var losses = SIMD8<Double>()
        for lane in 0..<PortfolioParameters.laneCount {
            losses[lane] = weight * (outcome * softplus(-mapped[lane]) + (1 - outcome) * softplus(mapped[lane]))
        }
        return losses
    }

    private func mappedLanes(_ raw: SIMD8<Double>) -> SIMD8<Double> {
        if map.isIdentity { return raw }
        var mapped = raw
        for lane in 0..<PortfolioParameters.laneCount { mapped[lane] = map.calibratedLogit(ofRaw: raw[lane]) }
        return mapped
    }

    private func served(_ mapped: Logit, _ line: HeadServing.Line?) -> Logit {
        guard let line else { return mapped }
        return Logit(clamping: Float(OnlinePlatt.line(line.intercept, line.slope, at: Double(mapped.value))))
    }
}
