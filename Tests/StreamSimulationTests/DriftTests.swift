// A planted drift changes what it names, as much as it says, and nothing else.

import ElementaryMath
import ScoringRecords
import StreamSimulation
import Testing

@Suite("Planted drift")
struct DriftTests {
    private static let count = 20_000

    @Test("A level multiplies the odds between its two points and leaves every field as it was")
    func level() throws {
        let seed = testSeed()
        let before = Array(try adClicks(DriftTests.count, seed: seed))
        let after = Array(try adClicks(DriftTests.count, seed: seed, drifts: ["level@0.25-0.75=1.5"]))
        for (old, new) in zip(before, after) {
            let isInside = (5_000..<15_000).contains(old.index)
            #expect(isClose(shift(old.truth, new.truth), isInside ? log(1.5) : 0))
            #expect(new.truth.logOddsShift == (isInside ? log(1.5) : 0))
            #expect(fields(old) == fields(new))
        }
    }

    @Test("A slope moves the log-odds in a straight line and stays")
    func slope() throws {
        let seed = testSeed()
        let before = Array(try cardFraud(DriftTests.count, seed: seed))
        let after = Array(try cardFraud(DriftTests.count, seed: seed, drifts: ["slope@0.2-0.7=3"]))
        for (old, new) in zip(before, after) {
            let way = min(max(Double(old.index - 4_000) / 10_000, 0), 1)
            #expect(isClose(new.truth.logOddsShift, way * log(3)))
            // Next to 1 a Double has lost the digits of 1 − p.
            if new.truth.probability.value < 0.999 { #expect(isClose(shift(old.truth, new.truth), way * log(3))) }
            #expect(fields(old) == fields(new))
        }
    }

    @Test("A slice moves only the events that have its value")
    func slice() throws {
        let seed = testSeed()
        let before = Array(try adClicks(DriftTests.count, seed: seed))
        let after = Array(try adClicks(DriftTests.count, seed: seed, drifts: ["slice@0.5=4:position=2"]))
        var moved = 0
        for (old, new) in zip(before, after) {
            let isMeant = old.index >= 10_000 && old.position == 2
            moved += isMeant ? 1 : 0
            #expect(isClose(shift(old.truth, new.truth), isMeant ? log(4) : 0))
            if !isMeant { #expect(old.truth == new.truth) }
        }
        #expect(moved > 1_000)
        let fraudBefore = Array(try cardFraud(DriftTests.count, seed: seed))
        let fraudAfter = Array(try cardFraud(DriftTests.count, seed: seed, drifts: ["slice@0.5=4:merchant_category=3"]))
        for (old, new) in zip(fraudBefore, fraudAfter) where old.index < 10_000 || old.merchantCategory != 3 {
            #expect(old.truth == new.truth)
        }
    }

    @Test("More odds of fraud add frauds and take none away; fewer take some away and add none")
    func monotone() throws {
        let seed = testSeed()
        let before = Array(try cardFraud(DriftTests.count, seed: seed))
        let more = Array(try cardFraud(DriftTests.count, seed: seed, drifts: ["level@0=3"]))
        let fewer = Array(try cardFraud(DriftTests.count, seed: seed, drifts: ["level@0=0.3"]))
        for (index, old) in before.enumerated() {
            #expect(more[index].truth.isPositive || !old.truth.isPositive)
            #expect(old.truth.isPositive || !fewer[index].truth.isPositive)
        }
        #expect(more.contains { $0.scenario == .drift })
    }

    @Test("New ads take their share of the impressions from their point on, and the others stay as they were")
    func newAds() throws {
        let seed = testSeed()
        let before = Array(try adClicks(DriftTests.count, seed: seed))
        let after = Array(try adClicks(DriftTests.count, seed: seed, drifts: ["new-ads@0.5=20"]))
        #expect(after.prefix(10_000).allSatisfy { $0.ad <= 100 })
        let shown = after.dropFirst(10_000).filter { $0.ad > 100 }
        // Binomial over 10,000: four deviations of a share of 0.3 are 0.018.
        #expect(abs(Double(shown.count) / 10_000 - AdClickStream.newAdShare) < 0.019)
        #expect(Set(shown.map(\.ad)) == Set(101...120))
        for (old, new) in zip(before, after) where new.ad <= 100 {
            #expect(fields(old) == fields(new))
            #expect(old.truth.probability == new.truth.probability)
        }
    }

    @Test("An outage removes the labels between its two points and nothing else")
    func outage() throws {
        let seed = testSeed()
        let before = cells(text(.events, .csv, of: try adClicks(1_000, seed: seed)))
        let after = cells(text(.events, .csv, of: try adClicks(1_000, seed: seed, drifts: ["outage@0.4-0.5"])))
        for (index, (old, new)) in zip(before, after).enumerated() {
            var expected = old
            if (400..<500).contains(index) { expected.merge(["label": "", "label_time": ""]) { $1 } }
            #expect(new == expected)
        }
        let truth = cells(text(.truth, .csv, of: try adClicks(1_000, seed: seed, drifts: ["outage@0.4-0.5"])))
        #expect(truth.enumerated().allSatisfy { ($1["label_lost"] == "1") == (400..<500).contains($0) })
        let lines = text(.events, .jsonl, of: try cardFraud(10, seed: seed, drifts: ["outage@0.5"])).split(
            separator: "\n")
        #expect(lines.prefix(5).allSatisfy { $0.contains("label") })
        #expect(lines.dropFirst(5).allSatisfy { !$0.contains("label") })
    }

    @Test("Drifts add up")
    func sum() throws {
        let events = try adClicks(100, seed: testSeed(), drifts: ["level@0=2", "level@0.5=3", "slice@0=5:position=1"])
        for event in events {
            let expected = log(2) + (event.index >= 50 ? log(3) : 0) + (event.position == 1 ? log(5) : 0)
            #expect(isClose(event.truth.logOddsShift, expected))
        }
    }

    private func shift(_ old: SimulatedTruth, _ new: SimulatedTruth) -> Double {
        logit(new.probability.value) - logit(old.probability.value)
    }

    /// The logit of a probability rounded once errs by 2⁻⁵³ / (1 − p): 10⁻¹³ for 1 − p ≥ 10⁻³, and each has a few roundings.
    private func isClose(_ first: Double, _ second: Double) -> Bool { abs(first - second) < 1e-11 }

    private func fields(_ event: some SimulatedEvent) -> [String: String] {
        var row = cells(text(.events, .csv, of: [event]))[0]
        row["label"] = nil
        row["label_time"] = nil
        return row
    }
}
