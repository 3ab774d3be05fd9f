// A head's whole state: its parts see the same labels, and it comes back from a checkpoint.

import ByteCoding
import Calibration
import ElementaryMath
import ScoringRecords
import Testing

private func settings(slices: Bool = true, halfLife: TimeSpan? = .seconds(600)) throws -> HeadCalibrationSettings {
    HeadCalibrationSettings(
        detector: try DriftDetectorSettings(threshold: 1e5, baseRate: 0.15), halfLife: halfLife,
        slices: slices ? SliceSettings(fields: ["site"], valuesPerField: 8, epoch: .seconds(3_600)) : nil)
}

private func feed(
    _ head: inout HeadCalibration, _ random: inout SeededGenerator, seconds: Range<Int>, shift: Double = 0
) throws -> [DriftAlarm] {
    try seconds.compactMap { second in
        let served = -2 + random.normal()
        let outcome = random.uniform() < sigmoid(served + shift) ? 1.0 : 0
        return head.add(
            try #require(JudgedScore(servedLogit: served, outcome: outcome)),
            at: Timestamp(microseconds: Int64(second) * 1_000_000), values: ["s\(Int(random.uniform() * 12))"])
    }
}

@Suite("The calibration of a head")
struct HeadCalibrationTests {
    @Test("Total, windows and slices hold the same labels, and a drift is heard")
    func parts() throws {
        var random = SeededGenerator()
        var head = HeadCalibration(try settings())
        #expect(try feed(&head, &random, seconds: 0..<3_000).isEmpty)
        #expect(head.total.sums.count == 3_000)
        #expect(head.windows.map { $0.window().sums.count } == [3_000, 3_000])
        #expect(head.windows[0].window(last: 10).sums.count == 600)
        let alarms = try feed(&head, &random, seconds: 3_000..<8_000, shift: 0.8)
        #expect(alarms.first?.direction == .underPredicting)
        // The newest second is 7,999, in minute 133: an hour of minutes goes back to minute 74, which starts at 4,440.
        #expect(head.windows.map { $0.window().sums.count } == [8_000 - 4_440, 8_000])
        let fading = try #require(head.fading).labels(asOf: Timestamp(microseconds: 8_000_000_000))
        let overall = try #require(head.total.sums.observedOverPredicted)
        #expect(try #require(fading.sums.observedOverPredicted) > overall)
    }

    @Test("Reset silences detector and slices and keeps what was served")
    func reset() throws {
        var random = SeededGenerator()
        var head = HeadCalibration(try settings())
        _ = try feed(&head, &random, seconds: 0..<1_000)
        let total = head.total
        head.reset()
        #expect(head.detector.statistic == 0)
        #expect(head.slices?.findings.isEmpty == true)
        #expect(head.total == total)
    }

    @Test("A checkpoint and what follows give the bytes of an uninterrupted run", arguments: [0, 1, 2_500])
    func checkpoint(labels: Int) throws {
        var random = SeededGenerator()
        for configuration in [try settings(), try settings(slices: false, halfLife: nil)] {
            var head = HeadCalibration(configuration)
            _ = try feed(&head, &random, seconds: 0..<labels)
            var writer = ByteWriter()
            head.encode(into: &writer)
            var reader = ByteReader(writer.bytes)
            var restored = try HeadCalibration(&reader, settings: configuration)
            try reader.expectEnd()
            #expect(restored == head)
            var twin = random
            let alarms = try feed(&head, &random, seconds: labels..<labels + 4_000, shift: 0.5)
            #expect(try feed(&restored, &twin, seconds: labels..<labels + 4_000, shift: 0.5) == alarms)
            var (first, second) = (ByteWriter(), ByteWriter())
            head.encode(into: &first)
            restored.encode(into: &second)
            #expect(first.bytes == second.bytes)
        }
    }

    @Test("A state of other settings is refused")
    func otherSettings() throws {
        let head = HeadCalibration(try settings())
        var writer = ByteWriter()
        head.encode(into: &writer)
        for other in [try settings(slices: false), try settings(halfLife: .seconds(1)), try settings(halfLife: nil)] {
            #expect(throws: CalibrationStateError.otherSettings) {
                var reader = ByteReader(writer.bytes)
                _ = try HeadCalibration(&reader, settings: other)
            }
        }
    }
}
