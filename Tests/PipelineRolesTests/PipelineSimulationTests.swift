// A hundred seeds of bad weather, and what must hold in every one of them.

import PipelineRoles
import ScoringRecords
import Testing

@Suite("The pipeline under a hostile network")
struct PipelineSimulationTests {
    @Test("no acknowledged label is lost or doubled, and every role ends with one and the same story")
    func seeds() throws {
        var random = SeededGenerator()
        var acknowledged = 0
        var records: UInt64 = 0
        for _ in 0..<120 {
            let seed = random.next()
            let simulation = try PipelineSimulation(seed: seed, workers: 1 + random.below(4))
            try simulation.run(ticks: 300)
            try simulation.check()
            #expect(simulation.faults.isEmpty, "seed \(seed)")
            acknowledged += simulation.acknowledged.count
            records += simulation.journal.end
        }
        // The weather let something through.
        #expect(acknowledged > 1_000)
        #expect(records > 10_000)
    }

    @Test("the same seed tells the same story")
    func repeatable() throws {
        var random = SeededGenerator()
        let seed = random.next()
        let journals = try (0..<2).map { _ in
            let simulation = try PipelineSimulation(seed: seed, workers: 3)
            try simulation.run(ticks: 200)
            return simulation.journal.frames
        }
        #expect(journals[0] == journals[1])
    }
}
