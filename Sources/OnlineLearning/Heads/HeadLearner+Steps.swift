// One step of one output, along gradients that are known.

import CKernels
import ScoringRecords

extension HeadLearner {
    /// How many learners of the table have logits of their own.
    var laneCount: Int { if case .portfolio = table { PortfolioParameters.laneCount } else { 1 } }

    /// Steps every feature of the event along the gradients of its lanes; the bias apart where it is watched.
    ///
    /// - Parameter curvature: for a table that keeps variances.
    func step(_ features: FeatureVector, output: Int, gradients: SIMD8<Double>, curvature: Double) {
        guard guards.watchesBias, let (bias, rest) = lessonGuard.split(features) else {
            take(features, output, gradients, curvature)
            return
        }
        let allowed = lessonGuard.allowed(
            gradients, output: output - outputs.lowerBound, bias: table.logits(of: bias, output: output))
        if allowed == gradients { return take(features, output, gradients, curvature) }
        take(rest, output, gradients, curvature)
        if allowed != .zero { take(bias, output, allowed, curvature) }
    }

    private func take(_ features: FeatureVector, _ output: Int, _ gradients: SIMD8<Double>, _ curvature: Double) {
        switch table {
        case .ftrl(let table): table.learn(features, output: output) { _ in gradients[0] }
        case .portfolio(let table):
            let limited = weir_limit_doubles8(gradients, Double(FTRLSlot.gradientLimit))
            table.learn(features, output: output, gradients: weir_floats8(limited))
        case .ekf(let table): table.learn(features, output: output) { _ in (gradients[0], curvature) }
        }
    }
}
