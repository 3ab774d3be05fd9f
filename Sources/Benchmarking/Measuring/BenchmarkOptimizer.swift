// Which learner a benchmark runs with, by the name that configurations have for it.

import OnlineLearning

/// A learner to measure with.
public enum BenchmarkOptimizer: String, CaseIterable, Sendable {
    /// One FTRL-Proximal learner.
    case ftrl
    /// Eight of them on a cache line, mixed.
    case portfolio

    func choice() throws -> OptimizerChoice {
        switch self {
        case .ftrl: .ftrl(try FTRLParameters(alpha: 0.1))
        case .portfolio: .portfolio(.standard, mixtureHalfLife: PortfolioMixture.standardHalfLife)
        }
    }
}
