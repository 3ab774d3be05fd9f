import Benchmarking
import Testing

@Suite("The benchmark of what a learner holds")
struct StateBenchmarkTests {
    private func report(seed: UInt64, pending: [Int] = [100]) throws -> BenchmarkReport {
        try StateBenchmark.run(
            StateSettings(
                bits: 8, pending: pending, journalEvents: 1_024, restarts: 1, events: 200, seconds: 0, seed: seed))
    }

    @Test("folds with as many events waiting as asked for, hands a model over, restarts")
    func cases() throws {
        let report = try report(seed: 7, pending: [100, 1_000])
        #expect(
            report.cases.map(\.name) == [
                "fold/100-waiting", "fold/1000-waiting", "snapshot/2^8", "restart/1024-events",
            ])
        #expect(report.cases.allSatisfy { $0.nanosecondsPerEvent > 0 })
        func figure(_ name: String, of index: Int) -> Double? {
            report.cases[index].figures.first { $0.name == name }?.value
        }
        // A waiting event keeps at least the indices and values of 39 features.
        #expect(figure("bytesPerWaitingEvent", of: 1) ?? 0 > 13 * 8 + 26 * 4)
        // Every slot has learned: its index and its weight travel, its pair is kept.
        #expect(figure("messageBytes", of: 2) ?? 0 > 256 * 5)
        #expect(figure("stateBytes", of: 2) ?? 0 >= 256 * 12)
        #expect(figure("journalBytes", of: 3) ?? 0 > 1_024 * 200)
    }

    @Test("a portfolio waits with its lanes' scores and hands over eight numbers a slot")
    func portfolio() throws {
        func run(_ optimizer: BenchmarkOptimizer) throws -> [BenchmarkResult] {
            try StateBenchmark.run(
                StateSettings(
                    bits: 8, optimizer: optimizer, pending: [20_000], journalEvents: 1_024, restarts: 1, events: 200,
                    seconds: 0)
            ).cases
        }
        let (one, eight) = (try run(.ftrl), try run(.portfolio))
        func figure(_ name: String, _ result: BenchmarkResult) -> Double {
            result.figures.first { $0.name == name }?.value ?? 0
        }
        #expect(figure("bytesPerWaitingEvent", eight[0]) > figure("bytesPerWaitingEvent", one[0]) + 16)
        #expect(figure("messageBytes", eight[1]) > 6 * figure("messageBytes", one[1]))
        #expect(eight[0].resultHash != one[0].resultHash)
    }

    @Test("computes the same for the same seed, and something else for another")
    func seedsDecideResults() throws {
        let (first, second, other) = (try report(seed: 7), try report(seed: 7), try report(seed: 8))
        #expect(first.cases.map(\.resultHash) == second.cases.map(\.resultHash))
        #expect(first.cases[0].resultHash != other.cases[0].resultHash)
    }
}
