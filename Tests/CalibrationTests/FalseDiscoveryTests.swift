// e-BH: the reference's decisions, and the promise in simulation.

import Calibration
import Foundation
import Testing

@Suite("False discoveries among many hypotheses")
struct FalseDiscoveryTests {
    private struct Fixture: Decodable {
        struct Case: Decodable {
            let eValues: [Double]
            let alpha: Double
            let rejected: [Int]
        }
        let cases: [Case]
    }

    @Test("Decisions are those of the reference, at exact ties too")
    func reference() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let fixture = try decoder.decode(Fixture.self, from: fixtureData("e_bh"))
        #expect(!fixture.cases.isEmpty)
        for reference in fixture.cases {
            #expect(
                FalseDiscovery.rejections(evidence: reference.eValues, alpha: reference.alpha) == reference.rejected)
        }
    }

    @Test("Infinite evidence is rejected, none is not, and unseen hypotheses raise the bar")
    func edges() {
        #expect(FalseDiscovery.rejections(evidence: [], alpha: 0.1) == [])
        #expect(FalseDiscovery.rejections(evidence: [0, .infinity], alpha: 0.1) == [1])
        #expect(FalseDiscovery.rejections(evidence: [25], alpha: 0.05) == [0])
        #expect(FalseDiscovery.rejections(evidence: [25], alpha: 0.05, hypotheses: 2) == [])
    }

    @Test("The share of wrong rejections stays below the level however the e-values depend on each other")
    func falseDiscoveryRate() {
        var random = SeededGenerator()
        let (repetitions, count, alpha) = (2_000, 50, 0.1)
        var share = 0.0
        for _ in 0..<repetitions {
            // Nulls share one shock: exp(θx − θ²/2) has mean 1 for each. Ten of fifty have strong evidence.
            let shock = random.normal()
            let evidence = (0..<count).map { index in
                let x = 0.8 * shock + 0.6 * random.normal()
                return Foundation.exp(2 * x - 2) * (index < 10 ? 300 : 1)
            }
            let rejected = FalseDiscovery.rejections(evidence: evidence, alpha: alpha)
            if !rejected.isEmpty { share += Double(rejected.count { $0 >= 10 }) / Double(rejected.count) }
        }
        // Four standard errors of a mean of shares in [0, 1] with mean 0.1 at most: 4·√(0.1·0.9/2000) = 0.027.
        #expect(share / Double(repetitions) <= alpha + 0.027)
    }
}
