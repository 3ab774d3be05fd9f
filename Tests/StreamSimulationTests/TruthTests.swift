// The true probabilities are true: overall and in every part of the stream that they could be wrong in.

import ElementaryMath
import ScoringRecords
import StreamSimulation
import Testing

@Suite("True probabilities")
struct TruthTests {
    /// Four standard deviations: a false alarm once in 16,000 comparisons.
    private static let bound = 4.0

    @Test("Clicks are as many as their probabilities promise, with and without drift")
    func clicks() throws {
        let seed = testSeed()
        for drifts in [[], ["level@0.3=2", "slope@0.5=0.3", "slice@0.2=5:ad_category=3", "new-ads@0.4=10"]] {
            let events = Array(try adClicks(200_000, seed: seed, drifts: drifts))
            #expect(abs(excess(events.map(\.truth))) < TruthTests.bound)
            for decile in 0..<10 {
                #expect(abs(excess(events[decile * 20_000..<(decile + 1) * 20_000].map(\.truth))) < TruthTests.bound)
            }
        }
    }

    @Test("Frauds are as many as Bayes' rule promises, whatever part of the payments is looked at")
    func frauds() throws {
        let seed = testSeed()
        for drifts in [[], ["level@0.3=2"], ["level@0.1=0.4", "slice@0.5=3:merchant_category=1"]] {
            let events = Array(try cardFraud(200_000, seed: seed, baseRate: 0.03, drifts: drifts))
            let parts: [(CardFraudEvent) -> Bool] = [
                { _ in true },
                { $0.isTerminalCompromised }, { !$0.isTerminalCompromised },
                { $0.isCardCompromised }, { !$0.isCardCompromised },
                { $0.isTerminalCompromised && $0.isCardCompromised },
                { $0.merchantCategory <= 2 }, { $0.distanceHectometres > 400 }, { $0.distanceHectometres < 100 },
                { $0.amountCents < 5_000 }, { (5_000..<20_000).contains($0.amountCents) }, { $0.amountCents > 20_000 },
                { $0.truth.probability.value < 0.01 }, { (0.01...0.1).contains($0.truth.probability.value) },
                { (0.1...0.5).contains($0.truth.probability.value) }, { $0.truth.probability.value > 0.5 },
            ]
            for part in parts {
                #expect(abs(excess(events.filter(part).map(\.truth))) < TruthTests.bound)
            }
        }
    }

    @Test("The rate of clicks is the base rate", arguments: [0.001, 0.01, 0.2])
    func clickRate(baseRate: Double) throws {
        let count = 240_000
        let stream = try adClicks(count, seed: testSeed(), baseRate: baseRate)
        let rate = Double(stream.count { $0.truth.isPositive }) / Double(count)
        // Outcomes: binomial. The intercept: set on 2¹⁶ contexts, relative standard error 0.5 %. The hours: 24 whole days.
        let binomial = (baseRate * (1 - baseRate) / Double(count)).squareRoot()
        #expect(abs(rate - baseRate) < 4 * binomial + 4 * 0.005 * baseRate)
    }

    @Test("The rate of frauds is the base rate, and each scenario has its part of it")
    func fraudRate() throws {
        let (count, baseRate) = (400_000, 0.02)
        let events = try cardFraud(
            count, seed: testSeed(), baseRate: baseRate, eventsPerDay: 100_000, customers: 50_000, terminals: 20_000)
        var counts: [CardFraudEvent.Scenario: Int] = [:]
        for event in events { counts[event.scenario, default: 0] += 1 }
        let expected = Double(count) * baseRate
        // Some 330 of the terminals and 1,050 of the cards are compromised, of unequal use: relative deviations 1/√330 · 1.3
        // = 7.2 % and √(e^0.49 / 1,050) = 4 %. The 2,000 high amounts: 1/√2,000 = 2.2 %.
        let shares = [
            (CardFraudEvent.Scenario.terminal, 0.4, 0.072), (.card, 0.35, 0.04), (.highAmount, 0.25, 0.022),
        ]
        for (scenario, share, deviation) in shares {
            let ratio = Double(counts[scenario] ?? 0) / (expected * share)
            #expect(abs(ratio - 1) < 4 * deviation)
        }
        // Together: √((0.4 · 7.2 %)² + (0.35 · 4 %)² + (0.25 · 2.2 %)²) = 3.3 %, and the draw of the frauds 1.1 %.
        let frauds = Double(count - (counts[.genuine] ?? 0))
        #expect(abs(frauds / expected - 1) < 4 * 0.035)
        #expect(counts[.drift] == nil)
    }

    @Test("A seed with more users or terminals than events still has a stream")
    func sparse() throws {
        #expect(try adClicks(1, seed: testSeed(), eventsPerDay: 1).count { _ in true } == 1)
        #expect(try cardFraud(1, seed: testSeed(), customers: 1, terminals: 1).count { _ in true } == 1)
    }
}
