// How often does it cry wolf? Calibrated streams, and the promise beside what happened.

import Calibration
import ScoringRecords

struct FalseAlarmStudy {
    let runs: Int
    let seed: UInt64

    /// Prints the table; false where a promise is refuted at 95 %.
    func run() throws -> Bool {
        print("\n## False alarms in \(StudyDetectors.horizon) calibrated events, \(runs) runs each")
        print(
            "promise: at most \(StudyDetectors.promise) of the runs; in brackets the 95 % interval of Clopper and Pearson\n"
        )
        print("| base rate | tolerance | runs with an alarm | alarms a run | promise |\n|---|---|---|---|---|")
        var isKept = true
        var pooled = (hits: 0, runs: 0)
        for baseRate in [0.001, 0.01, 0.05] {
            let counts = try (0..<runs).map { try alarms(baseRate: baseRate, run: $0) }
            for (index, tolerance) in StudyDetectors.tolerances.enumerated() {
                let hits = counts.count { $0[index] > 0 }
                let mean = Double(counts.reduce(0) { $0 + $1[index] }) / Double(runs)
                isKept = report("\(baseRate)", "\(tolerance)", hits, runs, "\(rounded(mean, 3))") && isKept
                if tolerance == 1 { pooled = (pooled.hits + hits, pooled.runs + runs) }
            }
        }
        return report("all three", "1.0", pooled.hits, pooled.runs, "") && isKept
    }

    private func report(_ rate: String, _ tolerance: String, _ hits: Int, _ runs: Int, _ mean: String) -> Bool {
        let (lower, upper) = (BinomialBound.lower(hits: hits, runs: runs), BinomialBound.upper(hits: hits, runs: runs))
        let isKept = lower <= StudyDetectors.promise
        let share = rounded(100 * Double(hits) / Double(runs), 1)
        print(
            "| \(rate) | \(tolerance) | \(share) % (\(hits) of \(runs)) [\(rounded(100 * lower, 1)), "
                + "\(rounded(100 * upper, 1))] | \(mean) | \(isKept ? "kept" : "BROKEN") |")
        return isKept
    }

    /// Alarms of each tolerance on one and the same stream.
    private func alarms(baseRate: Double, run: Int) throws -> [Int] {
        var stream = StudyStream(baseRate: baseRate, change: .none, changeAt: 0, seed: seed, run: run)
        var detectors = try StudyDetectors.tolerances.map { try StudyDetectors.make(tolerance: $0, baseRate: baseRate) }
        var alarms = [Int](repeating: 0, count: detectors.count)
        for event in 0..<StudyDetectors.horizon {
            let (served, outcome) = stream.next()
            guard let score = JudgedScore(servedLogit: served, outcome: outcome) else { continue }
            let time = Timestamp(microseconds: Int64(event))
            for index in detectors.indices where detectors[index].observe(score, at: time) != nil {
                alarms[index] += 1
            }
        }
        return alarms
    }
}
