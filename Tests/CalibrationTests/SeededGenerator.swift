// Reproducible randomness for property tests: every run prints the seed it used and takes one from WEIR_TEST_SEED.

import Calibration
import ElementaryMath
import Foundation

/// SplitMix64 (Steele, Lea & Flood 2014, *OOPSLA*): small, seedable, and good enough for simulations.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Starts from WEIR_TEST_SEED, or from `defaultSeed` so that a plain run is the same every time.
    init(for test: String = #function, defaultSeed: UInt64 = 20_240_229) {
        let seed = ProcessInfo.processInfo.environment["WEIR_TEST_SEED"].flatMap { UInt64($0) } ?? defaultSeed
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

    /// Uniform in [0, 1).
    mutating func uniform() -> Double { Double.random(in: 0..<1, using: &self) }

    /// Standard normal, by Box and Muller.
    mutating func normal() -> Double {
        let radius = (-2 * Foundation.log(1 - uniform())).squareRoot()
        return radius * Foundation.cos(2 * Double.pi * uniform())
    }

    /// A label whose outcome has exactly the probability its logit claims; logits are N(`mean`, 1).
    mutating func calibratedLabel(meanLogit mean: Double) -> TestLabel {
        let logit = mean + normal()
        return TestLabel(logit: logit, outcome: uniform() < sigmoid(logit) ? 1 : 0)
    }

    /// Labels with informative scores, frequent ties, unequal weights and fractional outcomes.
    mutating func awkwardLabels(count: Int) -> [TestLabel] {
        (0..<count).map { _ in
            var label = calibratedLabel(meanLogit: -1)
            if uniform() < 0.3 { label.logit = (label.logit * 4).rounded() / 4 }
            if uniform() < 0.1 { label.outcome = uniform() }
            if uniform() < 0.5 { label.weight = 3 * uniform() }
            return label
        }
    }
}

/// A label as the tests generate it.
struct TestLabel {
    var logit: Double
    var outcome: Double
    var weight = 1.0
}

extension CalibrationSketch {
    init(_ labels: some Sequence<TestLabel>) {
        self.init()
        for label in labels { add(servedLogit: label.logit, outcome: label.outcome, weight: label.weight) }
    }
}
