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
    struct Partition: Decodable {
        struct Group: Decodable {
            let count: Int
            let meanP: Double
            let meanY: Double
        }
        let bins: [Group]
        let ece: Double
        let mce: Double
        let eceL2SquaredDebiased: Double
        let eceDebiased: Double
        let eceNoiseFloor: Double
        let brierReliability: Double
        let brierResolution: Double
        let brierUncertainty: Double
        let withinBinVariance: Double
        let withinBinCovariance: Double
    }
    struct Threshold: Decodable {
        let threshold: Double
        let tp: Double
        let fp: Double
    }
    struct Drift: Decodable {
        let edges: [Double]
        let referenceCounts: [Int]
        let currentCounts: [Int]
        let psi: Double
        let psiChi2P: Double
        let ks: Double
    }
    struct Decayed: Decodable {
        let halfLifeEvents: Double
        let sumY: Double
        let sumP: Double
        let sumW2P: Double
        let sumW2P2: Double
        let weight: Double
        let observedOverPredicted: Double
        let scoreCi95Rho: [Double]
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
        let gammaPoissonCs95Rho: [Double]
        let gammaPoissonLogEAtRho1: Double
        let coxIntercept: Double
        let coxSlope: Double
        let coxInterceptSe: Double
        let coxSlopeSe: Double
        let coxLogLoss: Double
        let calibrationInTheLarge: Double
        let spiegelhalterP: Double
        let thresholds: [Threshold]
        let equalMass10: Partition
        let equalMass15: Partition
        let equalWidth10: Partition
        let drift: Drift
        let decayed: [Decayed]
        let logitHistogram: Histogram
    }
    let events: Events
    let expected: Expected

    static func load() throws -> ReferenceFixture {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(ReferenceFixture.self, from: fixtureData("calibration_metrics"))
    }

    /// The events in one histogram bin each group, grouped by position in `order` at exact ranks.
    func equalMassGroups(_ count: Int) -> [LogitBin] {
        let order = events.p.indices.sorted { (events.p[$0], $0) < (events.p[$1], $1) }
        return (0..<count).map { group in
            let first = group * order.count / count
            return bin(of: Array(order[first..<(group + 1) * order.count / count]))
        }
    }

    /// Groups of equal width in p, empty ones left out.
    func equalWidthGroups(_ count: Int) -> [LogitBin] {
        (0..<count).map { group in
            bin(of: events.p.indices.filter { min(count - 1, Int(events.p[$0] * Double(count))) == group })
        }.filter { $0.count > 0 }
    }

    /// What the sketch would hold of these events, were they in one bin.
    private func bin(of members: [Int]) -> LogitBin {
        let labels = members.map { TestLabel(logit: logit(events.p[$0]), outcome: events.y[$0]) }
        let bins = CalibrationSketch(labels).histogram.bins
        func sum(_ field: KeyPath<LogitBin, Double>) -> Double { bins.reduce(0) { $0 + $1[keyPath: field] } }
        return LogitBin(
            count: members.count, weight: sum(\.weight), squaredWeight: sum(\.squaredWeight),
            observed: sum(\.observed), predicted: sum(\.predicted), variance: sum(\.variance),
            weightedLogit: sum(\.weightedLogit), squaredPrediction: sum(\.squaredPrediction),
            observedPrediction: sum(\.observedPrediction)) ?? .empty
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
