// The detectors under study: three dead bands, each with the grid its reference figures were simulated with.

import Calibration
import ElementaryMath
import ScoringRecords

enum StudyDetectors {
    /// a: the promise is at most this probability of an alarm within `horizon` calibrated events.
    static let promise = 0.01
    static let horizon = 1_000_000
    static let tolerances = [1.0, 1.02, 1.05]

    static func make(tolerance: Double, baseRate: Double) throws -> DriftDetector {
        var shifts = DriftDetectorSettings.defaultShiftOdds
        if tolerance == 1 { shifts.removeFirst() }
        if tolerance == 1.05 { shifts = shifts.map { $0 == 1.1 ? 1.15 : $0 == 1 / 1.1 ? 1 / 1.15 : $0 } }
        return DriftDetector(
            try DriftDetectorSettings(
                threshold: Double(horizon) / promise, baseRate: baseRate, tolerance: tolerance, shiftOdds: shifts))
    }
}
