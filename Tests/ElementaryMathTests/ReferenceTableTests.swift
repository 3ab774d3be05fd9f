// Every function against correctly rounded results, with the error measured in fractions of an ulp.

import ElementaryMath
import Foundation
import Testing

/// One line of Fixtures/reference.txt, which make_reference.py beside it writes and explains.
private struct ReferencePoint {
    let function: Substring
    let argument: Double
    let nearest: Double
    /// (exact − nearest) in ulps of nearest.
    let rest: Double

    init(line: Substring) throws {
        let columns = line.split(separator: " ")
        try #require(columns.count == 4)
        function = columns[0]
        argument = Double(bitPattern: try #require(UInt64(columns[1], radix: 16)))
        nearest = Double(bitPattern: try #require(UInt64(columns[2], radix: 16)))
        rest = try #require(Double(columns[3]))
    }

    func errorInUlps(_ result: Double) -> Double { abs((result - nearest) / nearest.ulp - rest) }
}

/// A function and the error its documentation promises.
struct Promise: Sendable, CustomTestStringConvertible {
    let name: String
    let ulps: Double
    let function: @Sendable (Double) -> Double
    var testDescription: String { "\(name), \(ulps) ulp" }
}

@Suite("Elementary functions against the reference table")
struct ReferenceTableTests {
    static let promises = [
        Promise(name: "exp", ulps: 1) { ElementaryMath.exp($0) },
        Promise(name: "log", ulps: 1) { ElementaryMath.log($0) },
        Promise(name: "log1p", ulps: 1) { ElementaryMath.log1p($0) },
        Promise(name: "sigmoid", ulps: 2.5) { ElementaryMath.sigmoid($0) },
        Promise(name: "softplus", ulps: 2) { ElementaryMath.softplus($0) },
        Promise(name: "logit", ulps: 2) { ElementaryMath.logit($0) },
        Promise(name: "logGamma", ulps: 7) { ElementaryMath.logGamma($0) },
        Promise(name: "erf", ulps: 10) { ElementaryMath.erf($0) },
        Promise(name: "erfc", ulps: 30) { ElementaryMath.erfc($0) },
    ]

    @Test("Every point is within the promised error", arguments: promises)
    func errorIsWithinPromise(promise: Promise) throws {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/reference", withExtension: "txt"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        let points = try lines.map(ReferencePoint.init(line:)).filter { $0.function == promise.name }
        // The table has 160 points or more per function: fewer means that the wrong file was read.
        #expect(points.count >= 160)
        for point in points {
            let result = promise.function(point.argument)
            let error = point.errorInUlps(result)
            #expect(error <= promise.ulps, "\(promise.name)(\(point.argument)) = \(result), wrong by \(error) ulp")
        }
    }
}
