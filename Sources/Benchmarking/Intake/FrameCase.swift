// Frames of scored events, as a learner and every monitor read them.

import OnlineLearning
import ScoringRecords
import WireFormat

struct FrameCase {
    private let frames: [(payload: [UInt8], count: Int)]
    private let events: Int

    /// Events of one frame: a message of a busy worker.
    private static let eventsPerFrame = 256

    init(_ workload: IntakeWorkload) throws {
        var source = JSONCase(workload, .inOrder)
        var records: [JournalRecord] = []
        var frames: [(payload: [UInt8], count: Int)] = []
        for number in 0..<workload.count {
            guard let id = EventID("e\(number)") else { continue }
            records.append(
                .scored(
                    ScoredEvent(
                        id: id, time: Timestamp(microseconds: Int64(number)),
                        modelVersion: ModelVersion(epoch: 1, records: UInt64(number)),
                        features: try source.features(of: number), numbers: [],
                        outputs: [
                            OutputScore(
                                raw: Logit(clamping: -3), mapped: Logit(clamping: -3), served: Logit(clamping: -3))
                        ])))
            if records.count == FrameCase.eventsPerFrame || number == workload.count - 1 {
                frames.append((RecordCoding.payload(records), records.count))
                records = []
            }
        }
        self.frames = frames
        events = workload.count
    }

    func decode(named name: String, _ length: RoundLength) throws -> BenchmarkResult {
        var hash = ResultHash()
        func round(_ body: (ScoredEvent) -> Void) throws {
            for (payload, count) in frames {
                try RecordCoding.decode(payload, count: count) { record in
                    if case .scored(let event) = record { body(event) }
                }
            }
        }
        try round { event in
            hash.add(event.features)
            hash.add(UInt64(bitPattern: event.time.microseconds))
        }
        let timing = try RoundTiming.measure(length, events: events) { try round { _ in } }
        let bytes = frames.reduce(0) { $0 + $1.payload.count }
        return BenchmarkResult(
            name: name, timing: timing, resultHash: hash.value,
            figures: [.init("bytesPerEvent", Double(bytes) / Double(events))])
    }
}
