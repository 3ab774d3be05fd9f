// What the detector promises beyond its formulas: who it names, what it tolerates, how it is restored.

import ByteCoding
import Calibration
import ElementaryMath
import ScoringRecords
import Testing

/// A stream whose true logit is a function of the served one.
private func observe(
    _ detector: inout DriftDetector, _ random: inout SeededGenerator, events: Int, meanLogit: Double = -2,
    truth: (Double) -> Double = { $0 }
) -> DriftAlarm? {
    for _ in 0..<events {
        let served = meanLogit + random.normal()
        let outcome = random.uniform() < sigmoid(truth(served)) ? 1.0 : 0
        let time = Timestamp(microseconds: Int64(detector.eventCount) * 60_000_000)
        guard let score = JudgedScore(servedLogit: served, outcome: outcome) else { continue }
        if let alarm = detector.observe(score, at: time) { return alarm }
    }
    return nil
}

private func makeDetector(threshold: Double = 1e6, blockLength: Int = 1) throws -> DriftDetector {
    DriftDetector(try DriftDetectorSettings(threshold: threshold, baseRate: 0.16, blockLength: blockLength))
}

@Suite("The drift detector")
struct DriftDetectorTests {
    @Test(
        "It names the way in which probabilities went wrong, and about when",
        arguments: zip(
            DriftDirection.allCases,
            [{ $0 + 0.5 }, { $0 - 0.5 }, { -1.6 + 0.5 * ($0 + 1.6) }, { -1.6 + 1.8 * ($0 + 1.6) }]
                as [@Sendable (Double) -> Double]))
    func direction(expected: DriftDirection, truth: @Sendable (Double) -> Double) throws {
        var random = SeededGenerator()
        var detector = try makeDetector()
        let before = 20_000
        #expect(observe(&detector, &random, events: before) == nil)
        let alarm = try #require(observe(&detector, &random, events: 20_000, truth: truth))
        #expect(alarm.direction == expected)
        // The onset precedes the alarm by about the delay; a lucky run before the change may move it a little early.
        let delay = alarm.event - before
        #expect(abs(alarm.onsetEvent - before) <= max(delay, 1_000))
        #expect(alarm.onset.microseconds == Int64(alarm.onsetEvent) * 60_000_000)
    }

    @Test("An error within the tolerated band raises no alarm")
    func tolerance() throws {
        var random = SeededGenerator()
        var detector = try makeDetector(threshold: 1e8)
        // 2 % in odds is the band's very edge: the null hypothesis still holds there.
        #expect(observe(&detector, &random, events: 400_000) { $0 + log(1.02) } == nil)
    }

    @Test("Alarms on calibrated streams are at most as frequent as promised")
    func falseAlarms() throws {
        var random = SeededGenerator()
        let (runs, length, threshold) = (200, 2_000, 10_000.0)
        var alarmed = 0
        for _ in 0..<runs {
            var detector = DriftDetector(
                try DriftDetectorSettings(threshold: threshold, baseRate: 0.16, tolerance: 1))
            if observe(&detector, &random, events: length) != nil { alarmed += 1 }
        }
        // P(alarm) ≤ 2000/10000: 40 of 200 runs at most are expected. 63 is four standard deviations more.
        #expect(alarmed <= 63)
    }

    @Test("Blocks find a change too, in whole blocks")
    func blocks() throws {
        var random = SeededGenerator()
        var detector = try makeDetector(threshold: 1e5, blockLength: 64)
        let alarm = try #require(observe(&detector, &random, events: 20_000) { $0 + 0.7 })
        #expect(alarm.direction == .underPredicting)
        #expect((alarm.event + 1) % 64 == 0)
        #expect(alarm.onsetEvent % 64 == 0)
    }

    @Test("A block of one is no block")
    func blockOfOne() throws {
        var random = SeededGenerator()
        var (one, two) = (try makeDetector(), try makeDetector(blockLength: 2))
        var product = [Double](repeating: 1, count: 14)
        var previous = one.componentEvidence
        for step in 0..<2 {
            let score = try #require(JudgedScore(servedLogit: -2 + random.normal(), outcome: Double(step)))
            #expect(one.observe(score, at: .distantPast) == nil)
            #expect(two.observe(score, at: .distantPast) == nil)
            // M = (M' + 1) e gives e back.
            for index in product.indices { product[index] *= one.componentEvidence[index] / (previous[index] + 1) }
            previous = one.componentEvidence
        }
        for (got, want) in zip(two.componentEvidence, product) { #expect(abs(got / want - 1) < 1e-14) }
    }

    @Test("A fractional outcome is a bet of the same fairness: the mean of its factor is that of the shares")
    func fractionalOutcome() throws {
        let share = 0.3
        func evidence(_ outcome: Double) throws -> [Double] {
            var detector = try makeDetector()
            let score = try #require(JudgedScore(servedLogit: -1.3, outcome: outcome))
            #expect(detector.observe(score, at: .distantPast) == nil)
            return detector.componentEvidence
        }
        let (whole, none, fraction) = (try evidence(1), try evidence(0), try evidence(share))
        for index in whole.indices {
            let mean = share * whole[index] + (1 - share) * none[index]
            #expect(abs(fraction[index] - mean) <= 1e-14 * mean)
        }
    }

    @Test("Reset throws all evidence away and keeps the count of events")
    func reset() throws {
        var random = SeededGenerator()
        var detector = try makeDetector()
        _ = observe(&detector, &random, events: 500)
        #expect(detector.statistic > 0)
        detector.reset()
        #expect(detector.statistic == 0)
        #expect(detector.eventCount == 500)
    }

    @Test("The most extreme scores keep every number finite")
    func extremes() throws {
        var detector = try makeDetector(threshold: 1e300)
        for round in 0..<2_000 {
            for logit in [-1e4, -700, -37, 0, 37, 700, 1e4] {
                let score = try #require(JudgedScore(servedLogit: logit, outcome: Double(round % 2)))
                if let alarm = detector.observe(score, at: .distantFuture) { #expect(alarm.statistic >= 1e300) }
                #expect(detector.componentEvidence.allSatisfy { $0.isFinite && $0 >= 0 })
            }
        }
    }

    @Test("A detector comes back from its bytes equal, and goes on equally", arguments: [1, 50])
    func restoration(blockLength: Int) throws {
        var random = SeededGenerator()
        var detector = try makeDetector(blockLength: blockLength)
        _ = observe(&detector, &random, events: 1_234)
        var writer = ByteWriter()
        detector.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        var restored = try DriftDetector(&reader, settings: detector.settings)
        try reader.expectEnd()
        #expect(restored == detector)
        var twin = random
        #expect(
            observe(&detector, &random, events: 20_000) { $0 + 0.5 }
                == observe(&restored, &twin, events: 20_000) { $0 + 0.5 })
        #expect(restored == detector)
    }

    @Test("Bytes of other settings, other layouts and impossible states are refused")
    func refusals() throws {
        var random = SeededGenerator()
        var detector = try makeDetector()
        _ = observe(&detector, &random, events: 100)
        var writer = ByteWriter()
        detector.encode(into: &writer)
        let bytes = writer.bytes
        let others = try DriftDetectorSettings(threshold: 1e7, baseRate: 0.16)
        #expect(throws: CalibrationStateError.otherSettings) {
            var reader = ByteReader(bytes)
            _ = try DriftDetector(&reader, settings: others)
        }
        #expect(throws: CalibrationStateError.unknownLayout(9)) {
            var reader = ByteReader([9] + bytes.dropFirst())
            _ = try DriftDetector(&reader, settings: detector.settings)
        }
        for length in 0..<bytes.count {
            #expect(throws: ByteCodingError.self) {
                var reader = ByteReader(Array(bytes.prefix(length)))
                _ = try DriftDetector(&reader, settings: detector.settings)
            }
        }
        // Any one damaged byte either is refused or makes a detector that can be used.
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= UInt8(1 << (position % 8))
            var reader = ByteReader(damaged)
            guard var survivor = try? DriftDetector(&reader, settings: detector.settings) else { continue }
            _ = observe(&survivor, &random, events: 2)
        }
    }

    @Test("Settings that could never work are named")
    func settings() {
        func problem(
            threshold: Double = 10, baseRate: Double = 0.1, tolerance: Double = 1.02, shifts: [Double] = [2],
            slopes: [Double] = [0.5], block: Int = 1
        ) -> DriftSettingsError? {
            do throws(DriftSettingsError) {
                _ = try DriftDetectorSettings(
                    threshold: threshold, baseRate: baseRate, tolerance: tolerance, shiftOdds: shifts, slopes: slopes,
                    blockLength: block)
                return nil
            } catch { return error }
        }
        #expect(problem() == nil)
        #expect(problem(threshold: 1) == .threshold(1))
        #expect(problem(threshold: .infinity) == .threshold(.infinity))
        #expect(problem(baseRate: 0) == .baseRate(0))
        #expect(problem(tolerance: 0.99) == .tolerance(0.99))
        #expect(problem(tolerance: 1.1, shifts: [0.92]) == .shift(0.92))
        #expect(problem(shifts: [-2]) == .shift(-2))
        #expect(problem(slopes: [1]) == .slope(1))
        #expect(problem(shifts: [], slopes: []) == .hypothesisCount(shifts: 0, slopes: 0))
        #expect(problem(slopes: [2, 3, 4, 5, 6]) == .hypothesisCount(shifts: 1, slopes: 5))
        #expect(problem(block: 0) == .blockLength(0))
    }

    @Test("A budget of one false alarm a year at a hundred events a second asks for the events of that year")
    func budget() throws {
        let budget = try #require(FalseAlarmBudget(alarmsPerYear: 1, eventsPerSecond: 100))
        #expect(budget.threshold() == 3_155_760_000)
        #expect(budget.threshold(blockLength: 100) == 31_557_600)
        #expect(FalseAlarmBudget(alarmsPerYear: 0, eventsPerSecond: 1) == nil)
        #expect(FalseAlarmBudget(alarmsPerYear: 1, eventsPerSecond: .nan) == nil)
        #expect(FalseAlarmBudget(alarmsPerYear: 1e9, eventsPerSecond: 1e-9)?.threshold() == 2)
    }
}
