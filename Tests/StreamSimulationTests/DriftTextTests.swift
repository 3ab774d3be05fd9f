// Drifts as they are written on a command line.

import StreamSimulation
import Testing

@Suite("Drift texts")
struct DriftTextTests {
    @Test("Each kind reads as what it says")
    func readable() throws {
        #expect(try Drift("level@0.5=1.5") == Drift(.level(oddsFactor: 1.5), from: 0.5))
        #expect(try Drift("level@0.5-0.7=0.5") == Drift(.level(oddsFactor: 0.5), from: 0.5, until: 0.7))
        #expect(try Drift("slope@0.3-0.8=2") == Drift(.slope(oddsFactor: 2), from: 0.3, until: 0.8))
        #expect(
            try Drift("slice@0.6=2:ad_category=7")
                == Drift(.slice(oddsFactor: 2, field: "ad_category", value: 7), from: 0.6))
        #expect(try Drift("new-ads@0=50") == Drift(.newAds(count: 50), from: 0))
        #expect(try Drift("outage@0.4-0.5") == Drift(.outage, from: 0.4, until: 0.5))
        for example in Drift.examples.split(separator: ", ") { _ = try Drift(String(example)) }
    }

    @Test(
        "Anything else is refused with examples",
        arguments: [
            "", "level", "level@", "level@0.5", "level@0.5=", "level@0.5=x", "level@x=2", "level@0.1-=2", "step@0.5=2",
            "slice@0.5=2", "slice@0.5=2:hour", "slice@0.5=2:hour=late", "outage@0.5=2", "new-ads@0.5=1.5",
            "level@0.5=2:hour=3", "@0.5=2",
        ])
    func unreadable(text: String) {
        let error = #expect(throws: SimulationError.self) { try Drift(text) }
        #expect(error?.remedy.contains("level@0.5=1.5") == true)
    }

    @Test(
        "Points outside the stream and amounts outside their ranges are refused",
        arguments: [
            "level@-0.1=2", "level@1=2", "level@0.5-0.5=2", "level@0.7-0.5=2", "level@0.5-1.1=2", "level@nan=2",
            "level@0.5=0", "level@0.5=-1", "level@0.5=nan", "level@0.5=101", "slope@0.5=0.001", "new-ads@0.5=0",
            "new-ads@0.5=100001",
        ])
    func outOfBounds(text: String) {
        #expect(throws: SimulationError.self) { try Drift(text) }
    }
}
