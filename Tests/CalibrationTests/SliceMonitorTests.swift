// Slices: who is followed at the bound, who is flagged, in which direction and since when.

import ByteCoding
import Calibration
import ElementaryMath
import ScoringRecords
import Testing

private func second(_ count: Int) -> Timestamp { Timestamp(microseconds: Int64(count) * 1_000_000) }

private func makeMonitor(values: Int = 20, fields: [String] = ["campaign", "device"]) throws -> SliceMonitor {
    SliceMonitor(
        try #require(SliceSettings(fields: fields, valuesPerField: values, alpha: 0.05, epoch: .seconds(36_000))))
}

private func add(
    _ monitor: inout SliceMonitor, _ random: inout SeededGenerator, seconds: Range<Int>,
    values: (inout SeededGenerator) -> [String?], shift: ([String?], Int) -> Double = { _, _ in 0 }
) throws {
    for second in seconds {
        let values = values(&random)
        let served = -2 + random.normal()
        let outcome = random.uniform() < sigmoid(served + shift(values, second)) ? 1.0 : 0
        monitor.add(
            try #require(JudgedScore(servedLogit: served, outcome: outcome)),
            at: Timestamp(microseconds: Int64(second) * 1_000_000), values: values)
    }
}

private func draw(_ random: inout SeededGenerator) -> [String?] {
    ["c\(Int(random.uniform() * 10))", random.uniform() < 0.1 ? nil : "d\(Int(random.uniform() * 3))"]
}

@Suite("Calibration by slice")
struct SliceMonitorTests {
    @Test("A slice that goes wrong is named, with direction, onset and size; the others are left alone")
    func planted() throws {
        var random = SeededGenerator()
        var monitor = try makeMonitor()
        try add(&monitor, &random, seconds: 0..<30_000, values: draw) { values, second in
            second < 10_000 ? 0 : values[0] == "c3" ? 0.9 : values[0] == "c7" ? -1.2 : 0
        }
        let found = monitor.look()
        #expect(Set(found.map(\.value)) == ["c3", "c7"])
        for finding in found {
            #expect(finding.field == "campaign")
            #expect(finding.direction == (finding.value == "c3" ? .underPredicting : .overPredicting))
            // A slice expects 16 positives in 1,000 s: within 1,000 s the change makes a difference of ten or more.
            #expect(abs(finding.since.microseconds / 1_000_000 - 10_000) < 1_500)
            let interval = try #require(finding.interval)
            #expect(interval.contains(finding.ratio))
            #expect(!interval.contains(1))
            #expect((finding.ratio > 1) == (finding.value == "c3"))
        }
        #expect(monitor.findings.count == 13)
    }

    @Test("Looked at often, calibrated slices are hardly ever flagged")
    func calibrated() throws {
        var random = SeededGenerator()
        let runs = 60
        var flagged = 0
        for _ in 0..<runs {
            var monitor = try makeMonitor()
            for look in 0..<10 {
                try add(&monitor, &random, seconds: look * 400..<(look + 1) * 400, values: draw)
                _ = monitor.look()
            }
            if !monitor.look().isEmpty { flagged += 1 }
        }
        // With all slices calibrated every flag is wrong: 5 % of 60 runs at most, and four deviations of 1.7.
        #expect(flagged <= 9)
    }

    @Test("A flag stays until its epoch ends, and evidence starts anew with the next")
    func epochs() throws {
        var random = SeededGenerator()
        var monitor = try makeMonitor(fields: ["campaign"])
        try add(&monitor, &random, seconds: 0..<4_000, values: { _ in ["a"] }) { _, _ in 1 }
        #expect(monitor.look().map(\.value) == ["a"])
        // As many errors the other way: the evidence is gone, the flag is not.
        try add(&monitor, &random, seconds: 4_000..<14_000, values: { _ in ["a"] }) { _, _ in -0.9 }
        let latched = try #require(monitor.look().first)
        #expect(latched.isFlagged)
        try add(&monitor, &random, seconds: 36_000..<36_400, values: { _ in ["a"] })
        #expect(monitor.look().isEmpty)
        #expect(monitor.lastFindings.map(\.value) == ["a"])
        #expect(monitor.findings.map(\.count) == [400])
        monitor.reset()
        #expect(monitor.findings.isEmpty)
    }

    @Test("At the bound frequent values are followed from the next epoch on, and rare ones are counted")
    func bound() throws {
        var random = SeededGenerator()
        var monitor = try makeMonitor(values: 4, fields: ["site"])
        var next = 0
        let mixed: (inout SeededGenerator) -> [String?] = { random in
            next += 1
            // Rare values come first and take all places; each appears once.
            return next <= 8 || random.uniform() < 0.3 ? ["rare\(next)"] : [random.uniform() < 0.5 ? "x" : "y"]
        }
        try add(&monitor, &random, seconds: 0..<3_000, values: mixed)
        #expect(monitor.unfollowed == [3_000 - 4])
        #expect(monitor.findings.isEmpty)
        try add(&monitor, &random, seconds: 36_000..<39_000, values: mixed)
        #expect(Set(monitor.findings.map(\.value)) == ["x", "y"])
        let followed = monitor.findings.reduce(0) { $0 + $1.count }
        #expect(followed > 1_900)
        #expect(monitor.unfollowed[0] > 700)
    }

    @Test("A slice that expects fewer than five positives is not shown")
    func minimum() throws {
        var random = SeededGenerator()
        var monitor = try makeMonitor(fields: ["campaign"])
        // Ten certain misses are evidence enough, and yet too few to show.
        for index in 0..<10 {
            monitor.add(
                try #require(JudgedScore(servedLogit: -6, outcome: 1)), at: second(index), values: ["a"])
        }
        #expect(monitor.look().isEmpty)
        try add(&monitor, &random, seconds: 10..<100, values: { _ in ["a"] })
        #expect(monitor.look().map(\.value) == ["a"])
    }

    @Test("It comes back from its bytes equal, goes on equally, and refuses what it did not write")
    func restoration() throws {
        var random = SeededGenerator()
        var monitor = try makeMonitor(values: 5)
        let many: (inout SeededGenerator) -> [String?] = { random in
            ["c\(Int(40 * random.uniform() * random.uniform()))", "d\(Int(random.uniform() * 3))"]
        }
        try add(&monitor, &random, seconds: 35_000..<37_500, values: many) { values, _ in values[1] == "d1" ? 1 : 0 }
        _ = monitor.look()
        var writer = ByteWriter()
        monitor.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        var restored = try SliceMonitor(&reader, settings: monitor.settings)
        try reader.expectEnd()
        var twin = random
        try add(&monitor, &random, seconds: 71_000..<74_000, values: many)
        try add(&restored, &twin, seconds: 71_000..<74_000, values: many)
        #expect(restored == monitor)
        #expect(restored.look() == monitor.look())

        let bytes = writer.bytes
        for length in stride(from: 0, to: bytes.count, by: 13) {
            #expect(throws: (any Error).self) {
                var reader = ByteReader(Array(bytes.prefix(length)))
                _ = try SliceMonitor(&reader, settings: monitor.settings)
            }
        }
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= UInt8.random(in: 1...255, using: &random)
            var reader = ByteReader(damaged)
            guard var survivor = try? SliceMonitor(&reader, settings: monitor.settings) else { continue }
            try add(&survivor, &random, seconds: 37_500..<37_520, values: many)
            _ = survivor.look()
        }
    }

    @Test("Every state along the way comes back from its bytes, those after aged counts too")
    func everyState() throws {
        var random = SeededGenerator()
        var monitor = try makeMonitor(values: 3, fields: ["site"])
        let few: (inout SeededGenerator) -> [String?] = { random in ["s\(Int(random.uniform() * 6))"] }
        for step in 0..<200 {
            // An epoch of ten events each: counts are small, and halved often.
            let start = step / 10 * 36_000 + step % 10
            try add(&monitor, &random, seconds: start..<start + 1, values: few)
            var writer = ByteWriter()
            monitor.encode(into: &writer)
            var reader = ByteReader(writer.bytes)
            var again = ByteWriter()
            try SliceMonitor(&reader, settings: monitor.settings).encode(into: &again)
            #expect(again.bytes == writer.bytes)
        }
    }

    @Test("Settings over the bounds are refused")
    func settings() {
        let hour = TimeSpan.seconds(3_600)
        #expect(SliceSettings(fields: ["a"], valuesPerField: 10_000, epoch: hour) != nil)
        #expect(SliceSettings(fields: ["a"], valuesPerField: 10_001, epoch: hour) == nil)
        #expect(SliceSettings(fields: ["a", "b"], valuesPerField: 5_001, epoch: hour) == nil)
        #expect(SliceSettings(fields: [], valuesPerField: 10, epoch: hour) == nil)
        #expect(SliceSettings(fields: ["a", "a"], valuesPerField: 10, epoch: hour) == nil)
        #expect(SliceSettings(fields: ["a"], valuesPerField: 10, alpha: 1, epoch: hour) == nil)
        #expect(SliceSettings(fields: ["a"], valuesPerField: 10, epoch: .zero) == nil)
    }

    @Test("Values of any length, script and number are told apart")
    func manyValues() throws {
        var monitor = try makeMonitor(values: 3_100, fields: ["text"])
        let texts = (0..<1_500).flatMap { ["", "ключ-\($0)", String(repeating: "x", count: $0 % 40) + "\($0)"] }
        let distinct = Set(texts)
        for (index, text) in (texts + texts).enumerated() {
            monitor.add(
                try #require(JudgedScore(servedLogit: 3, outcome: 1, weight: 1)), at: second(index), values: [text])
        }
        #expect(distinct.count > 2_900)
        #expect(monitor.unfollowed == [0])
        // Only the empty text came often enough to be shown.
        #expect(monitor.findings.map(\.value) == [""])
        #expect(monitor.findings.map(\.count) == [3_000])
    }
}
