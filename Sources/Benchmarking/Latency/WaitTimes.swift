// How long answers took, in order of length.

/// The waits of one case, in nanoseconds.
struct WaitTimes {
    private var sorted: [UInt64]

    init(_ waits: [UInt64]) { sorted = waits.sorted() }

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
        if let bound {
            figures.append(.init("p50OverEcho", microseconds(0.5) / bound.microseconds(0.5)))
            figures.append(.init("p99OverEcho", microseconds(0.99) / bound.microseconds(0.99)))
        }
        return figures
    }
}
