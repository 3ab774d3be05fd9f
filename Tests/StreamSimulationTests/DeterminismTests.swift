// A seed decides every byte, on every machine.

import ScoringRecords
import StreamSimulation
import Testing

@Suite("Determinism")
struct DeterminismTests {
    private static let drifts = ["level@0.5=1.5", "outage@0.2-0.3"]

    @Test("The first thousand rows of seed 7 are the ones that were always written")
    func goldenBytes() throws {
        let ads = try adClicks(1_000, seed: 7, drifts: DeterminismTests.drifts)
        let payments = try cardFraud(1_000, seed: 7, drifts: DeterminismTests.drifts)
        #expect(digest(text(.events, .csv, of: ads)) == "e3330927eeeb686a")
        #expect(digest(text(.truth, .csv, of: ads)) == "5ea716f94eaf0715")
        #expect(digest(text(.events, .jsonl, of: payments)) == "f22d41d964278e14")
        #expect(digest(text(.truth, .jsonl, of: payments)) == "af4c79d4cc52e0b0")
    }

    @Test("The same seed gives the same bytes, another seed others")
    func seeds() throws {
        let seed = testSeed()
        let first = text(.events, .csv, of: try adClicks(500, seed: seed))
        #expect(first == text(.events, .csv, of: try adClicks(500, seed: seed)))
        #expect(first != text(.events, .csv, of: try adClicks(500, seed: seed &+ 1)))
        let payments = text(.events, .csv, of: try cardFraud(500, seed: seed))
        #expect(payments == text(.events, .csv, of: try cardFraud(500, seed: seed)))
        #expect(payments != text(.events, .csv, of: try cardFraud(500, seed: seed &+ 1)))
    }

    @Test("A longer stream begins with the shorter one where nothing drifts")
    func prefix() throws {
        let seed = testSeed()
        let long = text(.events, .csv, of: try cardFraud(1_000, seed: seed))
        #expect(long.hasPrefix(text(.events, .csv, of: try cardFraud(300, seed: seed))))
    }
}
