// Reading the JSON fixtures of losses and optimizers, comparing with their tolerances, and a seeded generator.

import Foundation
import Testing

/// A relative and an absolute tolerance: a result passes if it is within either.
struct Tolerance: Decodable {
    var rel: Double
    var abs: Double

    func accepts(_ got: Double, _ want: Double) -> Bool {
        let error = (got - want).magnitude
        return error <= abs || error <= rel * want.magnitude
    }
}

/// The tolerances a fixture states for either precision.
struct Tolerances: Decodable {
    var double: Tolerance
    var float32: Tolerance
}

/// A fixture file: its tolerances and its cases.
struct NumericFixture<Case: Decodable>: Decodable {
    var tolerance: Tolerances
    var cases: [Case]

    init(named name: String) throws {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }
}

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014), seeded by `WEIR_TEST_SEED` or, without it, from the system.
struct NumericTestGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Prints the seed, so that a failure can be repeated.
    init(for test: String) {
        let given = ProcessInfo.processInfo.environment["WEIR_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: .min ... .max)
        print("\(test): WEIR_TEST_SEED=\(seed)")
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// xʸ by the platform's library: for tolerances and expectations only.
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }

/// A number in C's fixed format.
func formatted(_ x: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", x) }
