// Messages through a worker's whole role: split, decoded, scored, answered, and in a frame for the journal. No sockets.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

struct WorkerCase {
    private let messages: [[UInt8]]
    private let batch: Int
    private let events: Int
    private let worker: ScoreWorker
    private var outputs: [ScoreWorker.Output] = []
    private var waiting = ClientMessages()

    // What a worker takes before it closes a frame.
    private static let eventsPerFrame = 256
    private static let client: ScoreWorker.Client = [[0, 1, 2, 3, 4]]
    private static let writer: UInt64 = 7

    /// Messages of `batch` events each, and a worker whose model has learned them once.
    init(_ workload: IntakeWorkload, batch: Int, bits: Int) throws {
        var messages: [[UInt8]] = []
        for first in stride(from: 0, to: workload.count, by: batch) {
            let lines = (first..<min(first + batch, workload.count)).map { workload.json($0, .inOrder) }
            messages.append(Array(lines.joined(separator: "\n").utf8))
        }
        self.messages = messages
        self.batch = batch
        events = workload.count
        let specification = try WorkerCase.specification(bits: bits)
        worker = ScoreWorker(
            ScoreWorkerConfiguration(
                specification: specification, specificationDigest: [], writer: WorkerCase.writer, clock: .stream))
        let snapshot = try WorkerCase.snapshot(of: workload, specification)
        step(.learner(.welcome(epoch: 1, accepted: 0, durable: 0, version: snapshot.version)))
        step(.learner(.delta(snapshot)))
    }

    private static func specification(bits: Int) throws -> Specification {
        let head = HeadSpecification(
            name: "click", loss: .bce, baseRate: Probability(clamping: 0.05), window: .zero, missingLabel: .negative)
        return Specification(
            idField: "id", timeField: "time", features: IntakeWorkload.definitions, heads: [head], bits: bits,
            optimizer: .ftrl(try FTRLParameters(alpha: 0.1)), grace: .zero, maximumPending: 1)
    }

    private static func snapshot(of workload: IntakeWorkload, _ specification: Specification) throws -> ModelDelta {
        let model = OnlineModel(specification: specification)
        var source = JSONCase(workload, .inOrder, bits: specification.bits)
        // Drawn anew whenever they are asked for.
        let labels = workload.labels
        for number in 0..<workload.count {
            guard let id = EventID("e\(number)") else { continue }
            model.learn(
                TrainingExample(
                    head: 0, id: id, features: try source.features(of: number),
                    outcome: .observed(value: labels[number], weight: 1)))
        }
        return ModelPublisher(model: model, epoch: 1, records: UInt64(workload.count)).published.snapshot()
    }

    /// Answers every message, round after round; hashes the replies and the frames of the first.
    mutating func answer(named name: String, _ length: RoundLength) throws -> BenchmarkResult {
        var hash = ResultHash()
        round { output in
            switch output {
            case .reply(_, let bytes): for byte in bytes { hash.add(UInt64(byte)) }
            case .learner(.append(let frame)): for byte in frame.payload { hash.add(UInt64(byte)) }
            default: break
            }
        }
        let timing = RoundTiming.measure(length, events: events) { round { _ in } }
        return BenchmarkResult(name: name, timing: timing, resultHash: hash.value)
    }

    // As the host does it: messages together, a frame when so many events were taken.
    private mutating func round(_ body: (ScoreWorker.Output) -> Void) {
        var gathered = 0
        var next = 0
        while next < messages.count {
            waiting.removeAll()
            while next < messages.count, !waiting.isFull, gathered < WorkerCase.eventsPerFrame {
                waiting.append { message in
                    message.client = WorkerCase.client
                    message.payload.removeAll(keepingCapacity: true)
                    message.payload.append(contentsOf: messages[next])
                    return true
                }
                next += 1
                gathered += batch
            }
            step(.requests(waiting), body)
            if gathered >= WorkerCase.eventsPerFrame {
                gathered = 0
                deliver(body)
            }
        }
        deliver(body)
    }

    // The frame is sent, and durable at once.
    private mutating func deliver(_ body: (ScoreWorker.Output) -> Void) {
        step(.flush, body)
        step(.learner(.ack(durable: .max)), body)
    }

    private mutating func step(_ input: ScoreWorker.Input, _ body: (ScoreWorker.Output) -> Void = { _ in }) {
        worker.step(input, at: Timestamp(microseconds: 0), into: &outputs)
        for output in outputs { body(output) }
        outputs.removeAll(keepingCapacity: true)
    }
}
