// How long thieves hold a terminal or a card, and what they do with it.

import ScoringRecords
import StreamSimulation
import Testing

@Suite("Compromised terminals and cards")
struct CompromiseTests {
    /// The spells of one kind that begin and end within the stream: their first and last payments, and those around them.
    private func spells(
        _ events: [CardFraudEvent], member: (CardFraudEvent) -> Int, isCompromised: (CardFraudEvent) -> Bool
    ) -> [(inside: TimeSpan, around: TimeSpan)] {
        var result: [(TimeSpan, TimeSpan)] = []
        for (_, payments) in Dictionary(grouping: events, by: member) {
            var first: Int?
            for (index, payment) in payments.enumerated() {
                if isCompromised(payment) {
                    first = first ?? index
                } else if let begin = first {
                    first = nil
                    guard begin > 0 else { continue }
                    result.append(
                        (
                            payments[index - 1].time.since(payments[begin].time),
                            payment.time.since(payments[begin - 1].time)
                        ))
                }
            }
        }
        return result
    }

    @Test("A terminal stays compromised for 28 days, a card for 14")
    func durations() throws {
        let events = Array(
            try cardFraud(
                400_000, seed: testSeed(), baseRate: 0.04, eventsPerDay: 1_000, customers: 40, terminals: 20))
        let terminals = spells(events, member: \.terminal, isCompromised: \.isTerminalCompromised)
        let cards = spells(events, member: \.customer, isCompromised: \.isCardCompromised)
        // 20 terminals of which 3 % are compromised for 400 days in spells of 28; 40 cards, 4 %, 14.
        #expect(terminals.count >= 2 && cards.count >= 10)
        #expect(terminals.allSatisfy { $0.around >= CardFraudStream.terminalCompromise })
        #expect(cards.allSatisfy { $0.around >= CardFraudStream.cardCompromise })
        // A pause of 320 or 900 days on average may be too short for a payment to fall into it, and two spells then look
        // like one: some 0.15 of 48 card spells, so more than two of them in one run of 2,000.
        #expect(terminals.count { $0.inside > CardFraudStream.terminalCompromise } <= 1)
        #expect(cards.count { $0.inside > CardFraudStream.cardCompromise } <= 2)
        #expect(CardFraudStream.terminalCompromise == .days(28))
        #expect(CardFraudStream.cardCompromise == .days(14))
    }

    @Test("Half of the payments at a compromised terminal are frauds, a third of those with a compromised card")
    func shares() throws {
        let events = Array(try cardFraud(200_000, seed: testSeed(), baseRate: 0.04))
        let terminals = events.filter {
            $0.isTerminalCompromised && !$0.isCardCompromised && $0.scenario != .highAmount
        }
        expectShare(terminals, 0.5) { $0.scenario == .terminal }
        expectShare(events.filter(\.isCardCompromised), 1.0 / 3) { $0.scenario == .card }
        for event in events {
            if event.scenario == .terminal { #expect(event.isTerminalCompromised) }
            if event.scenario == .card { #expect(event.isCardCompromised) }
        }
    }

    @Test("Stolen cards spend five times the usual, other thieves 400, and all others the customer's median")
    func amounts() throws {
        let events = Array(try cardFraud(200_000, seed: testSeed(), baseRate: 0.04))
        func median(_ scenario: CardFraudEvent.Scenario, _ value: (CardFraudEvent) -> Int) -> Double {
            let values = events.filter { $0.scenario == scenario }.map(value).sorted()
            return Double(values[values.count / 2]) / 100
        }
        // The median of n lognormal numbers errs by 1.25 σ/√n: 0.2 % of 190,000, 2 % of 2,000 or more.
        #expect(abs(median(.genuine, \.amountToUsualPercent) - 1) < 0.01)
        #expect(abs(median(.terminal, \.amountToUsualPercent) - 1) < 0.08)
        #expect(abs(median(.card, \.amountToUsualPercent) / 5 - 1) < 0.08)
        #expect(abs(median(.highAmount, \.amountCents) / 400 - 1) < 0.1)
        #expect(events.allSatisfy { $0.amountCents >= 1 })
    }

    @Test("Stolen cards are used farther from home")
    func distances() throws {
        let events = Array(try cardFraud(100_000, seed: testSeed(), baseRate: 0.04))
        func mean(_ part: [CardFraudEvent]) -> Double {
            Double(part.reduce(0) { $0 + $1.distanceHectometres }) / Double(part.count) / 10
        }
        // Two random points of a square of 100 km lie 52 km apart on average, eight near ones of 64 at most half as far.
        #expect(mean(events.filter { $0.scenario == .card }) > 1.5 * mean(events.filter { $0.scenario == .genuine }))
    }

    /// The share of `part` that is `hit`, within four binomial deviations.
    private func expectShare(_ part: [CardFraudEvent], _ share: Double, hit: (CardFraudEvent) -> Bool) {
        let observed = Double(part.count(where: hit)) / Double(part.count)
        let deviation = (share * (1 - share) / Double(part.count)).squareRoot()
        #expect(abs(observed - share) < 4 * deviation)
    }
}
