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
        var isCut = false
        func gradient(_ z: Double) -> Double {
            let gradient = task.gradient(at: z, from: old, to: new)
            if lessonGuard.cuts(gradient) { isCut = true }
            return lessonGuard.limited(gradient)
        }
        // What is learned a second time is not known better: a correction has no curvature.
        func curvature(_ z: Double) -> Double { old == nil ? new.map { task.curvature(at: z, of: $0) } ?? 0 : 0 }
        if lessonGuard.watchesBias {
            let logits = table.logits(of: features, output: output)
            var gradients = SIMD8<Double>()
            for lane in 0..<laneCount { gradients[lane] = gradient(Double(logits[lane])) }
            step(features, output: output, gradients: gradients, curvature: curvature(Double(logits[0])))
        } else {
            switch table {
            case .ftrl(let table):
                if importanceAware, old == nil, let new {
                    table.learn(
                        features, loss: task.loss, label: task.treatment.smoothed(new.value), weight: new.weight,
                        importanceAware: true, output: output)
                } else {
                    table.learn(features, output: output) { gradient(Double($0.value)) }
                }
            case .portfolio(let table):
                let logits = table.logits(of: features, output: output)
                var gradients = SIMD8<Float>()
                for lane in 0..<laneCount { gradients[lane] = FTRLSlot.limited(gradient(Double(logits[lane]))) }
                table.learn(features, output: output, gradients: gradients)
            case .ekf(let table):
                table.learn(features, output: output) { logit in
                    (gradient(Double(logit.value)), curvature(Double(logit.value)))
                }
            }
        }
        if isCut { lessonGuard.noteCut() }
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
