// One step of one output, along gradients that are known.

import ScoringRecords

extension HeadLearner {
    /// How many learners of the table have logits of their own.
    var laneCount: Int { if case .portfolio = table { PortfolioParameters.laneCount } else { 1 } }

    /// Steps every feature of the event along the gradients of its lanes; the bias apart where it is watched.
    ///
    /// - Parameter curvature: for a table that keeps variances.
    func step(_ features: FeatureVector, output: Int, gradients: SIMD8<Double>, curvature: Double) {
        guard guards.watchesBias, let (bias, rest) = lessonGuard.split(features) else {
            table.step(features, output: output, gradients: gradients, curvature: curvature)
            return
        }
        let allowed = lessonGuard.allowed(
            gradients, output: output - outputs.lowerBound, bias: table.logits(of: bias, output: output))
        if allowed == gradients {
            return table.step(features, output: output, gradients: gradients, curvature: curvature)
        }
        table.step(rest, output: output, gradients: gradients, curvature: curvature)
        if allowed != .zero { table.step(bias, output: output, gradients: allowed, curvature: curvature) }
    }
}
