// How many mature events a second does one core fold? All of one head: sketch, windows, detector and three slices.

import Calibration
import Glibc
import ScoringRecords
import StreamSimulation

struct FoldSpeed {
    let seed: UInt64
    private static let events = 1_000_000
    private static let rounds = 5

    private struct Event {
        let logit: Double
        let outcome: Double
        let time: Timestamp
        let values: [String?]
    }

    /// Prints nanoseconds an event for growing parts of the fold: the best of five rounds.
    func run() throws {
        let events = makeEvents()
        print(
            "\n## Speed of the fold, CPU time of one thread, best of \(FoldSpeed.rounds) rounds of \(events.count) events"
        )
        print("events ten to a second; 20, 300 and 20,000 values in the three slice fields, 1,000 followed in each\n")
        print("| part | ns an event | million events a second |\n|---|---|---|")
        let detector = try DriftDetectorSettings(threshold: 1e11, baseRate: 0.03)
        let slices = SliceSettings(
            fields: ["device", "site", "creative"], valuesPerField: 1_000, epoch: .seconds(3_600))
        var only = DriftDetector(detector)
        time("detector", events) { score, event in _ = only.observe(score, at: event.time) }
        var blocks = DriftDetector(try DriftDetectorSettings(threshold: 1e9, baseRate: 0.03, blockLength: 100))
        time("detector, blocks of 100", events) { score, event in _ = blocks.observe(score, at: event.time) }
        var sketch = CalibrationSketch()
        time("one sketch", events) { score, _ in sketch.add(score) }
        var plain = HeadCalibration(HeadCalibrationSettings(detector: detector))
        time("sketch, two windows, detector", events) { score, event in _ = plain.add(score, at: event.time) }
        var whole = HeadCalibration(HeadCalibrationSettings(detector: detector, slices: slices))
        time("the same with three slices", events) { score, event in
            _ = whole.add(score, at: event.time, values: event.values)
        }
        var fading = HeadCalibration(
            HeadCalibrationSettings(detector: detector, halfLife: .seconds(3_600), slices: slices))
        time("the same with a fading sketch", events) { score, event in
            _ = fading.add(score, at: event.time, values: event.values)
        }
    }

    private func time(_ name: String, _ events: [Event], _ fold: (JudgedScore, Event) -> Void) {
        var best = Double.infinity
        for _ in 0..<FoldSpeed.rounds {
            let start = threadNanoseconds()
            for event in events {
                guard let score = JudgedScore(servedLogit: event.logit, outcome: event.outcome) else { continue }
                fold(score, event)
            }
            best = min(best, (threadNanoseconds() - start) / Double(events.count))
        }
        print("| \(name) | \(rounded(best, 0)) | \(rounded(1_000 / best, 2)) |")
    }

    /// Time this thread spent on a core: what others do on a shared machine counts less that way.
    private func threadNanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    private func makeEvents() -> [Event] {
        var stream = StudyStream(baseRate: 0.03, change: .none, changeAt: 0, seed: seed, run: 0)
        var random = RandomStream(seed: seed, domain: 2, index: 0)
        let fields = [
            ("mobile", AliasTable(zipf: 20, exponent: 1)), ("site", AliasTable(zipf: 300, exponent: 1)),
            ("creative-", AliasTable(zipf: 20_000, exponent: 1)),
        ]
        let names = fields.map { field in (0..<field.1.count).map { "\(field.0)\($0)" } }
        return (0..<FoldSpeed.events).map { index in
            let (logit, outcome) = stream.next()
            return Event(
                logit: logit, outcome: outcome, time: Timestamp(microseconds: Int64(index) * 100_000),
                values: fields.indices.map { names[$0][fields[$0].1.draw(&random)] })
        }
    }
}
