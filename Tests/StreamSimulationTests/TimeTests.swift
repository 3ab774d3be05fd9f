// When events happen.

import ScoringRecords
import StreamSimulation
import Testing

@Suite("Event times")
struct TimeTests {
    @Test("They begin at the start, never decrease, and are as dense as was asked")
    func density() throws {
        let start = Timestamp(microseconds: 1_700_000_123_456_789)
        let events = Array(try adClicks(100_000, seed: testSeed(), eventsPerDay: 10_000, start: start))
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(events[0].time >= start)
        #expect(events.allSatisfy { $0.time.microseconds % 1_000 == 0 })
        // Ten days, of a Poisson process whose count has the deviation √100,000 = 0.32 %; the cycle of the last, partial day
        // moves the end by less than an hour.
        let days = events[99_999].time.since(start).inSeconds / 86_400
        let tolerance = 4 * 0.0032 * 10 + 1.0 / 24
        #expect(abs(days - 10) < tolerance)
    }

    @Test("Impressions are four times as many at 20 h as at 8 h")
    func dailyCycle() throws {
        var counts = Array(repeating: 0, count: 24)
        for event in try adClicks(240_000, seed: testSeed(), eventsPerDay: 10_000) {
            #expect(Int(event.time.microseconds / 3_600_000_000 % 24) == event.hour)
            counts[event.hour] += 1
        }
        // 1.6 and 0.4 of 10,000 a day each: 16,000 and 4,000 in 24 days, relative deviations 0.8 % and 1.6 %.
        let ratio = Double(counts[20]) / Double(counts[8])
        #expect(abs(ratio / 4 - 1) < 4 * 0.018)
    }
}
