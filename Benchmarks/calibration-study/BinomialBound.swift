// How small can the probability be, if it happened so often? Clopper and Pearson's exact answer.

import ElementaryMath

enum BinomialBound {
    /// The lower end of the two-sided 95 % interval of Clopper & Pearson 1934 (*Biometrika* 26:404) for `hits` of `runs`.
    static func lower(hits: Int, runs: Int) -> Double {
        guard hits > 0 else { return 0 }
        return bisect { atLeast(hits, of: runs, probability: $0) < 0.025 }
    }

    /// The upper end.
    static func upper(hits: Int, runs: Int) -> Double {
        guard hits < runs else { return 1 }
        return bisect { 1 - atLeast(hits + 1, of: runs, probability: $0) > 0.025 }
    }

    private static func bisect(_ isBelow: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return low
    }

    private static func atLeast(_ hits: Int, of runs: Int, probability: Double) -> Double {
        (hits...runs).reduce(0) { sum, k in
            let (k, n) = (Double(k), Double(runs))
            let ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
            return sum + exp(ways + k * log(probability) + (n - k) * log1p(-probability))
        }
    }
}
