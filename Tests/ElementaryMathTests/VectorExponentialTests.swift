// Four exponentials at once are four exponentials.

import ElementaryMath
import Testing

@Suite("The exponential of a vector")
struct VectorExponentialTests {
    @Test("Every lane has the bits of the scalar function")
    func lanes() {
        var x = -700.0
        while x < 700 {
            let arguments = SIMD4(x, -x, x / 100, x / 1e6)
            let results = ElementaryMath.exp(arguments)
            for lane in 0..<4 { #expect(results[lane] == ElementaryMath.exp(arguments[lane])) }
            x += 0.37
        }
    }
}
