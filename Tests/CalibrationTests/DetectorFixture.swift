// The 800 reference events and what arbitrary-precision arithmetic makes of them.

import Calibration
import Foundation

/// Fixtures/detector_traces.json.
struct DetectorFixture: Decodable {
    struct Events: Decodable {
        let p: [Double]
        let y: [Double]
    }
    struct Point: Decodable {
        let t: Int
        let statistic: Double?
        let components: [Double]?
        let centreBefore: Double?
        let gammaPoissonLogE: Double?
    }
    struct Alarm: Decodable {
        let t: Int
        let statistic: Double
        let dominantComponent: Int
        let onsetEstimate: Int
    }
    struct Case: Decodable {
        let detector: String
        let toleranceOddsRatio: Double?
        let threshold: Double?
        let shiftOdds: [Double]?
        let slopes: [Double]?
        let centreInitLogit: Double?
        let trace: [Point]
        let alarms: [Alarm]?
    }
    let events: Events
    let cases: [Case]

    static func load() throws -> DetectorFixture {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(DetectorFixture.self, from: fixtureData("detector_traces"))
    }
}

/// The bytes of a file in Fixtures.
func fixtureData(_ name: String) throws -> Data {
    guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures")
    else { throw CocoaError(.fileNoSuchFile) }
    return try Data(contentsOf: url)
}
