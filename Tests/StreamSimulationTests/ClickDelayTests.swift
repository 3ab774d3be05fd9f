// Clicks come late, as their mixture says, and within the window.

import ElementaryMath
import ScoringRecords
import StreamSimulation
import Testing

@Suite("Click delays")
struct ClickDelayTests {
    @Test("They follow the truncated mixture", arguments: [0.05, 1, 3, 30])
    func distribution(windowDays: Double) {
        var random = RandomStream(seed: testSeed())
        let window = TimeSpan.seconds(Int64(windowDays * 86_400))
        let delay = ClickDelay(window: window)
        let samples = (0..<50_000).map { _ in delay.draw(&random) }
        #expect(samples.allSatisfy { $0 > .zero && $0 <= window })
        let statistic = kolmogorovStatistic(samples.map { Double($0.microseconds) }) {
            delay.cumulative(TimeSpan(microseconds: Int64($0)))
        }
        #expect(statistic < 1.95)
    }

    @Test("After a tenth of a day 64.7 % of the clicks within three days have come")
    func handValue() {
        // (0.6 (1 − e⁻⁵) + 0.4 (1 − e^−0.1)) / (0.6 (1 − e⁻¹⁵⁰) + 0.4 (1 − e⁻³)) = 0.634022 / 0.980085, by hand.
        let value = ClickDelay(window: .days(3)).cumulative(.seconds(8_640))
        #expect(abs(value - 0.646905) < 1e-6)
        #expect(ClickDelay(window: .days(3)).cumulative(.days(3)) == 1)
        #expect(ClickDelay(window: .days(3)).cumulative(.zero) == 0)
    }

    @Test("A click is known when it comes, its absence when the window ends; chargebacks take seven days")
    func labelTimes() throws {
        var delays: [Double] = []
        for event in try adClicks(100_000, seed: testSeed(), window: .days(2)) {
            let wait = event.truth.labelTime.since(event.time)
            if event.truth.isPositive {
                delays.append(Double(wait.microseconds))
            } else {
                #expect(wait == .days(2))
            }
        }
        let law = ClickDelay(window: .days(2))
        #expect(kolmogorovStatistic(delays) { law.cumulative(TimeSpan(microseconds: Int64($0))) } < 1.95)
        for event in try cardFraud(1_000, seed: testSeed()) {
            #expect(event.truth.labelTime == event.time.advanced(by: .days(7)))
        }
    }
}
