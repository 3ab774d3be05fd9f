// The short form of the calibration study: the promise on false alarms, and delays against the reference simulation.

import Calibration
import ElementaryMath
import ScoringRecords
import Testing

@Suite("Detector study, short form")
struct DetectorStudyTests {
    /// μ with E[σ(N(μ, 1))] = 0.05.
    private static let meanLogit = -3.371536187335301

    private func makeDetector(threshold: Double) throws -> DriftDetector {
        DriftDetector(
            try DriftDetectorSettings(
                threshold: threshold, baseRate: 0.05, tolerance: 1,
                shiftOdds: Array(DriftDetectorSettings.defaultShiftOdds.dropFirst())))
    }

    /// The event that raises the first alarm from `changeAt` on, counted from there; `nil` without one in `limit` events.
    private func firstAlarm(
        _ detector: inout DriftDetector, _ random: inout SeededGenerator, changeAt: Int, limit: Int, ratio: Double
    ) -> Int? {
        for event in 0..<limit {
            let served = Self.meanLogit + random.normal()
            let probability = sigmoid(served) * (event >= changeAt ? ratio : 1)
            guard let score = JudgedScore(servedLogit: served, outcome: random.uniform() < probability ? 1 : 0)
            else { continue }
            let alarm = detector.observe(score, at: Timestamp(microseconds: Int64(event)))
            if alarm != nil, event >= changeAt { return event + 1 - changeAt }
        }
        return nil
    }

    @Test("Runs with a false alarm do not refute the promise")
    func falseAlarms() throws {
        var random = SeededGenerator()
        let (runs, length, promise) = (100, 20_000, 0.1)
        var alarmed = 0
        for _ in 0..<runs {
            var detector = try makeDetector(threshold: Double(length) / promise)
            if firstAlarm(&detector, &random, changeAt: 0, limit: length, ratio: 1) != nil { alarmed += 1 }
        }
        // With 17 alarms of 100 the lower Clopper–Pearson bound is 0.102, with 16 it is 0.094.
        #expect(alarmed <= 16)
    }

    @Test(
        "Median delays are those of the reference simulation", arguments: zip([1.5, 0.8], [2_200.0, 9_800]))
    func delays(ratio: Double, reference: Double) throws {
        var random = SeededGenerator()
        var delays: [Int] = []
        for _ in 0..<41 {
            var detector = try makeDetector(threshold: 1e8)
            let delay = firstAlarm(&detector, &random, changeAt: 200_000, limit: 400_000, ratio: ratio)
            delays.append(delay ?? 200_000)
        }
        // A median of 41 delays whose quartiles are 30 % away has a standard error of some 9 %: 25 % and one of these.
        #expect(abs(Double(delays.sorted()[20]) / reference - 1) < 0.34)
    }
}
