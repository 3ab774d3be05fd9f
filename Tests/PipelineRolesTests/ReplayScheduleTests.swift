// Rows in, a timeline out: what is sent when, and how it is cut into lock-step messages.

import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A replay's schedule")
struct ReplayScheduleTests {
    private func row(_ name: String, _ seconds: Double, labels: [Double] = [], key: UInt64 = 0) -> RecordedRow {
        RecordedRow(
            time: at(seconds), routingKey: key, event: Array(name.utf8),
            labels: labels.enumerated().map { (at($1), Array("\(name)\($0)".utf8)) })
    }

    /// Everything sent, as "name@seconds".
    private func timeline(_ rows: [RecordedRow]) -> [String] {
        ReplaySchedule.items(rows).map {
            "\(String(decoding: $0.json, as: UTF8.self))@\($0.time.microseconds / 1_000_000)"
        }
    }

    @Test("labels come when they became known, between the events of that time")
    func merging() {
        #expect(
            timeline([row("a", 0, labels: [15, 5]), row("b", 10, labels: [12]), row("c", 20)]) == [
                "a@0", "a1@5", "b@10", "b0@12", "a0@15", "c@20",
            ])
    }

    @Test("a label comes before the event of the same instant, and ties keep the order of the rows")
    func ties() {
        #expect(
            timeline([row("a", 0, labels: [10, 10]), row("b", 0, labels: [10]), row("c", 10)]) == [
                "a@0", "b@0", "a0@10", "a1@10", "b0@10", "c@10",
            ])
    }

    @Test("a row older than the one before is sent at once: the clock never goes back")
    func unorderedRows() {
        #expect(
            timeline([row("a", 10), row("b", 5, labels: [7, 12]), row("c", 11)]) == [
                "a@10", "b@10", "b0@10", "c@11", "b1@12",
            ])
    }

    @Test("labels left at the end come in order")
    func draining() {
        #expect(timeline([row("a", 0, labels: [30]), row("b", 1, labels: [20])]) == ["a@0", "b@1", "b0@20", "a0@30"])
    }

    @Test("an event and its labels go to one worker")
    func routing() {
        var schedule = ReplaySchedule()
        var items: [ReplayItem] = []
        schedule.add(row("a", 0, labels: [1], key: 77), to: &items)
        schedule.add(row("b", 2, key: 78), to: &items)
        #expect(items.map(\.routingKey) == [77, 77, 78])
    }

    private let items = ReplaySchedule.items(
        (0..<10).map {
            RecordedRow(time: at(Double($0)), routingKey: 0, event: Array("{\"id\":\($0)}".utf8), labels: [])
        })

    @Test("a batch's messages are these, the last with the watermark")
    func messages() {
        let messages = LockStepBatch.messages(
            number: 3, items: items[4..<7], workers: 2, source: "a.csv", position: 7, isLast: false)
        #expect(
            messages.map { String(decoding: $0, as: UTF8.self) } == [
                "{\"batch\":{\"number\":3,\"part\":0,\"parts\":2}}\n{\"id\":4}",
                "{\"batch\":{\"number\":3,\"part\":1,\"parts\":2}}\n{\"id\":5}\n{\"id\":6}\n"
                    + "{\"watermark\":{\"source\":\"a.csv\",\"time\":\"1970-01-01T00:00:06Z\",\"position\":7}}",
            ])
    }

    @Test("the last batch ends the stream, even with nothing in it")
    func lastBatch() {
        let messages = LockStepBatch.messages(
            number: 0, items: [], workers: 1, source: "a", position: 0, isLast: true)
        #expect(
            messages.map { String(decoding: $0, as: UTF8.self) } == [
                "{\"batch\":{\"number\":0,\"part\":0,\"parts\":1}}\n"
                    + "{\"watermark\":{\"source\":\"a\",\"time\":\"end\",\"position\":0}}"
            ])
    }

    @Test("shares are contiguous, complete, and differ by one record at most", arguments: 1...12)
    func shares(workers: Int) throws {
        let messages = LockStepBatch.messages(
            number: 0, items: items[...], workers: workers, source: "a", position: 10, isLast: true)
        #expect(messages.count == workers)
        let lines = messages.map { String(decoding: $0, as: UTF8.self).split(separator: "\n").dropFirst() }
        let events = lines.flatMap { $0 }.dropLast().map(String.init)
        #expect(events == items.map { String(decoding: $0.json, as: UTF8.self) })
        let sizes = lines.enumerated().map { $0 == workers - 1 ? $1.count - 1 : $1.count }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test("what a schedule writes, the intake reads")
    func directivesDecode() throws {
        var decoder = IntakeDecoder(
            schema: IntakeSchema(
                event: EventSchema(idField: "id", timeField: "time", fields: []), heads: [IntakeHead(name: "a")]))
        for time in [at(0), at(-1), at(1e9 + 0.25), .distantFuture] {
            let bytes = LockStepBatch.watermark(source: "é\"", time: time, position: 1 << 40)
            let expected = WatermarkDirective(source: "é\"", time: time, position: 1 << 40)
            #expect(try decoder.decode(bytes, range: 0..<bytes.count) == .watermark(expected))
        }
    }
}
