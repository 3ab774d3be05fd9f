// The learner and the scorer on hashed events: gather, link, loss, step. No parsing, no joins, no sockets.

import OnlineLearning
import ScoringRecords

/// `weir bench kernel`.
public enum KernelBenchmark {
    /// Runs every case that `settings` ask for, and calls `progress` after each.
    public static func run(
        _ settings: KernelSettings, progress: (BenchmarkResult) -> Void = { _ in }
    ) throws -> BenchmarkReport {
        var results: [BenchmarkResult] = []
        for fields in settings.fields {
            let shape = EventShape(fields: fields)
            for distribution in settings.distributions {
                let workload = KernelWorkload(
                    seed: settings.seed, events: settings.events, shape: shape, distribution: distribution)
                for bits in settings.bits {
                    for kernelCase in KernelCase.allCases where settings.includes(kernelCase.rawValue) {
                        let name =
                            "\(kernelCase.rawValue)/\(distribution.rawValue)/2^\(bits)"
                            + (shape == .canonical ? "" : "/\(fields)-fields")
                        let (timing, hash) = try kernelCase.run(workload, bits: bits, seconds: settings.seconds)
                        let result = BenchmarkResult(name: name, timing: timing, resultHash: hash)
                        progress(result)
                        results.append(result)
                    }
                }
            }
        }
        return BenchmarkReport(benchmark: "kernel", seed: settings.seed, cases: results)
    }
}
