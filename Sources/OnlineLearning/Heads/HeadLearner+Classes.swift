// The steps of a head with classes: all its outputs at once, each lane at its own logits.

import ScoringRecords

extension HeadLearner {
    /// One step of every class from an old lesson to a new one: along L′(z, new) − L′(z, old) at the current logits.
    func learnClasses(
        _ features: FeatureVector, _ task: ClassTask, from old: ClassLesson?, to new: ClassLesson?
    ) {
        if old == new { return }
        let count = task.classes.count
        let lanes = outputs.map { table.logits(of: features, output: $0) }
        var logits = [Double](repeating: 0, count: count)
        var gradient = logits
        var gradients = [SIMD8<Double>](repeating: .zero, count: count)
        for lane in 0..<laneCount {
            for k in 0..<count { logits[k] = Double(lanes[k][lane]) }
            for (lesson, sign) in [(new, 1.0), (old, -1.0)] {
                guard let lesson else { continue }
                var span = gradient.mutableSpan
                task.loss.gradient(logits: logits.span, label: lesson.category, weight: lesson.weight, into: &span)
                for k in 0..<count { gradients[k][lane] += sign * gradient[k] }
            }
        }
        if gradients.contains(where: { vector in (0..<laneCount).contains { guards.cuts(vector[$0]) } }) {
            lessonGuard.noteCut()
            for k in 0..<count {
                for lane in 0..<laneCount { gradients[k][lane] = guards.limited(gradients[k][lane]) }
            }
        }
        var curvature = [Double](repeating: 0, count: count)
        // As for a binary head, a correction has no curvature.
        if case .ekf = table, old == nil, let new {
            var span = curvature.mutableSpan
            task.loss.curvature(logits: logits.span, label: new.category, weight: new.weight, into: &span)
        }
        for (k, output) in outputs.enumerated() {
            step(features, output: output, gradients: gradients[k], curvature: max(0, curvature[k]))
        }
    }
}
