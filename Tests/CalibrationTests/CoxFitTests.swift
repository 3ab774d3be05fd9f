// The line of miscalibration: against the reference, in repeated samples, and where there is none.

import Calibration
import ElementaryMath
import Testing

/// The fixture's rule for this fit: rel. 10⁻⁸.
private func agreesLoosely(_ got: Double?, _ want: Double) -> Bool { got.map { abs($0 / want - 1) <= 1e-8 } ?? false }

@Suite("The fit of level and slope")
struct CoxFitTests {
    @Test("On the reference events one by one it is that of the reference; from the bins it is nearly so")
    func reference() throws {
        let fixture = try ReferenceFixture.load()
        let expected = fixture.expected
        let rows = zip(fixture.events.p, fixture.events.y).map {
            CoxFit.Row(logit: logit($0), weight: 1, squaredWeight: 1, observed: $1)
        }
        let fit = try #require(CoxFit(rows: rows))
        #expect(agreesLoosely(fit.intercept, expected.coxIntercept))
        #expect(agreesLoosely(fit.slope, expected.coxSlope))
        #expect(agreesLoosely(fit.interceptError, expected.coxInterceptSe))
        #expect(agreesLoosely(fit.slopeError, expected.coxSlopeSe))
        #expect(agreesLoosely(fit.logLoss, expected.coxLogLoss))
        #expect(agreesLoosely(fit.calibrationInTheLarge, expected.calibrationInTheLarge))

        let binned = try #require(CalibrationReport(of: fixture.sketch).coxFit)
        #expect(abs(binned.intercept - fit.intercept) < 0.02 * fit.interceptError)
        #expect(abs(binned.slope - fit.slope) < 0.02 * fit.slopeError)
        #expect(abs(binned.slopeError / fit.slopeError - 1) < 0.01)
    }

    @Test("In repeated samples the standard errors are the spread of the estimates, with unequal weights too")
    func standardErrors() throws {
        var random = SeededGenerator()
        var (intercepts, slopes): ([Double], [Double]) = ([], [])
        let repetitions = 600
        for _ in 0..<repetitions {
            let labels = (0..<1_000).map { _ in
                var label = random.calibratedLabel(meanLogit: -1)
                label.weight = random.uniform() < 0.2 ? 5 : 1
                return label
            }
            let fit = try #require(CalibrationSketch(labels).histogram.coxFit)
            intercepts.append(fit.intercept / fit.interceptError)
            slopes.append((fit.slope - 1) / fit.slopeError)
        }
        for scores in [intercepts, slopes] {
            let variance = scores.reduce(0) { $0 + $1 * $1 } / Double(repetitions)
            // Four standard errors of a variance of 1 are 4·√(2/600) = 0.23. By w instead of w² it would be 1.8.
            #expect(abs(variance - 1) < 0.25)
        }
    }

    @Test("A planted line is found")
    func planted() throws {
        var random = SeededGenerator()
        let labels = (0..<40_000).map { _ in
            let served = -2 + random.normal()
            return TestLabel(logit: served, outcome: random.uniform() < sigmoid(0.4 + 0.7 * served) ? 1 : 0)
        }
        let fit = try #require(CalibrationSketch(labels).histogram.coxFit)
        #expect(abs(fit.intercept - 0.4) < 4 * fit.interceptError)
        #expect(abs(fit.slope - 0.7) < 4 * fit.slopeError)
        #expect(fit.slopeError < 0.03)
    }

    @Test("Labels that determine no line have none")
    func undetermined() {
        func fit(_ labels: [(Double, Double)]) -> CoxFit? {
            CalibrationSketch(labels.map { TestLabel(logit: $0.0, outcome: $0.1) }).histogram.coxFit
        }
        #expect(fit([]) == nil)
        #expect(fit([(0, 1), (1, 1)]) == nil)
        #expect(fit([(0, 0), (1, 0)]) == nil)
        #expect(fit([(1, 0), (1, 1), (1, 1)]) == nil)
        #expect(fit([(-2, 0), (-1, 0), (1, 1), (2, 1)]) == nil)
        #expect(fit([(-1, 1), (1, 0)]) == nil)
        #expect(fit([(-1, 0), (0, 0), (0, 1), (1, 1)]) == nil)
        #expect(fit([(-1e4, 0), (1e4, 1), (-1e4, 1), (1e4, 0)]) == nil)
        #expect(fit([(-30, 0), (30, 1), (-30, 1), (30, 0), (0, 1)]) != nil)
    }
}
