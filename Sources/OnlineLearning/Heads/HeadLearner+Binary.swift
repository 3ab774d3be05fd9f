// The steps of a binary head: one output, and each lane at its own logit.

import CKernels
import ScoringRecords

extension HeadLearner {
    /// One step of an FTRL-Proximal table from an old lesson to a new one, for an example that is listed as
    /// number `place`.
    func learnListed(_ place: Int, _ lessons: LessonQueue, _ task: BinaryTask, from old: Lesson?, to new: Lesson?) {
        let output = outputs.lowerBound
        let logit = table.logit(listed: place, output: output)
        let gradient = task.gradient(at: Double(logit.value), from: old, to: new)
        // The step waits for the exponential in the gradient; this does not.
        lessons.listNewest(for: table)
        table.step(listed: place, output: output, gradient: guards.limited(gradient))
        if guards.cuts(gradient) { lessonGuard.noteCut() }
    }

    /// One step from an old lesson to a new one.
    ///
    /// - Parameters:
    ///   - waiting: as for `learn`.
    ///   - importanceAware: for first lessons of one FTRL-Proximal learner, see `FTRLTable.learn`.
    func learnBinary(
        _ features: FeatureVector, _ task: BinaryTask, from old: Lesson?, to new: Lesson?,
        before waiting: LessonQueue, importanceAware: Bool
    ) {
        if old == new { return waiting.listNewest(for: table) }
        let output = outputs.lowerBound
        if importanceAware, !guards.watchesBias, case .ftrl(let ftrl) = table, old == nil, let new {
            waiting.listNewest(for: table)
            ftrl.learn(
                features, loss: task.loss, label: task.treatment.smoothed(new.value), weight: new.weight,
                importanceAware: true, output: output)
            return
        }
        let logits = table.logits(of: features, output: output)
        var gradients = SIMD8<Double>()
        if case .portfolio = table {
            gradients = task.gradients(at: weir_doubles8(logits), from: old, to: new)
        } else {
            gradients[0] = task.gradient(at: Double(logits[0]), from: old, to: new)
        }
        waiting.listNewest(for: table)
        let limited = weir_limit_doubles8(gradients, guards.gradientLimit)
        if !weir_are_within8(gradients, guards.gradientLimit) { lessonGuard.noteCut() }
        // What is learned a second time is not known better: a correction has no curvature.
        var curvature = 0.0
        if case .ekf = table, old == nil, let new { curvature = task.curvature(at: Double(logits[0]), of: new) }
        step(features, output: output, gradients: limited, curvature: curvature)
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

    /// The same in all lanes of a portfolio.
    fileprivate func gradients(at logits: SIMD8<Double>, from old: Lesson?, to new: Lesson?) -> SIMD8<Double> {
        guard let old, let new, old.weight == new.weight else {
            return gradients(at: logits, of: new) - gradients(at: logits, of: old)
        }
        return loss.retractions(
            logits: logits, from: treatment.smoothed(old.value), to: treatment.smoothed(new.value), weight: new.weight)
    }

    private func gradients(at logits: SIMD8<Double>, of lesson: Lesson?) -> SIMD8<Double> {
        guard let lesson else { return .zero }
        return loss.gradients(logits: logits, label: treatment.smoothed(lesson.value), weight: lesson.weight)
    }

    private func gradient(at z: Double, of lesson: Lesson?) -> Double {
        guard let lesson else { return 0 }
        return loss.gradient(logit: z, label: treatment.smoothed(lesson.value), weight: lesson.weight)
    }

    fileprivate func curvature(at z: Double, of lesson: Lesson) -> Double {
        loss.safeCurvature(logit: z, label: treatment.smoothed(lesson.value), weight: lesson.weight)
    }
}
