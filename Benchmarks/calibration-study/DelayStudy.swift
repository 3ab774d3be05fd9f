// How long does it take? Streams that change, and the events until the alarm beside the reference figures.

import Calibration
import ScoringRecords

struct DelayStudy {
    let runs: Int
    let seed: UInt64

    static let changeAt = 200_000
    static let patience = 4_000_000

    struct Case {
        let baseRate: Double
        let change: Change
        /// Median delays of the reference simulation for the tolerances 1, 1.02 and 1.05, where it has them.
        let reference: [Double?]
    }

    static let cases = [
        Case(baseRate: 0.05, change: .rate(1.1), reference: [38_600, 58_000, 142_000]),
        Case(baseRate: 0.05, change: .rate(1.2), reference: [10_000, 12_900, 17_900]),
        Case(baseRate: 0.05, change: .rate(1.5), reference: [2_200, 2_600, 2_700]),
        Case(baseRate: 0.05, change: .rate(0.8), reference: [9_800, nil, 16_400]),
        Case(baseRate: 0.05, change: .slope(0.7), reference: [7_300, 7_400, 10_800]),
        Case(baseRate: 0.05, change: .slope(0.5), reference: [2_600, nil, 3_000]),
        Case(baseRate: 0.01, change: .rate(1.1), reference: [185_000, 272_000, 1_120_000]),
        Case(baseRate: 0.01, change: .rate(1.2), reference: [53_000, 69_000, 109_000]),
        Case(baseRate: 0.01, change: .rate(1.5), reference: [10_500, 12_000, 13_400]),
        Case(baseRate: 0.01, change: .slope(0.7), reference: [23_000, 29_000, 34_000]),
        Case(baseRate: 0.01, change: .slope(0.5), reference: [11_000, nil, 13_000]),
        Case(baseRate: 0.001, change: .rate(1.2), reference: [433_000, nil, 701_000]),
        Case(baseRate: 0.001, change: .rate(1.5), reference: [109_000, nil, 126_000]),
        Case(baseRate: 0.001, change: .slope(0.5), reference: [98_000, nil, 107_000]),
    ]

    /// Prints the table; false where a median of the .05 and .01 rows is more than 25 % above the reference.
    ///
    /// Medians that far below it are listed too, and fail nothing: the reference has few runs in its slow cells.
    func run() throws -> Bool {
        print("\n## Detection delay in events, median of \(runs) runs, change at event \(DelayStudy.changeAt)")
        print("in brackets the quartiles, then the reference median and the difference from it\n")
        print("| base rate | change | tolerance 1 | tolerance 1.02 | tolerance 1.05 |\n|---|---|---|---|---|")
        var off: [String] = []
        var isSlower = false
        for study in DelayStudy.cases {
            let delays = try (0..<runs).map { try measure(study, run: $0) }
            var cells: [String] = []
            for index in StudyDetectors.tolerances.indices {
                let sorted = delays.map { $0[index] }.sorted()
                let (cell, difference) = describe(sorted, reference: study.reference[index])
                cells.append(cell)
                guard study.baseRate >= 0.01, let difference, abs(difference) > 0.25 else { continue }
                off.append("\(study.baseRate) \(study.change) at tolerance \(StudyDetectors.tolerances[index])")
                if difference > 0 { isSlower = true }
            }
            print("| \(study.baseRate) | \(study.change) | " + cells.joined(separator: " | ") + " |")
        }
        print("\nmore than 25 % off the reference: " + (off.isEmpty ? "none" : off.joined(separator: ", ")))
        return !isSlower
    }

    private func describe(_ sorted: [Int], reference: Double?) -> (String, difference: Double?) {
        let middle = Double(sorted[(runs - 1) / 2] + sorted[runs / 2]) / 2
        let missed = sorted.count { $0 == DelayStudy.patience }
        var cell =
            "\(thousands(middle)) [\(thousands(Double(sorted[runs / 4]))), \(thousands(Double(sorted[3 * runs / 4])))]"
        if missed > 0 { cell += " \(missed) missed" }
        guard let reference else { return (cell, nil) }
        let difference = middle / reference - 1
        let sign = difference < 0 ? "−" : "+"
        return (cell + " · \(thousands(reference)) \(sign)\(rounded(100 * abs(difference), 0)) %", difference)
    }

    /// Events from the change to the alarm, for each tolerance on one and the same stream. An alarm before the change
    /// is a false one, after which a detector starts anew; it is counted in the other study.
    private func measure(_ study: Case, run: Int) throws -> [Int] {
        var stream = StudyStream(
            baseRate: study.baseRate, change: study.change, changeAt: DelayStudy.changeAt, seed: seed, run: run)
        var detectors = try StudyDetectors.tolerances.map {
            try StudyDetectors.make(tolerance: $0, baseRate: study.baseRate)
        }
        var delays = [Int](repeating: DelayStudy.patience, count: detectors.count)
        var waiting = Array(detectors.indices)
        for event in 0..<DelayStudy.changeAt + DelayStudy.patience {
            let (served, outcome) = stream.next()
            guard let score = JudgedScore(servedLogit: served, outcome: outcome) else { continue }
            let time = Timestamp(microseconds: Int64(event))
            for index in waiting where detectors[index].observe(score, at: time) != nil && event >= DelayStudy.changeAt
            {
                delays[index] = event + 1 - DelayStudy.changeAt
                waiting.removeAll { $0 == index }
            }
            if waiting.isEmpty { break }
        }
        return delays
    }
}

/// 12_345 as "12.3k".
func thousands(_ value: Double) -> String {
    value >= 1e6 ? "\(rounded(value / 1e6, 2))M" : value >= 1e3 ? "\(rounded(value / 1e3, 1))k" : "\(rounded(value, 0))"
}

func rounded(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let number = (value * scale).rounded() / scale
    return digits == 0 ? "\(Int(number))" : "\(number)"
}
