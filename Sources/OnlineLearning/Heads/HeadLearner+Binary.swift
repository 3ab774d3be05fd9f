// The steps of a binary head: one output, and each lane at its own logit.

import ScoringRecords

extension HeadLearner {
    /// One step from an old lesson to a new one.
    ///
    /// - Parameter importanceAware: for first lessons of one FTRL-Proximal learner, see `FTRLTable.learn`.
    func learnBinary(
        _ features: FeatureVector, _ task: BinaryTask, from old: Lesson?, to new: Lesson?, importanceAware: Bool
    ) {
        if old == new { return }
        let output = outputs.lowerBound
        switch table {
        case .ftrl(let table):
            if importanceAware, old == nil, let new {
                table.learn(
                    features, loss: task.loss, label: task.treatment.smoothed(new.value), weight: new.weight,
                    importanceAware: true, output: output)
            } else {
                table.learn(features, output: output) { task.gradient(at: Double($0.value), from: old, to: new) }
            }
        case .portfolio(let table):
            let logits = table.logits(of: features, output: output)
            var gradients = SIMD8<Float>()
            for lane in 0..<PortfolioParameters.laneCount {
                gradients[lane] = FTRLSlot.limited(task.gradient(at: Double(logits[lane]), from: old, to: new))
            }
            table.learn(features, output: output, gradients: gradients)
        case .ekf(let table):
            table.learn(features, output: output) { logit in
                let z = Double(logit.value)
                // What is learned a second time is not known better: a correction has no curvature.
                let curvature = old == nil ? new.map { task.curvature(at: z, of: $0) } ?? 0 : 0
                return (task.gradient(at: z, from: old, to: new), curvature)
            }
        }
    }
}

extension BinaryTask {
    fileprivate func gradient(at z: Double, from old: Lesson?, to new: Lesson?) -> Double {
        guard let old, let new, old.weight == new.weight else {
            return gradient(at: z, of: new) - gradient(at: z, of: old)
        }
        return loss.retraction(
            logit: z, from: treatment.smoothed(old.value), to: treatment.smoothed(new.value), weight: new.weight)
    }

    private func gradient(at z: Double, of lesson: Lesson?) -> Double {
        guard let lesson else { return 0 }
        return loss.gradient(logit: z, label: treatment.smoothed(lesson.value), weight: lesson.weight)
    }

    fileprivate func curvature(at z: Double, of lesson: Lesson) -> Double {
        loss.safeCurvature(logit: z, label: treatment.smoothed(lesson.value), weight: lesson.weight)
    }
}

extension FTRLSlot {
    /// A gradient within the limits of a slot: one beyond is an absurd weight's, and the step is shortened.
    static func limited(_ gradient: Double) -> Float {
        Float(min(max(gradient, -Double(gradientLimit)), Double(gradientLimit)))
    }
}
