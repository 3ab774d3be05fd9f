// Judged events by block of event time: what the bootstrap draws.

import Calibration
import ScoringRecords

/// The blocks of one output, each with the sums over its events.
struct EvaluationBlocks {
    private let length: TimeSpan
    private var positions: [Int64: Int] = [:]
    private var numbers: [Int64] = []
    private var blocks: [CalibrationBlock] = []
    // Windows close in order of time, so the block of the last event is mostly that of the next.
    private var current = 0

    init(length: TimeSpan) { self.length = length }

    mutating func add(_ score: OutputScore, at time: Timestamp, outcome: Double, weight: Double) {
        let (quotient, remainder) = time.microseconds.quotientAndRemainder(dividingBy: length.microseconds)
        let number = remainder < 0 ? quotient - 1 : quotient
        if !numbers.indices.contains(current) || numbers[current] != number {
            current = positions[number] ?? blocks.count
            if current == blocks.count {
                positions[number] = current
                numbers.append(number)
                blocks.append(CalibrationBlock())
            }
        }
        blocks[current].add(
            raw: score.raw, mapped: score.mapped, served: score.served, outcome: outcome, weight: weight)
    }

    /// In order of time; blocks without a judged event do not exist.
    var inOrder: [CalibrationBlock] {
        zip(numbers, blocks).sorted { $0.0 < $1.0 }.map(\.1)
    }
}
