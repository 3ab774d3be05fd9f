// Scores and outcomes with a story: all is well until 14:05, when more of one campaign's impressions are clicked.

import Calibration
import ElementaryMath
import PipelineHost
import ScoringRecords

/// SplitMix64 (Steele, Lea & Flood 2014, *OOPSLA*).
struct StagedRandomness: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func uniform() -> Double { Double.random(in: 0..<1, using: &self) }
}

/// Two heads over some hours of event time.
struct StagedStream {
    static let end = Timestamp(microseconds: 1_773_501_600_000_000)  // 2026-03-14T15:20:00Z
    static let drift = Timestamp(microseconds: 1_773_497_100_000_000)  // 2026-03-14T14:05:00Z

    private(set) var click: StagedOutput
    private(set) var delivery: [StagedOutput]
    private(set) var classes = ClassSums(classCount: 3)
    private(set) var clicks = (raw: CalibrationSketch(), events: 0)

    /// Folds `perMinute` events a minute over `hours` until `end`.
    ///
    /// - Parameter lift: by what the odds of a click in `campaign=women` are multiplied after the drift.
    init(hours: Int, perMinute: Int, lift: Double, names: (campaigns: [String], classes: [String]), seed: UInt64) throws
    {
        var random = StagedRandomness(state: seed)
        click = try StagedOutput(className: nil, baseRate: 0.06)
        delivery = try names.classes.map { try StagedOutput(className: $0, baseRate: 0.3) }
        let step = 60_000_000 / Int64(perMinute)
        let count = hours * 60 * perMinute
        for index in 0..<count {
            let time = StagedStream.end.advanced(by: TimeSpan(microseconds: -step * Int64(count - index)))
            let campaign = names.campaigns[Int(random.next() % UInt64(names.campaigns.count))]
            let values = [campaign, "\(1 + random.next() % 3)"]
            let isLifted = time >= StagedStream.drift && campaign == names.campaigns[1]
            addClick(time, values, lift: isLifted ? lift : 1, &random)
            if index % 4 == 0 { addDelivery(time, values, &random) }
        }
    }

    private mutating func addClick(
        _ time: Timestamp, _ values: [String], lift: Double, _ random: inout StagedRandomness
    ) {
        // A sum of four uniform numbers is near enough to normal.
        let spread = (0..<4).reduce(0.0) { sum, _ in sum + random.uniform() } - 2
        let logit = -3 + 1.9 * spread
        let truth = sigmoid(logit + log(lift))
        let outcome = random.uniform() < truth ? 1.0 : 0
        guard let score = JudgedScore(servedLogit: logit, outcome: outcome) else { return }
        click.add(score, at: time, values: values)
        clicks.raw.add(servedLogit: logit + 0.4, outcome: outcome)
        clicks.events += 1
    }

    private mutating func addDelivery(_ time: Timestamp, _ values: [String], _ random: inout StagedRandomness) {
        let tilt = random.uniform()
        let shares = [0.6 + 0.3 * tilt, 0.3 - 0.2 * tilt, 0.1 - 0.1 * tilt * 0.99]
        let total = shares.reduce(0, +)
        let logits = shares.map { log(($0 / total) / (1 - $0 / total)) }
        let draw = random.uniform() * total
        let category = draw < shares[0] ? 0 : draw < shares[0] + shares[1] ? 1 : 2
        classes.add(servedLogits: logits, category: category, weight: 1)
        for index in delivery.indices {
            guard let score = JudgedScore(servedLogit: logits[index], outcome: index == category ? 1 : 0) else {
                continue
            }
            delivery[index].add(score, at: time, values: values)
        }
    }
}
