// The curvature that second-order learners divide by.

import ElementaryMath
import OnlineLearning
import Testing

@Suite("Expected curvature")
struct ExpectedCurvatureTests {
    @Test("It is the mean of the curvatures at the probability that the map gives, and never negative")
    func meanCurvature() throws {
        var generator = NumericTestGenerator(for: "meanCurvature")
        for _ in 0..<2_000 {
            let loss = try BinaryLoss(
                gamma: .random(in: 0...10, using: &generator), positiveWeight: .random(in: 0.1...20, using: &generator),
                negativeWeight: .random(in: 0.1...20, using: &generator))
            let z = Double.random(in: -12...12, using: &generator)
            let s = CompositeMap(loss: loss).calibratedLogit(ofRaw: z)
            let want =
                sigmoid(s) * loss.curvature(logit: z, label: 1, weight: 3)
                + sigmoid(-s) * loss.curvature(logit: z, label: 0, weight: 3)
            let got = loss.expectedCurvature(logit: z, weight: 3)
            // The mean, not the product form, loses digits where a focal curvature is negative.
            #expect((got - want).magnitude <= 1e-11 * want + 1e-13, "\(loss) at \(z): \(got), \(want)")
            #expect(got >= 0)
        }
        for gamma in [0, 2, 10.0] {
            for z in [-1e4, -700, 700, 1e4] {
                let h = try BinaryLoss.focal(gamma: gamma).expectedCurvature(logit: z, weight: 1)
                #expect(h >= 0 && h.isFinite)
            }
        }
    }

    @Test("Cross-entropy is safe as it is; a very wrong focal example is not, and gets the expected curvature")
    func safeCurvature() throws {
        let weighted = try BinaryLoss.weighted(positiveWeight: 5)
        let exact = weighted.curvature(logit: -1, label: 0, weight: 2)
        #expect(weighted.safeCurvature(logit: -1, label: 0, weight: 2) == exact)
        let focal = try BinaryLoss.focal(gamma: 2)
        #expect(focal.curvature(logit: -3.85, label: 1, weight: 1) < -0.04)
        #expect(focal.safeCurvature(logit: -3.85, label: 1, weight: 1) > 0)
    }
}
