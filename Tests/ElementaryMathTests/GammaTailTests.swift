// The tail of the gamma and χ² distributions against sixty digits, and at its edges.

import ElementaryMath
import Foundation
import Testing

@Suite("The upper tail of the gamma distribution")
struct GammaTailTests {
    @Test("Every reference point is within the promised error")
    func reference() throws {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/gamma_tails", withExtension: "txt"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 300)
        for line in lines {
            let numbers = line.split(separator: " ").compactMap { Double($0) }
            try #require(numbers.count == 3)
            let got = upperGammaFraction(numbers[0], numbers[1])
            let error = abs(got / numbers[2] - 1)
            #expect(error <= 5e-13, "Q(\(numbers[0]), \(numbers[1])) = \(got), wrong by \(error)")
        }
    }

    @Test("The edges of the domain give limits, and outside it NaN")
    func edges() {
        #expect(upperGammaFraction(3, 0) == 1)
        #expect(upperGammaFraction(3, .infinity) == 0)
        #expect(upperGammaFraction(3, 1e6) == 0)
        for (a, x) in [(0, 1), (-1, 1), (1, -1), (.nan, 1), (1, .nan), (1e7, 1)] as [(Double, Double)] {
            #expect(upperGammaFraction(a, x).isNaN)
        }
        // With two degrees of freedom the tail is e^(−x/2).
        #expect(abs(chiSquareUpperTail(10, degreesOfFreedom: 2) / ElementaryMath.exp(-5) - 1) < 1e-14)
    }

    @Test("Zeros, infinities and NaN of logGamma, erf and erfc")
    func specialValues() {
        #expect(logGamma(1) == 0 && logGamma(2) == 0)
        #expect(logGamma(0) == .infinity && logGamma(.infinity) == .infinity)
        #expect(logGamma(-1).isNaN && logGamma(.nan).isNaN)
        #expect(
            ElementaryMath.erf(0) == 0 && ElementaryMath.erf(.infinity) == 1 && ElementaryMath.erf(-.infinity) == -1)
        #expect(ElementaryMath.erfc(.infinity) == 0 && ElementaryMath.erfc(-.infinity) == 2)
        #expect(ElementaryMath.erf(.nan).isNaN && ElementaryMath.erfc(.nan).isNaN)
    }
}
