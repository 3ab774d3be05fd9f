// A worker in a test's hands: messages and times in, what it answers and sends out.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// Steps a `ScoreWorker` and keeps everything it asks for.
final class WorkerDriver {
    let worker: ScoreWorker
    let specification: Specification
    var now = at(1_000)
    /// Replies as "client: json", in order.
    private(set) var replies: [String] = []
    /// Messages for the learner, in order.
    private(set) var sent: [PipelineMessage] = []
    private(set) var failures: [PipelineRefusal] = []
    private(set) var warnings: [String] = []

    init(
        clock: StreamClock = .stream, spoolBytes: Int = 1 << 20, spoolFull: SpoolPolicy = .refuse,
        acknowledgement: ScoreAcknowledgement = .scored, heads: Int = 1, sliceFields: [String] = []
    ) throws {
        specification = try TestSpecification.make(heads: heads)
        worker = ScoreWorker(
            ScoreWorkerConfiguration(
                specification: specification, specificationDigest: TestSpecification.digest,
                writer: 7, clock: clock, spoolBytes: spoolBytes, spoolFull: spoolFull,
                acknowledgement: acknowledgement, sliceFields: sliceFields))
    }

    func step(_ input: ScoreWorker.Input) {
        var outputs: [ScoreWorker.Output] = []
        worker.step(input, at: now, into: &outputs)
        for output in outputs {
            switch output {
            case .reply(let client, let bytes):
                replies.append(
                    "\(String(decoding: client.frames[0], as: UTF8.self)): \(String(decoding: bytes, as: UTF8.self))")
            case .learner(let message): sent.append(message)
            case .warn(let text): warnings.append(text)
            case .fail(let refusal, _): failures.append(refusal)
            }
        }
    }

    /// Hands in a client's message and returns the answers that come at once, without the clients' names.
    @discardableResult
    func ask(_ text: String, client: String = "c") -> [String] {
        let before = replies.count
        step(.request([Array(client.utf8)], Array(text.utf8)))
        return replies[before...].map { String($0.dropFirst(client.utf8.count + 2)) }
    }

    /// Greets like a learner of `epoch` that holds nothing of this worker, and sends it an empty model.
    func connect(epoch: UInt32 = 1, accepted: UInt64 = 0, durable: UInt64 = 0, records: UInt64 = 1) {
        let version = ModelVersion(epoch: epoch, records: records)
        step(.learner(.welcome(epoch: epoch, accepted: accepted, durable: durable, version: version)))
        step(.learner(.delta(emptyModel(version))))
    }

    /// A snapshot without a weight: the base rate at `version`.
    func emptyModel(_ version: ModelVersion) -> ModelDelta {
        var delta = ModelReplica(specification: specification).snapshot()
        delta.version = version
        return delta
    }

    /// The frames sent so far.
    var frames: [AppendFrame] { sent.compactMap { if case .append(let frame) = $0 { frame } else { nil } } }

    /// Forgets what was sent and answered.
    func forget() {
        replies = []
        sent = []
    }
}
