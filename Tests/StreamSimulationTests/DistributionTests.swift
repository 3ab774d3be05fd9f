// The random bits are the published ones; the distributions are those that their names say.

import ElementaryMath
import Foundation
import StreamSimulation
import Testing

@Suite("Random streams and distributions")
struct DistributionTests {
    private static let count = 100_000

    @Test("SplitMix64 gives the numbers of its authors' program for seed 1234567")
    func golden() {
        var random = RandomStream(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in random.next() } == expected)
    }

    @Test("Streams of other domains and indices begin elsewhere")
    func independence() {
        var first: Set<UInt64> = []
        for domain in 0..<20 as Range<UInt64> {
            for index in 0..<1_000 as Range<UInt64> {
                var random = RandomStream(seed: 3, domain: domain, index: index)
                first.insert(random.next())
            }
        }
        #expect(first.count == 20_000)
    }

    @Test("Uniform numbers fill [0, 1) evenly")
    func uniform() {
        var random = RandomStream(seed: testSeed())
        let samples = (0..<DistributionTests.count).map { _ in random.uniform() }
        #expect(samples.allSatisfy { (0..<1).contains($0) })
        #expect(kolmogorovStatistic(samples) { $0 } < 1.95)
    }

    @Test("Whole numbers below a bound come equally often", arguments: [1, 2, 10, 1_000])
    func integers(bound: Int) {
        var random = RandomStream(seed: testSeed())
        var counts = Array(repeating: 0, count: bound)
        for _ in 0..<DistributionTests.count { counts[random.integer(below: bound)] += 1 }
        expectFrequencies(counts, Array(repeating: 1, count: bound))
    }

    @Test("Normal numbers follow Φ")
    func normal() {
        var random = RandomStream(seed: testSeed())
        let samples = (0..<DistributionTests.count).map { _ in random.normal() }
        #expect(kolmogorovStatistic(samples) { 0.5 * Foundation.erfc(-$0 / 2.0.squareRoot()) } < 1.95)
    }

    @Test("The logarithm of a lognormal number is normal with its mean and deviation")
    func logNormal() {
        var random = RandomStream(seed: testSeed())
        let samples = (0..<DistributionTests.count).map { _ in random.logNormal(logMean: 3, logDeviation: 0.6) }
        let statistic = kolmogorovStatistic(samples) {
            0.5 * Foundation.erfc(-(ElementaryMath.log($0) - 3) / 0.6 / 2.0.squareRoot())
        }
        #expect(statistic < 1.95)
    }

    @Test("Exponential numbers have 1 − e⁻ˣ below x")
    func exponential() {
        var random = RandomStream(seed: testSeed())
        let samples = (0..<DistributionTests.count).map { _ in random.exponential() }
        #expect(kolmogorovStatistic(samples) { 1 - ElementaryMath.exp(-$0) } < 1.95)
    }

    @Test("Poisson counts have their law", arguments: [0, 0.3, 4, 40])
    func poisson(mean: Double) {
        var random = RandomStream(seed: testSeed())
        var counts = Array(repeating: 0, count: 200)
        for _ in 0..<DistributionTests.count { counts[random.poisson(mean: mean)] += 1 }
        var weights = [ElementaryMath.exp(-mean)]
        for k in 1..<200 { weights.append(weights[k - 1] * mean / Double(k)) }
        expectFrequencies(counts, weights)
    }

    @Test("Zipf's law: rank k has a share proportional to k^(−s)", arguments: [0, 0.6, 1, 2])
    func zipf(exponent: Double) {
        var random = RandomStream(seed: testSeed())
        let table = AliasTable(zipf: 50, exponent: exponent)
        var counts = Array(repeating: 0, count: 50)
        for _ in 0..<DistributionTests.count { counts[table.draw(&random)] += 1 }
        expectFrequencies(counts, (1...50).map { pow(Double($0), -exponent) })
    }

    @Test("An alias table gives each outcome its weight and never one without")
    func aliasTable() {
        var random = RandomStream(seed: testSeed())
        let weights = [0, 5, 0.001, 0, 1, 1, 93, 0]
        let table = AliasTable(weights: weights)
        var counts = Array(repeating: 0, count: weights.count)
        for _ in 0..<DistributionTests.count { counts[table.draw(&random)] += 1 }
        expectFrequencies(counts, weights)
        #expect(counts[0] == 0 && counts[3] == 0 && counts[7] == 0)
    }

    /// Each count within 5 binomial deviations of its expectation and one more: at 50 to 1,000 cells, a normal tail of
    /// 6·10⁻⁷ each leaves a false alarm once in thousands of runs, and the one covers the skew of rare cells.
    private func expectFrequencies(_ counts: [Int], _ weights: [Double]) {
        let (trials, total) = (Double(counts.reduce(0, +)), weights.reduce(0, +))
        for (count, weight) in zip(counts, weights) {
            let share = weight / total
            let deviation = (trials * share * (1 - share)).squareRoot()
            #expect(abs(Double(count) - trials * share) <= 5 * deviation + 1)
        }
    }
}
