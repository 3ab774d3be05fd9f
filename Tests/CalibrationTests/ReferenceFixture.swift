// The 500 reference events and the metrics that arbitrary-precision arithmetic gives for them.

import Calibration
import ElementaryMath
import Foundation

/// The part of Fixtures/calibration_metrics.json that the sketch can answer for.
struct ReferenceFixture: Decodable {
    struct Events: Decodable {
        let p: [Double]
        let y: [Double]
    }
    struct HistogramBin: Decodable, Equatable {
        let index: Int
        let count: Int
        let positives: Double
        let sumP: Double
    }
    struct Histogram: Decodable {
        let bins: [HistogramBin]
        let auc: Double
        let aucErrorBound: Double
    }
    struct EqualMass: Decodable {
        let ece: Double
        let eceNoiseFloor: Double
    }
    struct Expected: Decodable {
        let n: Int
        let sumP: Double
        let sumY: Double
        let sumP2: Double
        let calibrationRatio: Double
        let observedOverPredicted: Double
        let scoreCi95Rho: [Double]
        let calibrationRatioCi95: [Double]
        let calibrationZ: Double
        let logLoss: Double
        let baseRateEntropy: Double
        let normalizedEntropy: Double
        let relativeInformationGain: Double
        let brier: Double
        let brierSkill: Double
        let spiegelhalterZ: Double
        let aucRoc: Double
        let averagePrecision: Double
        let equalMass15: EqualMass
        let logitHistogram: Histogram
    }
    let events: Events
    let expected: Expected

    static func load() throws -> ReferenceFixture {
        let name = "calibration_metrics"
        guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures")
        else { throw CocoaError(.fileNoSuchFile) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(ReferenceFixture.self, from: Data(contentsOf: url))
    }

    /// The events as a sketch; logits in `Double`, since a `Float` logit would cost nine digits of p.
    var sketch: CalibrationSketch {
        CalibrationSketch(zip(events.p, events.y).map { TestLabel(logit: logit($0), outcome: $1) })
    }
}

/// The fixture's own rule: |got − want| ≤ max(10⁻¹³, 10⁻¹⁰·|want|).
func agrees(_ got: Double?, _ want: Double) -> Bool {
    guard let got else { return false }
    return abs(got - want) <= max(1e-13, 1e-10 * abs(want))
}
