// The detector against a trace computed with forty digits: every component, every alarm, every onset.

import Calibration
import ElementaryMath
import ScoringRecords
import Testing

/// The fixture's own rule for Double: |got − want| ≤ max(10⁻¹², 10⁻⁹·|want|).
private func follows(_ got: Double, _ want: Double) -> Bool { abs(got - want) <= max(1e-12, 1e-9 * abs(want)) }

@Suite("The drift detector follows its reference traces")
struct DetectorTraceTests {
    let fixture: DetectorFixture

    init() throws { fixture = try DetectorFixture.load() }

    @Test("Evidence, centre, alarm times and onsets are those of the reference", arguments: 0..<4)
    func trace(index: Int) throws {
        let reference = fixture.cases[index]
        try #require(reference.detector == "esr_mixture")
        var detector = DriftDetector(try settings(of: reference))
        var points = reference.trace[...]
        var alarms: [DriftAlarm] = []
        for (t, (p, y)) in zip(fixture.events.p, fixture.events.y).enumerated() {
            let centreBefore = detector.centreLogit
            let score = try #require(JudgedScore(servedLogit: logit(p), outcome: y))
            let alarm = detector.observe(score, at: Timestamp(microseconds: Int64(t) * 1_000))
            if let alarm { alarms.append(alarm) }
            guard points.first?.t == t, let point = points.popFirst() else { continue }
            #expect(follows(centreBefore, try #require(point.centreBefore)))
            #expect(follows(alarm?.statistic ?? detector.statistic, try #require(point.statistic)), "t = \(t)")
            if alarm == nil {
                for (got, want) in zip(detector.componentEvidence, try #require(point.components)) {
                    #expect(follows(got, want), "t = \(t)")
                }
            }
        }
        #expect(points.isEmpty)
        let expected = try #require(reference.alarms)
        #expect(alarms.map(\.event) == expected.map(\.t))
        #expect(alarms.map(\.component) == expected.map(\.dominantComponent))
        #expect(alarms.map(\.onsetEvent) == expected.map(\.onsetEstimate))
        #expect(alarms.map(\.onset.microseconds) == expected.map { Int64($0.onsetEstimate) * 1_000 })
        for (alarm, want) in zip(alarms, expected) { #expect(follows(alarm.statistic, want.statistic)) }
        // The fixture's change multiplies the true odds by 1.8.
        #expect(alarms.allSatisfy { $0.direction == .underPredicting })
    }

    private func settings(of reference: DetectorFixture.Case) throws -> DriftDetectorSettings {
        try DriftDetectorSettings(
            threshold: try #require(reference.threshold),
            baseRate: sigmoid(try #require(reference.centreInitLogit)),
            tolerance: try #require(reference.toleranceOddsRatio), shiftOdds: try #require(reference.shiftOdds),
            slopes: try #require(reference.slopes))
    }
}
