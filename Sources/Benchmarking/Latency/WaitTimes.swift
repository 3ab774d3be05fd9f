// How long answers took, in order of length.

/// The waits of one case, in nanoseconds.
struct WaitTimes {
    private var sorted: [UInt64] = []

    /// What all threads of the process took meanwhile.
    var cpuNanoseconds: UInt64 = 0

    /// Adds a wait. What is told after it is told once all are in order again.
    mutating func append(_ wait: UInt64) { sorted.append(wait) }

    /// Brings them into order.
    mutating func sort() { sorted.sort() }

    var count: Int { sorted.count }

    /// The wait that a share of all do not exceed, in microseconds.
    func microseconds(_ share: Double) -> Double {
        guard let last = sorted.indices.last else { return 0 }
        return Double(sorted[min(last, Int(share * Double(sorted.count)))]) / 1_000
    }

    /// Figures of a case, and their ratios to those of a bound.
    func figures(bound: WaitTimes?) -> [BenchmarkResult.Figure] {
        var figures = [("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1)].map { name, share in
            BenchmarkResult.Figure("\(name)Microseconds", microseconds(share))
        }
        figures.append(.init("cpuMicrosecondsPerMessage", Double(cpuNanoseconds) / 1_000 / Double(max(1, count))))
        if let bound {
            figures.append(.init("p50OverEcho", microseconds(0.5) / bound.microseconds(0.5)))
            figures.append(.init("p99OverEcho", microseconds(0.99) / bound.microseconds(0.99)))
        }
        return figures
    }
}
