// Randomness that can be repeated: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, figure 16), seeded from outside.

import Foundation

struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    /// Takes the seed from WEIR_TEST_SEED or draws one, and prints it either way.
    init(_ purpose: String = #function) {
        let given = ProcessInfo.processInfo.environment["WEIR_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0..<1 << 32)
        state = seed
        print("\(purpose): WEIR_TEST_SEED=\(seed)")
    }

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
