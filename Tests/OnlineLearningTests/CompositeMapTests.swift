// The map from raw to calibrated logits: reference values, shape, inverse.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import Testing

private struct MapCase: Decodable {
    var gamma, z, delta, slope, psi, dinv: Double
}

private struct CompositeCase: Decodable {
    var gamma, c1, c0, keep_pos, keep_neg, label_smoothing, true_p, z_minimizer, true_logit: Double
}

@Suite("Composite map")
struct CompositeMapTests {
    @Test("Map, slope, probability and inverse agree with the reference")
    func referenceValues() throws {
        let fixture = try NumericFixture<MapCase>(named: "focal_calibration_map")
        let tolerance = fixture.tolerance.double
        #expect(fixture.cases.count == 144)
        for c in fixture.cases {
            let map = CompositeMap(loss: try .focal(gamma: c.gamma))
            let mapped = map.calibratedLogit(ofRaw: c.z)
            #expect(tolerance.accepts(mapped, c.delta), "delta \(mapped) for \(c)")
            #expect(tolerance.accepts(map.slope(atRaw: c.z), c.slope), "slope \(map.slope(atRaw: c.z)) for \(c)")
            #expect(tolerance.accepts(sigmoid(mapped), c.psi), "psi \(sigmoid(mapped)) for \(c)")
            let inverse = map.inverse(ofCalibrated: c.z)
            #expect(tolerance.accepts(inverse, c.dinv), "inverse \(inverse) for \(c)")
        }
    }

    @Test("The minimiser of every weighted loss, sampled and smoothed, maps back to the true probability")
    func trueProbabilityIsRecovered() throws {
        let fixture = try NumericFixture<CompositeCase>(named: "composite_map")
        #expect(fixture.cases.count == 280)
        for c in fixture.cases {
            let map = CompositeMap(
                loss: try BinaryLoss(gamma: c.gamma, positiveWeight: c.c1, negativeWeight: c.c0),
                treatment: try LabelTreatment(
                    keptPositives: c.keep_pos, keptNegatives: c.keep_neg, labelSmoothing: c.label_smoothing))
            let logit = map.calibratedLogit(ofRaw: c.z_minimizer)
            #expect(fixture.tolerance.double.accepts(logit, c.true_logit), "logit \(logit) for \(c)")
            #expect(fixture.tolerance.double.accepts(sigmoid(logit), c.true_p), "p \(sigmoid(logit)) for \(c)")
            let offset = map.initialOffset(baseRate: try #require(Probability(c.true_p)))
            #expect(fixture.tolerance.float32.accepts(Double(offset.value), c.z_minimizer), "offset \(offset) for \(c)")
        }
    }

    @Test("With smoothed labels the gradients balance at the probability that the map gives")
    func smoothedGradientsBalance() throws {
        var generator = NumericTestGenerator(for: "smoothedGradientsBalance")
        for _ in 0..<2_000 {
            let loss = try randomLoss(&generator)
            let treatment = try LabelTreatment(
                keptPositives: .random(in: 0.1...1, using: &generator),
                keptNegatives: .random(in: 0.01...1, using: &generator),
                labelSmoothing: .random(in: 0...0.5, using: &generator))
            let map = CompositeMap(loss: loss, treatment: treatment)
            let s = Double.random(in: -6...6, using: &generator)
            let z = map.inverse(ofCalibrated: s)
            let (kept, dropped) = (sigmoid(s) * treatment.keptPositives, sigmoid(-s) * treatment.keptNegatives)
            let positive = kept * loss.gradient(logit: z, label: treatment.smoothed(1), weight: 1)
            let negative = dropped * loss.gradient(logit: z, label: treatment.smoothed(0), weight: 1)
            // Each is itself a difference of a pull up and one down, both of about the size of the gradient's bound.
            #expect((positive + negative).magnitude <= 1e-12 * (kept + dropped) * 20, "\(map) at \(z)")
            #expect((map.calibratedLogit(ofRaw: z) - s).magnitude <= 1e-9, "\(map) at \(z)")
            // Next to the least probability the map bends within any h: differences say nothing there.
            let slope = map.slope(atRaw: z)
            if slope > 100 { continue }
            let h = 0x1p-17
            let difference = map.calibratedLogit(ofRaw: z + h) - map.calibratedLogit(ofRaw: z - h)
            #expect((difference / (2 * h) - slope).magnitude <= 1e-5 * slope, "\(map) at \(z)")
        }
    }

    @Test("Scores beyond what smoothed labels ask for are held at probabilities of 10⁻¹² and 1 − 10⁻¹²")
    func smoothingIsLimited() throws {
        let treatment = try LabelTreatment(labelSmoothing: 0.02)
        let map = CompositeMap(loss: .bce, treatment: treatment)
        for z in [-1e4, -20, -4.6] { #expect((sigmoid(map.calibratedLogit(ofRaw: z)) - 1e-12).magnitude < 1e-24) }
        #expect(map.calibratedLogit(ofRaw: 4.6) == -map.calibratedLogit(ofRaw: -4.6))
        #expect(map.slope(atRaw: -20) == 0)
        #expect(treatment.smoothed(0) == 0.01)
        #expect(LabelTreatment.none.smoothed(0.3) == 0.3)
    }

    @Test("A label treatment outside its domain is an error that names value and remedy")
    func treatmentDomain() {
        #expect(throws: LossDomainError.keptPositivesOutOfRange(0)) { try LabelTreatment(keptPositives: 0) }
        #expect(throws: LossDomainError.keptNegativesOutOfRange(1.5)) { try LabelTreatment(keptNegatives: 1.5) }
        #expect(throws: LossDomainError.labelSmoothingOutOfRange(1)) { try LabelTreatment(labelSmoothing: 1) }
        #expect(throws: LossDomainError.self) { try LabelTreatment(labelSmoothing: .nan) }
        #expect(
            LossDomainError.keptNegativesOutOfRange(1.5).description
                == "the share of negatives kept is 1.5, but must lie in 1e-09 to 1.0; 1 keeps all of them")
    }

    @Test("The minimiser of the risk is where the gradients of both classes balance")
    func mapAgreesWithGradients() throws {
        var generator = NumericTestGenerator(for: "mapAgreesWithGradients")
        for _ in 0..<2_000 {
            let loss = try randomLoss(&generator)
            let z = Double.random(in: -30...30, using: &generator)
            let p = sigmoid(CompositeMap(loss: loss).calibratedLogit(ofRaw: z))
            let q = sigmoid(-CompositeMap(loss: loss).calibratedLogit(ofRaw: z))
            let lift = -p * loss.gradient(logit: z, label: 1, weight: 1)
            let fall = q * loss.gradient(logit: z, label: 0, weight: 1)
            #expect((lift - fall).magnitude <= 1e-11 * (lift + fall), "\(loss) at \(z)")
        }
    }

    @Test("The map rises strictly, with a slope between 1 and γ + 1, and is odd around its shift")
    func mapIsMonotone() throws {
        for gamma in stride(from: 0.0, through: 10, by: 0.125) {
            let map = CompositeMap(loss: try .focal(gamma: gamma))
            var previous = -Double.infinity
            for z in stride(from: -60.0, through: 60, by: 0.0625) {
                let mapped = map.calibratedLogit(ofRaw: z)
                #expect(mapped > previous)
                #expect(mapped == -map.calibratedLogit(ofRaw: -z))
                // Rounding of the slope itself may pass γ + 1 by a few ulps.
                #expect(map.slope(atRaw: z) >= 1 && map.slope(atRaw: z) <= (gamma + 1) * (1 + 1e-14))
                previous = mapped
            }
        }
    }

    @Test("Inverse and map undo each other")
    func inverseRoundTrip() throws {
        var generator = NumericTestGenerator(for: "inverseRoundTrip")
        for _ in 0..<5_000 {
            let map = CompositeMap(loss: try randomLoss(&generator))
            // Log-uniform magnitudes from 2⁻³⁰ to 2¹³, which is below the bound of 10⁴.
            let size = power(2, .random(in: -30...13, using: &generator))
            let z = Bool.random(using: &generator) ? size : -size
            let back = map.inverse(ofCalibrated: map.calibratedLogit(ofRaw: z))
            // Adding the shift, up to 7 here, rounds away an absolute 1e-15 that no inverse can bring back.
            #expect((back - z).magnitude <= max(1e-14, 1e-12 * z.magnitude), "\(map) at \(z): \(back)")
        }
    }

    @Test("Extreme targets give the bound of the domain, and the bound maps without overflow")
    func extremes() throws {
        for gamma in [0, 0.5, 2, 10] {
            let map = CompositeMap(loss: try .focal(gamma: gamma, alpha: 0.25))
            #expect(map.inverse(ofCalibrated: .infinity) == 1e4 && map.inverse(ofCalibrated: -.infinity) == -1e4)
            #expect(map.calibratedLogit(ofRaw: .infinity).isFinite)
            let back = map.inverse(ofCalibrated: map.calibratedLogit(ofRaw: 1e4))
            #expect((back - 1e4).magnitude <= 1e-8)
            #expect(abs(map.slope(atRaw: -1e4) - (gamma + 1)) <= 1e-14 * (gamma + 1))
        }
    }

    private func randomLoss(_ generator: inout NumericTestGenerator) throws -> BinaryLoss {
        try BinaryLoss(
            gamma: .random(in: 0...10, using: &generator), positiveWeight: .random(in: 0.05...20, using: &generator),
            negativeWeight: .random(in: 0.05...20, using: &generator))
    }
}
