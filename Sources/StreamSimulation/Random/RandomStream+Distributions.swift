// The distributions that the simulators draw from. Logarithms and exponentials are ElementaryMath's, so that the same seed
// gives the same bits on every machine; the standard library's `random(in:)` promises no such thing between versions.

import ElementaryMath

extension RandomStream {
    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Uniform in 0 ..< `bound`, which must be positive.
    ///
    /// By the high half of a product (Lemire, *Fast Random Integer Generation in an Interval*, 2019, §4) without the
    /// rejection step: no value's probability is off by more than 2⁻⁶⁴.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "there is no number below \(bound) to draw")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Normal with mean 0 and variance 1, by Marsaglia's polar method: about 2.5 uniform draws.
    public mutating func normal() -> Double {
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            // Outside the disc the direction would not be uniform; at its centre there is none.
            if square < 1, square > 0 { return x * (-2 * log(square) / square).squareRoot() }
        }
    }

    /// e^N(μ, σ²): the median is e^μ. `logDeviation` ≥ 0.
    public mutating func logNormal(logMean: Double, logDeviation: Double) -> Double {
        exp(logMean + logDeviation * normal())
    }

    /// Exponential with mean 1, in [0, 36.8).
    public mutating func exponential() -> Double {
        -log1p(-uniform())
    }

    /// Poisson: how many arrivals of rate one fall within `mean`, a finite number ≥ 0.
    ///
    /// - Complexity: O(`mean`)
    public mutating func poisson(mean: Double) -> Int {
        precondition(mean >= 0 && mean.isFinite, "a Poisson mean is a finite number ≥ 0")
        var count = 0
        var arrival = exponential()
        while arrival < mean {
            count += 1
            arrival += exponential()
        }
        return count
    }
}
