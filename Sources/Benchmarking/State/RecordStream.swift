// The canonical events as a journal holds them: scored, with the labels of positives, and time that passes.

import ByteCoding
import ScoringRecords
import WireFormat

/// Frames of records, made one after the other. An event happens every millisecond.
struct RecordStream {
    /// Events of one frame: a message of a busy worker.
    static let eventsPerFrame = 256

    private let workload: KernelWorkload
    private var made = 0

    private static let source: UInt64 = 1
    private let score: OutputScore

    /// A stream of the workload's events, scored by this optimizer, again and again under new ids.
    init(_ workload: KernelWorkload, _ optimizer: BenchmarkOptimizer) {
        self.workload = workload
        score = OutputScore(
            raw: Logit(clamping: -3), mapped: Logit(clamping: -3), served: Logit(clamping: -3),
            lanes: optimizer == .portfolio ? SIMD8(repeating: -3) : nil)
    }

    /// The next frame: so many events, the labels of positives, and that time has come to the last of them.
    mutating func next() -> (payload: [UInt8], count: Int) {
        var writer = ByteWriter()
        RecordCoding.begin(&writer)
        var count = 0
        func append(_ record: JournalRecord) {
            RecordCoding.append(record, to: &writer)
            count += 1
        }
        var time = Timestamp(microseconds: 0)
        var labels: [JournalRecord] = []
        for number in made..<made + RecordStream.eventsPerFrame {
            let place = number % workload.vectors.count
            guard let id = EventID("e\(number)") else { continue }
            time = Timestamp(microseconds: 0).advanced(by: .milliseconds(Int64(number)))
            append(
                .scored(
                    ScoredEvent(
                        id: id, time: time, modelVersion: ModelVersion(epoch: 1, records: 0),
                        features: workload.vectors[place], numbers: [], outputs: [score])))
            if workload.labels[place] > 0 {
                labels.append(.label(Label(id: id, head: 0, value: 1, time: time, weight: 1)))
            }
        }
        for label in labels { append(label) }
        append(.watermark(Watermark(source: RecordStream.source, time: time, position: 0)))
        made += RecordStream.eventsPerFrame
        return (writer.bytes, count)
    }
}
