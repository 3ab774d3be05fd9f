// From bytes to features, and on to a lesson: what an event costs before and around the kernel. No sockets, no journal.

/// `weir bench intake`.
public enum IntakeBenchmark {
    /// Runs every case that `settings` ask for, and calls `progress` after each.
    public static func run(
        _ settings: IntakeSettings, progress: (BenchmarkResult) -> Void = { _ in }
    ) throws -> BenchmarkReport {
        let workload = IntakeWorkload(seed: settings.seed, events: settings.events)
        var results: [BenchmarkResult] = []
        for intakeCase in IntakeCase.allCases where settings.includes(intakeCase.rawValue) {
            let result = try intakeCase.run(workload, settings)
            progress(result)
            results.append(result)
        }
        return BenchmarkReport(benchmark: "intake", seed: settings.seed, cases: results)
    }

    /// The workload for programs in other languages: per line the label, `0` or `1`, a tab, and the event's JSON.
    public static func fileBytes(_ settings: IntakeSettings) -> [UInt8] {
        let workload = IntakeWorkload(seed: settings.seed, events: settings.events)
        var bytes: [UInt8] = []
        for (index, label) in workload.labels.enumerated() {
            bytes.append(label > 0 ? UInt8(ascii: "1") : UInt8(ascii: "0"))
            bytes.append(UInt8(ascii: "\t"))
            bytes.append(contentsOf: workload.json(index, .inOrder).utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
