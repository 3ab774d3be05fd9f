// The streams of the study: served logits with known truth, the same for every detector and every run of the program.

import Calibration
import ElementaryMath
import StreamSimulation

/// How truth departs from what is served, from some event on.
enum Change: CustomStringConvertible {
    case none
    /// The true probability is so many times the served one, 1 at most.
    case rate(Double)
    /// The true logit has this slope around the point that keeps the base rate.
    case slope(Double)

    var description: String {
        switch self {
        case .none: "none"
        case .rate(let ratio): (ratio > 1 ? "+" : "−") + "\(Int(abs(ratio * 100 - 100).rounded())) %"
        case .slope(let slope): "slope \(slope)"
        }
    }
}

/// Logits N(μ, 1) with E[p] the base rate, and outcomes drawn from the true probability.
struct StudyStream {
    let baseRate: Double
    let meanLogit: Double
    let change: Change
    /// The first event after the change.
    let changeAt: Int
    private let offset: Double
    private var random: RandomStream
    private var event = 0

    /// The stream of one run; run and base rate alone decide what is served, whatever the change.
    init(baseRate: Double, change: Change, changeAt: Int, seed: UInt64, run: Int) {
        self.baseRate = baseRate
        self.change = change
        self.changeAt = changeAt
        meanLogit = StudyStream.meanLogit(rate: baseRate, slope: 1)
        switch change {
        case .none, .rate: offset = 0
        case .slope(let slope):
            // a + b N(μ, 1) is N(a + bμ, b²): a is chosen so that its mean probability stays the base rate.
            offset = StudyStream.meanLogit(rate: baseRate, slope: slope) - slope * meanLogit
        }
        let rateIndex = UInt64((1 / baseRate).rounded())
        random = RandomStream(seed: seed, domain: rateIndex, index: UInt64(run))
    }

    /// The next event: what was served, and what came of it.
    mutating func next() -> (servedLogit: Double, outcome: Double) {
        let served = meanLogit + random.normal()
        var truth = sigmoid(served)
        if event >= changeAt {
            switch change {
            case .none: break
            case .rate(let ratio): truth = min(1, ratio * truth)
            case .slope(let slope): truth = sigmoid(offset + slope * served)
            }
        }
        event += 1
        return (served, random.uniform() < truth ? 1 : 0)
    }

    /// m with E[σ(N(m, slope²))] = rate, by bisection over a trapezoid sum.
    private static func meanLogit(rate: Double, slope: Double) -> Double {
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            var (mass, mean) = (0.0, 0.0)
            for step in -400...400 {
                let z = Double(step) / 50
                let density = exp(-z * z / 2)
                mass += density
                mean += density * sigmoid(middle + slope * z)
            }
            if mean / mass < rate { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
