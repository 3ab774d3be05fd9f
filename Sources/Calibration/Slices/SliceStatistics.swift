// What is remembered of one slice since its epoch began.

import ScoringRecords

/// Sums, evidence and the onsets of one slice.
///
/// Each onset is the last start of a Poisson CUSUM, W ← max(0, W) + y ln ρ − (ρ − 1)p, for a ratio ρ of a quarter more
/// or less (Lucas 1985, *Technometrics* 27:129). Without such an allowance a random walk's extreme would pass for one.
struct SliceStatistics: Hashable {
    var value: String
    var count = 0
    var sequence = GammaPoissonSequence()
    /// W for more positives than promised, and when it started.
    var rising = (evidence: 0.0, start: Timestamp.distantPast)
    /// W for fewer, and when it started.
    var falling = (evidence: 0.0, start: Timestamp.distantPast)
    /// Once flagged, until the epoch ends.
    var isFlagged = false

    init(value: String) { self.value = value }

    @inline(__always)
    mutating func add(_ score: JudgedScore, at time: Timestamp) {
        count += 1
        sequence.add(score)
        if rising.evidence <= 0 { rising = (0, time) }
        if falling.evidence <= 0 { falling = (0, time) }
        // ln 1.25 = −ln 0.8.
        let step = 0.22314355131420976 * score.outcome
        rising.evidence += step - 0.25 * score.probability
        falling.evidence += 0.2 * score.probability - step
    }

    static func == (left: SliceStatistics, right: SliceStatistics) -> Bool {
        left.value == right.value && left.count == right.count && left.sequence == right.sequence
            && left.rising == right.rising && left.falling == right.falling && left.isFlagged == right.isFlagged
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(value)
        hasher.combine(sequence)
    }
}
