// Hundreds of seeds of bad weather, thousands under `make soak`, and what must hold in every one of them.

import Foundation
import PipelineRoles
import ScoringRecords
import Testing

@Suite("The pipeline under a hostile network, crashes and a disk that forgets")
struct PipelineSimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// How many seeds are drawn.
    private static let seeds = environment["WEIR_SIMULATION_SEEDS"].flatMap { Int($0) } ?? 300
    /// The one seed to look at again.
    private static let oneSeed = environment["WEIR_SIMULATION_SEED"].flatMap { UInt64($0) }
    // Cases run side by side, as many as there are cores.
    private static let shares = 4

    private static let base = SeededGenerator("simulated seeds").seed

    private func simulate(_ seed: UInt64) throws -> PipelineSimulation {
        let simulation = try PipelineSimulation(seed: seed)
        try simulation.run(ticks: 300)
        #expect(
            simulation.faults.isEmpty,
            "\(simulation.faults.prefix(3)) — reproduce with: make soak SEED=\(seed)")
        return simulation
    }

    @Test(
        "nothing acknowledged is lost, nothing is learned twice, nothing outgrows its bound; every role ends with one story",
        arguments: 0..<shares)
    func seeds(share: Int) throws {
        if let seed = Self.oneSeed {
            if share == 0 { _ = try simulate(seed) }
            return
        }
        var random = SeededGenerator(seed: Self.base)
        var (promised, shed, early, records, noticed, lost) = (0, 0, UInt64(0), UInt64(0), 0, 0)
        for number in 0..<Self.seeds {
            let seed = random.next()
            guard number % Self.shares == share else { continue }
            let simulation = try simulate(seed)
            promised += simulation.promises.labels.count + simulation.promises.events.count
            shed += simulation.promises.shed.count
            early += simulation.learner?.fold.joins.joiner.counts.early ?? 0
            records += simulation.journal.end
            noticed += simulation.hasNoticedLoss ? 1 : 0
            lost += simulation.hasLostTail ? 1 : 0
        }
        // The weather let everything happen that it is there to show, in a share large enough to expect it.
        guard Self.seeds / Self.shares >= 50 else { return }
        #expect(promised > 1_000 && records > 5_000 && shed > 0 && early > 0)
        #expect(noticed > 0)
        print(
            "share \(share): \(promised) promises, \(records) records, \(shed) shed, \(early) early labels, "
                + "\(lost) lost tails, \(noticed) of them noticed")
    }

    @Test("the same seed tells the same story")
    func repeatable() throws {
        var random = SeededGenerator()
        let seed = random.next()
        let journals = try (0..<2).map { _ in
            let simulation = try PipelineSimulation(seed: seed)
            try simulation.run(ticks: 200)
            return simulation.journal.frames
        }
        #expect(journals[0] == journals[1])
    }
}
