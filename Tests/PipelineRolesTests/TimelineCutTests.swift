import PipelineRoles
import ScoringRecords
import Testing

@Suite("where a timeline is cut into batches")
struct TimelineCutTests {
    private func items(_ lengths: [Int]) -> [ReplayItem] {
        ReplaySchedule.items(lengths.map { row([UInt8](repeating: 0x20, count: $0)) })
    }

    private func row(_ event: [UInt8]) -> RecordedRow {
        RecordedRow(time: .distantPast, routingKey: 0, event: event, labels: [])
    }

    private func batches(_ lengths: [Int], size: Int, comingIn step: Int) -> [Int] {
        var (cut, waiting, rest) = (TimelineCut(size: size), [ReplayItem](), items(lengths)[...])
        var counts: [Int] = []
        while !rest.isEmpty {
            waiting += rest.prefix(step)
            rest = rest.dropFirst(step)
            while let count = cut.next(waiting) {
                counts.append(count)
                waiting.removeFirst(count)
            }
        }
        return counts + [waiting.count]
    }

    @Test("narrow items are cut by their number, and a full batch at the end is the last", arguments: [1, 3, 100])
    func byNumber(step: Int) {
        #expect(batches([Int](repeating: 9, count: 10), size: 4, comingIn: step) == [4, 4, 2])
        #expect(batches([Int](repeating: 9, count: 8), size: 4, comingIn: step) == [4, 4])
    }

    @Test("wide items are cut by their bytes, line ends included", arguments: [1, 3, 100])
    func byBytes(step: Int) {
        let half = LockStepBatch.bytes / 2
        #expect(batches([half - 1, half - 1, 1, half, half - 1], size: 4, comingIn: step) == [2, 2, 1])
        let widest = LockStepBatch.recordBytes
        #expect(batches([widest, 1, widest], size: 4, comingIn: step) == [1, 1, 1])
    }

    @Test("any cut fits a message whole, whatever the file is called", arguments: [1, 2, 7])
    func fitting(workers: Int) throws {
        let widest = items([Int](repeating: LockStepBatch.bytes / LockStepBatch.size - 1, count: LockStepBatch.size))
        let messages = LockStepBatch.messages(
            number: .max, items: widest[...], workers: workers, source: String(repeating: "\u{1}", count: 255),
            position: .max, isLast: false)
        #expect(messages.allSatisfy { $0.count <= Limits.messageBytes })
    }

    @Test("a record that no message holds is cut short and is no object any more")
    func tooLong() {
        let whole = [UInt8](repeating: 0x20, count: LockStepBatch.recordBytes - 3) + Array("{}  ".utf8)
        let item = ReplaySchedule.items([row(whole)])[0]
        #expect(item.json.count == LockStepBatch.recordBytes)
        #expect(item.json.suffix(3) == Array("{}\"".utf8))
    }
}
