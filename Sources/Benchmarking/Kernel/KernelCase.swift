// The cases of the kernel's benchmark. Each makes one round to warm up, whose results it hashes, and is timed after it.

import OnlineLearning
import ScoringRecords

/// What is measured on hashed events.
enum KernelCase: String, CaseIterable {
    /// One FTRL-Proximal table learns: a score and a step.
    case ftrlLearn = "ftrl/learn"
    /// The same under a focal loss.
    case ftrlFocal = "ftrl/learn-focal"
    /// The same table scores.
    case ftrlScore = "ftrl/score"
    /// A worker's replica scores: plain weights, map, link.
    case ftrlServe = "ftrl/serve"
    /// The learner's model learns from examples, as it does from a journal.
    case ftrlModel = "ftrl/model"
    /// Eight lanes learn.
    case portfolioModel = "portfolio/model"
    /// A worker's replica scores eight lanes, and mixes them.
    case portfolioServe = "portfolio/serve"

    func run(
        _ workload: KernelWorkload, bits: Int, seconds: Double
    ) throws -> (RoundTiming, UInt64) {
        let ftrl = OptimizerChoice.ftrl(try FTRLParameters(alpha: 0.1))
        let portfolio = OptimizerChoice.portfolio(.standard, mixtureHalfLife: PortfolioMixture.standardHalfLife)
        switch self {
        case .ftrlLearn: return try TableCases.learn(workload, .bce, bits: bits, seconds: seconds)
        case .ftrlFocal:
            return try TableCases.learn(workload, .focal(gamma: 2, alpha: 0.25), bits: bits, seconds: seconds)
        case .ftrlScore: return try TableCases.score(workload, bits: bits, seconds: seconds)
        case .ftrlServe: return try ModelCases(workload, ftrl, bits: bits).serve(seconds: seconds)
        case .ftrlModel: return try ModelCases(workload, ftrl, bits: bits).learn(seconds: seconds)
        case .portfolioModel: return try ModelCases(workload, portfolio, bits: bits).learn(seconds: seconds)
        case .portfolioServe: return try ModelCases(workload, portfolio, bits: bits).serve(seconds: seconds)
        }
    }
}
