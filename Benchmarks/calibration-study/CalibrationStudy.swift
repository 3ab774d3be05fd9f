// Does the drift detector keep its promise, and how fast is it? A simulation with known truth, seeded, that prints tables.

import Calibration
import Foundation

@main
struct CalibrationStudy {
    static let usage = """
        usage: calibration-study false-alarms [RUNS] | delays [RUNS] | duplicates [RUNS] | speed | stream RATE CHANGE RUN COUNT
          false-alarms   calibrated streams: how many runs raise an alarm (default 150 runs)
          delays         changed streams: events until the alarm (default 200 runs)
          duplicates     calibrated events taken several times: what the promise does not cover (default 40 runs)
          speed          events a second of the monitor's fold
          stream         one stream to standard output; CHANGE is none, rate=X or slope=X
        """
    static let seed: UInt64 = 20_240_229

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let runs = arguments.dropFirst().first.flatMap { Int($0) }
        switch arguments.first {
        case "false-alarms":
            finish(try FalseAlarmStudy(runs: max(1, runs ?? 150), seed: seed).run(), "a promise is broken")
        case "delays":
            finish(
                try DelayStudy(runs: max(1, runs ?? 200), seed: seed).run(),
                "a median is more than 25 % above its reference")
        case "duplicates": try DuplicateStudy(runs: max(1, runs ?? 40), seed: seed).run()
        case "speed": try FoldSpeed(seed: seed).run()
        case "stream":
            guard let (stream, count) = parseStream(Array(arguments.dropFirst())) else { fail(usage, code: 64) }
            try StreamWriter.write(stream, count: count)
        default: fail(usage, code: 64)
        }
    }

    private static func parseStream(_ words: [String]) -> (StudyStream, count: Int)? {
        guard words.count == 4, let rate = Double(words[0]), rate > 0, rate < 1, let run = Int(words[2]), run >= 0,
            let count = Int(words[3]), count >= 0
        else { return nil }
        let parts = words[1].split(separator: "=")
        let change: Change
        switch (parts.first, parts.last.flatMap { Double($0) }) {
        case ("none", _): change = .none
        case ("rate", let ratio?): change = .rate(ratio)
        case ("slope", let slope?): change = .slope(slope)
        default: return nil
        }
        return (
            StudyStream(baseRate: rate, change: change, changeAt: DelayStudy.changeAt, seed: seed, run: run), count
        )
    }

    private static func finish(_ isFine: Bool, _ finding: String) {
        if !isFine { fail("calibration-study: \(finding)", code: 1) }
    }

    private static func fail(_ message: String, code: Int32) -> Never {
        try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
        exit(code)
    }
}
