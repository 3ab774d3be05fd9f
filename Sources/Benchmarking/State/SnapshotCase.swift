// How long a worker waits for a whole model: the learner makes a snapshot, it travels over tcp, the worker takes it.

import ByteCoding
import OnlineLearning
import ScoringRecords
import WireFormat
import ZeroMQ

enum SnapshotCase {
    // As wide as an event may be, so that few steps touch every slot.
    private static let slotsPerEvent = 1 << 12
    private static let rounds = 3
    // As the pipeline's sockets have it.
    private static let messageBytes = 1 << 31

    /// A snapshot of a model of which every slot has learned. Times are by the wall clock and per slot.
    ///
    /// Figures: bytes of the message, and the seconds of each part: making it, bytes from it, tcp on loopback, reading,
    /// taking it; and what a checkpoint takes of the learner's thread, bytes and seconds of the model's whole state.
    static func run(_ settings: StateSettings) throws -> BenchmarkResult {
        let model = try learned(settings)
        let publisher = ModelPublisher(model: model, epoch: 1, records: 1)
        let slots = 1 << settings.bits
        let context = try Context()
        var options = SocketOptions()
        options.maximumMessageBytes = messageBytes
        let server = try Socket(.pair, in: context, options: options)
        try server.bind("tcp://127.0.0.1:*")
        let client = try Socket(.pair, in: context, options: options)
        try client.connect(try server.lastEndpoint)
        let replica = ModelReplica(specification: model.specification)
        var times: [Double] = []
        var parts = [Double](repeating: 0, count: 5)
        var byteCount = 0
        for _ in 0..<rounds {
            var stops = [PipelineClient.nanoseconds()]
            let delta = publisher.published.snapshot()
            stops.append(PipelineClient.nanoseconds())
            let message = PipelineMessage.delta(delta).encoded()
            stops.append(PipelineClient.nanoseconds())
            byteCount = message.count
            _ = try server.send(message, mode: .blocking)
            let arrived = try client.receiveMultipart(mode: .blocking)?.last ?? []
            stops.append(PipelineClient.nanoseconds())
            let read = try PipelineMessage(decoding: arrived)
            stops.append(PipelineClient.nanoseconds())
            guard case .delta(let snapshot) = read, replica.apply(snapshot) == .applied else {
                preconditionFailure("what was sent is a snapshot, and fits")
            }
            stops.append(PipelineClient.nanoseconds())
            for part in parts.indices { parts[part] += Double(stops[part + 1] - stops[part]) / 1e9 / Double(rounds) }
            times.append(Double(stops[5] - stops[0]) / Double(slots))
        }
        let before = PipelineClient.nanoseconds()
        var writer = ByteWriter()
        model.encode(into: &writer) { _ in }
        let state = Double(PipelineClient.nanoseconds() - before) / 1e9
        let names = ["makeSeconds", "encodeSeconds", "transferSeconds", "decodeSeconds", "takeSeconds"]
        return BenchmarkResult(
            name: "snapshot/2^\(settings.bits)", timing: RoundTiming(nanoseconds: times), resultHash: replica.checksum,
            figures: [.init("messageBytes", Double(byteCount))] + zip(names, parts).map { .init($0, $1) }
                + [.init("stateBytes", Double(writer.count)), .init("stateSeconds", state)])
    }

    private static func learned(_ settings: StateSettings) throws -> OnlineModel {
        let head = HeadSpecification(
            name: "click", loss: .bce, baseRate: Probability(clamping: 0.05), window: .zero, missingLabel: .negative)
        let specification = Specification(
            idField: "id", timeField: nil, features: [], heads: [head], bits: settings.bits,
            optimizer: try settings.optimizer.choice(), grace: .zero, maximumPending: 1)
        let model = OnlineModel(specification: specification)
        for first in stride(from: 0, to: 1 << settings.bits, by: slotsPerEvent) {
            guard let id = EventID("e\(first)") else { continue }
            let last = min(first + slotsPerEvent, 1 << settings.bits)
            model.learn(
                TrainingExample(
                    head: 0, id: id, features: FeatureVector(indicators: (first..<last).map { UInt32($0) }),
                    outcome: .observed(value: 1, weight: 1)))
        }
        return model
    }
}
