// Labels that change after they were learned: the gradient of the correction, by hand and on average.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

@Suite("Retraction")
struct RetractionTests {
    @Test("A late positive pulls cross-entropy by exactly −w, wherever the score is")
    func latePositive() {
        for z in [-30.0, -2, 0, 0.5, 40] {
            #expect((BinaryLoss.bce.retraction(logit: z, from: 0, to: 1, weight: 2.5) + 2.5).magnitude < 1e-15)
        }
    }

    @Test("At logit 0 the correction of a focal loss can be worked out by hand")
    func focalByHand() throws {
        // γ = 2, p = q = ½: G = ¼ (½ + ln 2); with c₁ = ¼ and c₀ = ¾ both classes together pull with G.
        let loss = try BinaryLoss.focal(gamma: 2, alpha: 0.25)
        let g = 0.25 * (0.5 + 0.6931471805599453)
        #expect((loss.retraction(logit: 0, from: 0, to: 1, weight: 1) + g).magnitude < 1e-15)
        #expect((loss.retraction(logit: 0, from: 0.25, to: 0.5, weight: 4) + g).magnitude < 1e-15)
    }

    @Test("A reversal is the late positive with its sign turned, bit for bit")
    func reversal() throws {
        let loss = try BinaryLoss.focal(gamma: 2, alpha: 0.25, positiveWeight: 7)
        for z in stride(from: -20.0, through: 20, by: 0.37) {
            let late = loss.retraction(logit: z, from: 0, to: 1, weight: 3)
            #expect(late < 0)
            #expect(loss.retraction(logit: z, from: 1, to: 0, weight: 3) == -late)
            #expect(loss.retraction(logit: z, from: 1, to: 1, weight: 3) == 0)
        }
    }

    @Test("A positive whose negative was sampled out is learned in full, and a withdrawn label is taken back in full")
    func sampledOut() throws {
        let loss = try BinaryLoss.weighted(positiveWeight: 5)
        for z in [-7.0, 0, 3] {
            let learned = loss.gradient(logit: z, label: 1, weight: 2)
            #expect(loss.retraction(logit: z, from: nil, to: 1, weight: 2) == learned)
            #expect(loss.retraction(logit: z, from: 1, to: nil, weight: 2) == -learned)
            #expect(loss.retraction(logit: z, from: nil, to: nil, weight: 2) == 0)
        }
    }

    @Test("A correction agrees with the difference of gradients, and keeps its digits in the tails")
    func differenceOfGradients() throws {
        var generator = NumericTestGenerator(for: "differenceOfGradients")
        for _ in 0..<2_000 {
            let loss = try BinaryLoss(
                gamma: .random(in: 0...10, using: &generator), positiveWeight: .random(in: 0.1...20, using: &generator),
                negativeWeight: .random(in: 0.1...20, using: &generator))
            let z = Double.random(in: -30...30, using: &generator)
            let (old, new) = (Double.random(in: 0...1, using: &generator), Double.random(in: 0...1, using: &generator))
            let got = loss.retraction(logit: z, from: old, to: new, weight: 1)
            let want =
                loss.gradient(logit: z, label: new, weight: 1) - loss.gradient(logit: z, label: old, weight: 1)
            #expect((got - want).magnitude <= 1e-13 * max(loss.positiveWeight, loss.negativeWeight))
            #expect(got == 0 || (got < 0) == (new > old))
        }
    }

    @Test("A table that learns negatives first and corrects a third of the positives later is calibrated")
    func correctedStream() throws {
        var generator = NumericTestGenerator(for: "correctedStream")
        for loss in [BinaryLoss.bce, try .focal(gamma: 2)] {
            let map = CompositeMap(loss: loss)
            let rate = try #require(Probability(0.1))
            let table = FTRLTable(
                bits: 4, parameters: try FTRLParameters(alpha: 0.3), offsets: [map.initialOffset(baseRate: rate)])
            let features = FeatureVector(indicators: [1])
            var late: [Int] = []
            var (sum, seen) = (0.0, 0.0)
            for t in 0..<60_000 {
                let positive = Double.random(in: 0..<1, using: &generator) < 0.2
                let isLate = positive && Double.random(in: 0..<1, using: &generator) < 0.34
                table.learn(features, loss: loss, label: positive && !isLate ? 1 : 0, weight: 1)
                if isLate { late.append(t + 50) }
                if late.first == t {
                    late.removeFirst()
                    table.learn(features) {
                        loss.retraction(logit: Double($0.value), from: 0, to: 1, weight: 1)
                    }
                }
                if t > 10_000 {
                    sum += sigmoid(map.calibratedLogit(ofRaw: Double(table.logit(of: features).value)))
                    seen += 1
                }
            }
            // The rate over 50,000 events has a standard error of .0018, and the learner follows it closely.
            #expect((sum / seen - 0.2).magnitude < 0.008, "\(loss): \(sum / seen)")
        }
    }
}
