// Zeros, infinities, NaN, overflow and underflow: what the documentation says of each.

import ElementaryMath
import Testing

private let infinity = Double.infinity

/// Whether two results are the same bits, or both NaN.
private func same(_ left: Double, _ right: Double) -> Bool {
    left.isNaN ? right.isNaN : left.bitPattern == right.bitPattern
}

@Suite("Edge cases of the elementary functions")
struct EdgeCaseTests {
    @Test("exp: zeros, infinities, NaN, and the first arguments that overflow and underflow")
    func exponential() {
        #expect(same(exp(0), 1) && same(exp(-0.0), 1))
        #expect(same(exp(infinity), infinity) && same(exp(-infinity), 0) && exp(.nan).isNaN)
        // ln of the greatest finite number, rounded down, and its successor.
        #expect(exp(709.782712893384).isFinite && exp((709.782712893384).nextUp) == infinity)
        // Half the least subnormal is e^-745.1332191019412…: above it something is left, below it nothing.
        #expect(same(exp(-745.1332191019411), Double.leastNonzeroMagnitude) && same(exp(-745.1332191019412), 0))
        #expect(same(exp(746), infinity) && same(exp(1e300), infinity))
        #expect(same(exp(-746), 0) && same(exp(-1e300), 0))
        #expect(same(exp(.leastNonzeroMagnitude), 1))
    }

    @Test("log: zeros, infinities, NaN and negatives")
    func logarithm() {
        #expect(same(log(1), 0) && same(log(0), -infinity) && same(log(-0.0), -infinity))
        #expect(same(log(infinity), infinity))
        #expect(log(-1).isNaN && log(-infinity).isNaN && log(.nan).isNaN && log(-.leastNonzeroMagnitude).isNaN)
    }

    @Test("log1p: signed zeros, the pole, infinities, NaN and the smallest arguments")
    func logarithmOfOnePlus() {
        #expect(same(log1p(0), 0) && same(log1p(-0.0), -0.0))
        #expect(same(log1p(-1), -infinity) && same(log1p(infinity), infinity))
        #expect(log1p((-1.0).nextDown).isNaN && log1p(-infinity).isNaN && log1p(.nan).isNaN)
        #expect(same(log1p(.leastNonzeroMagnitude), .leastNonzeroMagnitude))
        #expect(same(log1p(-.leastNonzeroMagnitude), -.leastNonzeroMagnitude))
    }

    @Test("sigmoid and softplus: the middle, the ends and NaN")
    func logistic() {
        #expect(same(sigmoid(0), 0.5) && same(sigmoid(-0.0), 0.5))
        #expect(same(sigmoid(infinity), 1) && same(sigmoid(-infinity), 0) && sigmoid(.nan).isNaN)
        #expect(same(sigmoid(1e4), 1) && same(sigmoid(-1e4), 0))
        #expect(same(softplus(0), log1p(1)) && same(softplus(-0.0), log1p(1)))
        #expect(same(softplus(infinity), infinity) && same(softplus(-infinity), 0) && softplus(.nan).isNaN)
        #expect(same(softplus(1e4), 1e4) && same(softplus(-1e4), 0))
    }

    @Test("logit: the middle, both ends, and everything outside the unit interval")
    func logOdds() {
        #expect(same(logit(0.5), 0) && same(logit(0), -infinity) && same(logit(-0.0), -infinity))
        #expect(same(logit(1), infinity))
        #expect(logit(-0.1).isNaN && logit((1.0).nextUp).isNaN && logit(.nan).isNaN)
        #expect(logit(infinity).isNaN && logit(-infinity).isNaN)
    }

    @Test("exp never falls where its argument rises, across the seams of its argument reduction")
    func exponentialIsMonotoneAcrossSeams() {
        let ln2 = 0.6931471805599453
        for k in -1070...1022 {
            var x = (Double(k) + 0.5) * ln2
            for _ in 0..<4 { x = x.nextDown }
            for _ in 0..<8 {
                #expect(exp(x) <= exp(x.nextUp))
                x = x.nextUp
            }
        }
    }
}
