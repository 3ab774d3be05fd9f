import Benchmarking
import Testing

@Suite("The kernel's benchmark")
struct KernelBenchmarkTests {
    private func report(seed: UInt64) throws -> BenchmarkReport {
        try KernelBenchmark.run(KernelSettings(bits: [10], events: 200, seconds: 0, seed: seed))
    }

    @Test("computes the same for the same seed, case by case, and something else for another")
    func seedsDecideResults() throws {
        let (first, second, other) = (try report(seed: 7), try report(seed: 7), try report(seed: 8))
        #expect(first.cases.count == KernelSettings.caseNames.count * SlotDistribution.allCases.count)
        #expect(first.cases.map(\.resultHash) == second.cases.map(\.resultHash))
        for (here, there) in zip(first.cases, other.cases) {
            #expect(here.name == there.name)
            #expect(here.resultHash != there.resultHash, "\(here.name)")
        }
    }

    @Test("a focal loss, another distribution and a portfolio give results of their own")
    func casesDiffer() throws {
        // A model learns what the bare table does, so their scores may only differ by how they are hashed.
        let report = try report(seed: 7)
        #expect(Set(report.cases.map(\.resultHash)).count > report.cases.count / 2)
        let learned = report.cases.filter { $0.name.hasPrefix("ftrl/learn") || $0.name.hasPrefix("portfolio/model") }
        #expect(Set(learned.map(\.resultHash)).count == learned.count)
    }

    @Test("runs only the cases that are asked for, one per size")
    func onlySomeCases() throws {
        let settings = KernelSettings(
            bits: [8, 9], fields: [10], distributions: [.uniform], only: ["ftrl/score"], events: 50, seconds: 0)
        var seen: [String] = []
        let report = try KernelBenchmark.run(settings) { seen.append($0.name) }
        #expect(report.cases.map(\.name) == ["ftrl/score/uniform/2^8/10-fields", "ftrl/score/uniform/2^9/10-fields"])
        #expect(seen == report.cases.map(\.name))
        #expect(report.cases.allSatisfy { $0.rounds == 1 && $0.nanosecondsPerEvent > 0 && $0.eventsPerSecond > 0 })
    }

    @Test("the stream's events are drawn each by its number, with ranks within their field")
    func streamIsRandomAccess() {
        let stream = CanonicalStream(seed: 3)
        let event = stream.event(17)
        #expect(event == stream.event(17))
        #expect(event != stream.event(18))
        #expect(event.numbers.count == 13 && event.ranks.count == 26)
        let first = (0..<500).map { stream.event($0).ranks[0] }
        #expect(first.max() == 3, "the first category has four values")
        #expect((0..<500).contains { stream.event($0).ranks[25] > 1_000_000 })
        let positives = (0..<2_000).count { stream.event($0).isPositive }
        #expect((40...400).contains(positives))
    }
}
