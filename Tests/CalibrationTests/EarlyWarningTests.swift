// The advisory view: what is known of delays, and what early outcomes hint at.

import ByteCoding
import Calibration
import ElementaryMath
import ScoringRecords
import Testing

private let day = TimeSpan.days(1)

/// Delays uniform over the window.
private func uniformDelays(_ random: inout SeededGenerator, count: Int = 20_000) throws -> LabelDelays {
    var delays = try #require(LabelDelays(window: day))
    for _ in 0..<count { delays.add(delay: TimeSpan(microseconds: Int64(random.uniform() * 86_400e6))) }
    return delays
}

private func settings(tolerance: Double = 1.05) throws -> DriftDetectorSettings {
    try DriftDetectorSettings(
        threshold: 1e5, baseRate: 0.1, tolerance: tolerance, shiftOdds: [0.25, 0.5, 1 / 1.5, 0.8, 1.25, 1.5, 2, 4])
}

@Suite("Early warning")
struct EarlyWarningTests {
    @Test("The share of positives by age is that of the delays, within an hour too")
    func share() throws {
        var random = SeededGenerator()
        let delays = try uniformDelays(&random)
        for hours in [0.5, 1, 7.25, 23.5] {
            let share = try #require(delays.share(byAge: TimeSpan(microseconds: Int64(hours * 3_600e6))))
            // Four standard errors of a share of ½ from 20,000 are 0.014.
            #expect(abs(share - hours / 24) < 0.015)
        }
        #expect(delays.share(byAge: .zero) == 0)
        #expect(delays.share(byAge: day) == 1)
        #expect(delays.share(byAge: .days(9)) == 1)
    }

    @Test("Too few positives say nothing; late ones do not count, early ones count as at once")
    func bounds() throws {
        // Sixty-four hours and a half.
        var delays = try #require(LabelDelays(window: .seconds(232_200)))
        #expect(delays.counts.count == 65)
        for _ in 0..<99 { delays.add(delay: .seconds(-5)) }
        delays.add(delay: .seconds(232_201))
        #expect(delays.share(byAge: .seconds(60)) == nil)
        delays.add(delay: .seconds(232_200))
        #expect(delays.counts.first == 99 && delays.counts.last == 1 && delays.total == 100)
        // The last hour is half an hour long.
        #expect(try #require(delays.share(byAge: .seconds(231_300))) == 0.995)
        delays.age()
        #expect(delays.counts.first == 49 && delays.counts.last == 0 && delays.total == 49)
        #expect(LabelDelays(window: .zero) == nil)
        #expect(LabelDelays(window: .days(500)) == nil)
    }

    @Test("A short window is cut into 64 steps, so that a quarter of it is told exactly")
    func shortWindows() throws {
        var delays = try #require(LabelDelays(window: .seconds(60)))
        #expect(delays.counts.count == 64)
        for second in 0..<100 { delays.add(delay: .milliseconds(second < 30 ? 14_000 : 45_000)) }
        #expect(delays.share(byAge: .seconds(15)) == 0.3)
        #expect(LabelDelays(window: TimeSpan(microseconds: 3))?.counts.count == 3)
    }

    @Test("Old delays give way to new ones, and what is known of them stays bounded")
    func forgetting() throws {
        let age = TimeSpan.seconds(6 * 3_600)
        let delays = try #require(LabelDelays(window: day))
        var warning = try #require(EarlyWarning(age: age, delays: delays, settings: try settings()))
        #expect(warning.shareByAge == nil)
        for _ in 0..<50_000 { warning.addMaturePositive(delay: .zero) }
        #expect(warning.shareByAge == 1)
        for _ in 0..<60_000 { warning.addMaturePositive(delay: day) }
        #expect(try #require(warning.shareByAge) < 0.02)
        #expect(warning.delays.total < EarlyWarning.positivesKept)
        #expect(warning.delays.share(byAge: age) == warning.shareByAge)
    }

    @Test("It hints at a change while labels are young, stays silent without one, and mistakes slower labels for one")
    func hints() throws {
        var random = SeededGenerator()
        func hint(truth: (Double) -> Double = { $0 }, speed: Double = 1) throws -> EarlyWarningHint? {
            var warning = try #require(
                EarlyWarning(age: .seconds(6 * 3_600), delays: try uniformDelays(&random), settings: settings()))
            for index in 0..<40_000 {
                let served = -2 + random.normal()
                let isEarly = random.uniform() < sigmoid(truth(served)) && random.uniform() < 0.25 * speed
                let time = Timestamp(microseconds: Int64(index) * 1_000_000)
                if let hint = warning.observe(servedLogit: served, isPositive: isEarly, at: time) { return hint }
            }
            #expect(warning.unjudged == 0)
            #expect(try #require(warning.sums.interval()).contains(speed))
            return nil
        }
        #expect(try hint() == nil)
        let found = try #require(try hint { $0 + 0.7 })
        #expect(found.direction == .underPredicting)
        #expect(found.time > found.since)
        // Nothing is wrong with these probabilities; that is why the warning is advisory.
        #expect(try hint(speed: 0.6)?.direction == .overPredicting)
    }

    @Test("Without delays nothing is judged; a narrow band and ages outside the window are refused")
    func refusals() throws {
        let empty = try #require(LabelDelays(window: day))
        var warning = try #require(EarlyWarning(age: .seconds(60), delays: empty, settings: settings()))
        #expect(warning.observe(servedLogit: 0, isPositive: true, at: .distantPast) == nil)
        #expect(warning.unjudged == 1)
        #expect(EarlyWarning(age: .zero, delays: empty, settings: try settings()) == nil)
        #expect(EarlyWarning(age: day, delays: empty, settings: try settings()) == nil)
        #expect(EarlyWarning(age: .seconds(60), delays: empty, settings: try settings(tolerance: 1.02)) == nil)
    }

    @Test("The most extreme scores are judged or counted, never fatal")
    func extremes() throws {
        var random = SeededGenerator()
        var warning = try #require(
            EarlyWarning(age: .seconds(3_600), delays: try uniformDelays(&random), settings: settings()))
        for served in [-1e4, -740, -40, 40, 740, 1e4, .infinity] {
            _ = warning.observe(servedLogit: served, isPositive: true, at: .distantPast)
        }
        #expect(warning.unjudged >= 1)
    }

    @Test("It comes back from its bytes equal")
    func restoration() throws {
        var random = SeededGenerator()
        let (age, settings) = (TimeSpan.seconds(7_200), try settings())
        var warning = try #require(EarlyWarning(age: age, delays: try uniformDelays(&random), settings: settings))
        for _ in 0..<500 {
            _ = warning.observe(servedLogit: -2, isPositive: random.uniform() < 0.01, at: .distantPast)
        }
        var writer = ByteWriter()
        warning.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        #expect(try EarlyWarning(&reader, age: age, window: day, settings: settings) == warning)
        try reader.expectEnd()
        #expect(throws: CalibrationStateError.otherSettings) {
            var reader = ByteReader(writer.bytes)
            _ = try EarlyWarning(&reader, age: .seconds(60), window: day, settings: settings)
        }
    }
}
