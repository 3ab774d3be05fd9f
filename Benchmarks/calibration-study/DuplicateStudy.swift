// What breaks the promise: the same event taken several times, as repeated clicks of one session are.

import Calibration
import ScoringRecords

/// Calibrated streams in which every event comes several times in a row, score and outcome alike.
struct DuplicateStudy {
    let runs: Int
    let seed: UInt64

    func run() throws {
        print(
            "\n## Runs with an alarm in \(StudyDetectors.horizon) calibrated events, each taken several times, \(runs) runs"
        )
        print("each p is right on the average; the promise, for independent labels, is \(StudyDetectors.promise)\n")
        print(
            "| base rate | copies of each event | tolerance 1 | tolerance 1.02 | tolerance 1.05 |\n|---|---|---|---|---|"
        )
        for baseRate in [0.001, 0.01, 0.05] {
            for copies in [2, 3, 5] {
                let alarmed = try (0..<runs).map { try isAlarmed(baseRate: baseRate, copies: copies, run: $0) }
                let cells = StudyDetectors.tolerances.indices.map { index in
                    "\(rounded(100 * Double(alarmed.count { $0[index] }) / Double(runs), 0)) %"
                }
                print("| \(baseRate) | \(copies) | " + cells.joined(separator: " | ") + " |")
            }
        }
    }

    private func isAlarmed(baseRate: Double, copies: Int, run: Int) throws -> [Bool] {
        var stream = StudyStream(baseRate: baseRate, change: .none, changeAt: 0, seed: seed, run: run)
        var detectors = try StudyDetectors.tolerances.map { try StudyDetectors.make(tolerance: $0, baseRate: baseRate) }
        var isAlarmed = [Bool](repeating: false, count: detectors.count)
        for event in 0..<StudyDetectors.horizon / copies {
            let (served, outcome) = stream.next()
            guard let score = JudgedScore(servedLogit: served, outcome: outcome) else { continue }
            for index in detectors.indices where !isAlarmed[index] {
                for _ in 0..<copies
                where detectors[index].observe(score, at: Timestamp(microseconds: Int64(event))) != nil {
                    isAlarmed[index] = true
                }
            }
        }
        return isAlarmed
    }
}
