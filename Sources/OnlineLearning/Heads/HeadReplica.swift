// One head of a replica: how its outputs' raw logits become what is served.

import ScoringRecords

/// Scores one head. Confined to one thread.
final class HeadReplica {
    /// The head's outputs among all of the model.
    let outputs: Range<Int>
    private let index: Int
    private let scorer: Scorer
    private let mixtureHalfLife: Double??
    private var mixture: PortfolioMixture?
    private(set) var serving = HeadServing()

    private enum Scorer {
        case binary(BinaryScorer)
        case classes(ClassScorer)
    }

    init(index: Int, head: HeadSpecification, outputs: Range<Int>, optimizer: OptimizerChoice) {
        self.index = index
        self.outputs = outputs
        switch head.task {
        case .binary(let task): scorer = .binary(BinaryScorer(task: task))
        case .classes(let task): scorer = .classes(ClassScorer(task: task))
        }
        if case .portfolio(_, let halfLife) = optimizer {
            mixtureHalfLife = .some(halfLife)
        } else {
            mixtureHalfLife = nil
        }
        clear()
    }

    // MARK: Scoring

    /// Appends the scores of this head's outputs. `logits` has the raw logits of all outputs of the model.
    func appendScores(of logits: [SIMD8<Float>], to scores: inout [OutputScore]) {
        switch scorer {
        case .binary(let scorer):
            let lanes = logits[outputs.lowerBound]
            let line = serving.recalibration.first
            if case .none = mixtureHalfLife {
                scores.append(scorer.score(lanes[0], line: line))
            } else {
                guard let mixture else { preconditionFailure("a portfolio's head has a mixture") }
                scores.append(scorer.score(lanes, mixture: mixture, line: line))
            }
        case .classes(let scorer):
            scorer.appendScores(logits[outputs], mixture: mixture, lines: serving.recalibration, to: &scores)
        }
    }

    /// The standard deviation of a raw logit whose lanes have these means and variances.
    func standardError(of lanes: SIMD8<Float>, variances: SIMD8<Float>) -> Float {
        guard let mixture else { return variances[0].squareRoot() }
        let mean = mixture.mix(SIMD8<Double>(lanes))
        let apart = SIMD8<Double>(lanes) - mean
        return Float(mixture.mix(SIMD8<Double>(variances) + apart * apart).squareRoot())
    }

    // MARK: Changing

    /// Takes the serving state; `false` where it does not fit this head.
    func take(_ serving: HeadServing) -> Bool {
        guard serving.recalibration.isEmpty || serving.recalibration.count == outputs.count else { return false }
        if case .some(let halfLife) = mixtureHalfLife {
            guard let mixture = PortfolioMixture(state: serving.mixture, halfLife: halfLife) else { return false }
            self.mixture = mixture
        } else if !serving.mixture.isEmpty {
            return false
        }
        self.serving = serving
        return true
    }

    func clear() {
        if case .some(let halfLife) = mixtureHalfLife { mixture = PortfolioMixture(halfLife: halfLife) }
        serving = HeadServing(mixture: mixture?.state ?? [])
    }

    /// A sum of independent mixes over the serving state.
    var checksum: UInt64 {
        var sum: UInt64 = 0
        for (lane, loss) in serving.mixture.enumerated() {
            sum = sum &+ FeatureHash.combine(UInt64(index) << 8 | UInt64(lane), loss.bitPattern)
        }
        for (output, line) in zip(outputs, serving.recalibration) {
            let numbers = FeatureHash.combine(line.intercept.bitPattern, line.slope.bitPattern)
            sum = sum &+ FeatureHash.combine(UInt64(output), numbers)
        }
        return sum
    }
}
