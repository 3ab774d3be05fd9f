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
    /// A worker's replica scores one event after the other, as it does today: plain weights, map, link.
    case ftrlServe = "ftrl/serve"
    /// The same by a worker that asks for the memory of later events first.
    case ftrlServeAhead = "ftrl/serve-ahead"
    /// The learner's model learns from examples, as it does from a journal.
    case ftrlModel = "ftrl/model"
    /// Eight lanes learn.
    case portfolioModel = "portfolio/model"
    /// A worker's replica scores eight lanes, and mixes them.
    case portfolioServe = "portfolio/serve"

    func run(
        _ workload: KernelWorkload, bits: Int, _ length: RoundLength
    ) throws -> (RoundTiming, UInt64) {
        let (ftrl, portfolio) = (try BenchmarkOptimizer.ftrl.choice(), try BenchmarkOptimizer.portfolio.choice())
        switch self {
        case .ftrlLearn: return try TableCases.learn(workload, .bce, bits: bits, length)
        case .ftrlFocal:
            return try TableCases.learn(workload, .focal(gamma: 2, alpha: 0.25), bits: bits, length)
        case .ftrlScore: return try TableCases.score(workload, bits: bits, length)
        case .ftrlServe: return try ModelCases(workload, ftrl, bits: bits).serve(length, lookahead: 0)
        case .ftrlServeAhead: return try ModelCases(workload, ftrl, bits: bits).serve(length, lookahead: 3)
        case .ftrlModel: return try ModelCases(workload, ftrl, bits: bits).learn(length)
        case .portfolioModel: return try ModelCases(workload, portfolio, bits: bits).learn(length)
        case .portfolioServe: return try ModelCases(workload, portfolio, bits: bits).serve(length, lookahead: 0)
        }
    }
}
