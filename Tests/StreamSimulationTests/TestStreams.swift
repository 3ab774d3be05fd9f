// Small streams for tests, and a seed for them: every run prints the seed it used and takes one from WEIR_TEST_SEED.

import Foundation
import ScoringRecords
import StreamSimulation
import WireFormat

/// The seed of a test: WEIR_TEST_SEED, or one that makes a plain run the same every time.
func testSeed(for test: String = #function) -> UInt64 {
    let seed = ProcessInfo.processInfo.environment["WEIR_TEST_SEED"].flatMap { UInt64($0) } ?? 20_240_229
    print("\(test): WEIR_TEST_SEED=\(seed)")
    return seed
}

/// Ad clicks with a rate at which a few thousand events say something.
func adClicks(
    _ events: Int, seed: UInt64, baseRate: Double = 0.05, eventsPerDay: Double = 10_000,
    start: Timestamp = StreamPlan.defaultStart, window: TimeSpan = .days(3), drifts: [String] = []
) throws -> AdClickStream {
    let plan = StreamPlan(
        events: events, seed: seed, baseRate: baseRate, eventsPerDay: eventsPerDay, start: start, labelWindow: window,
        drifts: try drifts.map { try Drift($0) })
    return try AdClickStream(AdClickOptions(plan: plan, users: 2_000, ads: 100))
}

/// Card payments with a rate at which a few thousand events say something.
func cardFraud(
    _ events: Int, seed: UInt64, baseRate: Double = 0.02, eventsPerDay: Double = 1_000, customers: Int = 500,
    terminals: Int = 200, drifts: [String] = []
) throws -> CardFraudStream {
    let plan = StreamPlan(
        events: events, seed: seed, baseRate: baseRate, eventsPerDay: eventsPerDay, labelWindow: .days(7),
        drifts: try drifts.map { try Drift($0) })
    return try CardFraudStream(CardFraudOptions(plan: plan, customers: customers, terminals: terminals))
}

/// The text of a table of `stream`.
func text(
    _ content: EventTable.Content, _ format: RowFormat, of stream: some Sequence<some SimulatedEvent>
) -> String {
    var table = EventTable(content, format: format, midnightText: ISO8601.text)
    for event in stream { table.append(event) }
    var text = ""
    table.drain { text = String(decoding: $0, as: UTF8.self) }
    return text
}

/// The cells of CSV rows by the names in the header; nothing simulated needs quotes.
func cells(_ csv: String) -> [[String: String]] {
    let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    return lines.dropFirst().map { row in
        Dictionary(uniqueKeysWithValues: zip(lines[0].map { String($0) }, row.map { String($0) }))
    }
}

/// FNV-1a: enough to notice a changed byte.
func digest(_ text: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
}

/// How far the outcomes are from what their probabilities promise, in standard deviations.
///
/// Outcomes are independent given their probabilities, so Σ(y − p) has variance Σp(1 − p).
func excess(_ truths: some Sequence<SimulatedTruth>) -> Double {
    var (difference, variance) = (0.0, 0.0)
    for truth in truths {
        let probability = truth.probability.value
        difference += (truth.isPositive ? 1 : 0) - probability
        variance += probability * (1 - probability)
    }
    return variance > 0 ? difference / variance.squareRoot() : 0
}

/// The greatest distance of an empirical distribution from `cumulative`, times √n. Above 1.95 once in a thousand samples
/// (Kolmogorov's limit).
func kolmogorovStatistic(_ samples: [Double], _ cumulative: (Double) -> Double) -> Double {
    let count = Double(samples.count)
    let distances = samples.sorted().enumerated().map { rank, sample in
        let expected = cumulative(sample)
        return max(Double(rank + 1) / count - expected, expected - Double(rank) / count)
    }
    return (distances.max() ?? 0) * count.squareRoot()
}
