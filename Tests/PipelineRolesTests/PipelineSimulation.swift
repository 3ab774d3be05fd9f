// The whole pipeline in memory under a hostile network: workers, a learner that crashes, a monitor, clients. One seed
// decides everything that happens, so a seed is all it takes to see a failure again.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

/// What a seed does to a run.
struct Weather {
    var loss: Double
    var duplication: Double
    /// The longest a message is under way, in tenths of a second.
    var delay: Int
    /// Whether a link keeps its order, as a connection does between two losses.
    var keepsOrder: Bool
    var slowestCommit: Int
    var crash: Double
    var workerRestart: Double
    var partition: Double

    init(_ random: inout SeededGenerator) {
        loss = random.pick([0, 0.02, 0.2])
        duplication = random.pick([0, 0.1])
        delay = random.pick([0, 3, 12])
        keepsOrder = random.chance(0.7)
        slowestCommit = random.pick([1, 5, 30])
        crash = random.pick([0, 0.01])
        workerRestart = random.pick([0, 0.003])
        partition = random.pick([0, 0.004])
    }
}

/// Steps every role, a tenth of a second at a time, and watches what must never happen.
final class PipelineSimulation {
    private struct Link: Hashable {
        var toWorker: UInt64?
        var fromWorker: UInt64?
    }
    private struct Packet {
        var due: Int
        var link: Link
        var bytes: [UInt8]
    }
    private struct Commit {
        var due: Int
        var frames: [OrderedFrame]
    }

    private let specification: Specification
    private var random: SeededGenerator
    private var weather: Weather
    private var tick = 0

    private(set) var journal = MemoryJournal()
    private var learner: Learner?
    private var epoch: UInt32 = 1
    private var commits: [Commit] = []
    private var restart = 0

    private var workers: [UInt64: ScoreWorker] = [:]
    private var nextWriter: UInt64 = 100
    private var cutOff: [UInt64: Int] = [:]
    private var packets: [Packet] = []
    private var lastDue: [Link: Int] = [:]

    private let monitor: CalibrationMonitor
    private var monitorMail: [(due: Int, message: PipelineMessage)] = []

    private var nextID = 0
    private var nextRequest = 0
    /// Labels by the request that carried them, until it is answered.
    private var asked: [Int: [JournalRecord]] = [:]
    /// Labels that a client was told are durable.
    private(set) var acknowledged: [JournalRecord] = []
    /// What went wrong, in words.
    private(set) var faults: [String] = []

    init(seed: UInt64, workers count: Int) throws {
        random = SeededGenerator(seed: seed)
        weather = Weather(&random)
        specification = try TestSpecification.make(
            windows: [.seconds(6), .seconds(2)], grace: .seconds(1), maximumPending: 60)
        monitor = CalibrationMonitor(
            fold: MonitorFold(specification: specification, specificationDigest: TestSpecification.digest))
        learner = try journal.learner(specification, epoch: epoch)
        for _ in 0..<count { startWorker() }
    }

    private var now: Timestamp { at(10_000).advanced(by: .milliseconds(Int64(tick) * 100)) }

    /// Runs `ticks` tenths of a second in bad weather, then until everything is quiet.
    func run(ticks: Int) throws {
        for _ in 0..<ticks { try step() }
        weather.loss = 0
        weather.delay = 0
        weather.duplication = 0
        weather.crash = 0
        weather.workerRestart = 0
        weather.partition = 0
        cutOff = [:]
        isQuietening = true
        // Live workers go on for a while: the next delta shows whether one was lost.
        for _ in 0..<50 { try step() }
        for writer in workers.keys.sorted() {
            var outputs: [ScoreWorker.Output] = []
            workers[writer]?.leave(into: &outputs)
            perform(outputs, of: writer)
        }
        // Longer than every patience in the pipeline together.
        for _ in 0..<600 {
            if try isQuiet() { return }
            try step()
        }
        faults.append("the pipeline did not come to rest: \(unrest)")
    }

    private var isQuietening = false

    private var unrest: String {
        let versions = workers.sorted { $0.key < $1.key }.map {
            "\($0.key): \($0.value.modelVersion.records), idle \($0.value.isIdle)"
        }
        return "learner at \(learner?.fold.sequence ?? 0), published \(learner?.version.records ?? 0), settled "
            + "\(learner?.isSettled ?? false); workers \(versions); monitor at \(monitor.fold.joins.sequence), journal at "
            + "\(journal.end); \(packets.count) under way"
    }

    private func isQuiet() throws -> Bool {
        guard let learner, learner.isSettled, learner.version.records == learner.fold.sequence else { return false }
        return workers.values.allSatisfy { $0.isIdle && $0.modelVersion == learner.version }
            && monitor.fold.joins.sequence == journal.end && packets.isEmpty
    }

    // MARK: One step

    private func step() throws {
        tick += 1
        try misfortune()
        if !isQuietening { for _ in 0..<random.below(3) { request() } }
        deliver()
        for writer in workers.keys.sorted() { step(worker: writer, .tick) }
        finishCommits()
        learn(.tick)
        watch()
    }

    private func misfortune() throws {
        if learner == nil, tick >= restart {
            epoch += 1
            learner = try journal.learner(specification, epoch: epoch)
        }
        if learner != nil, random.chance(weather.crash) {
            learner = nil
            // What was under way to the disk is gone, or the first of it arrived.
            if random.chance(0.5), let first = commits.first { journal.commit(first.frames) }
            commits = []
            restart = tick + random.below(40)
        }
        for writer in workers.keys.sorted() {
            if random.chance(weather.partition) { cutOff[writer] = tick + random.below(200) }
            if random.chance(weather.workerRestart) {
                workers[writer] = nil
                startWorker()
            }
        }
    }

    private func startWorker() {
        workers[nextWriter] = ScoreWorker(
            ScoreWorkerConfiguration(
                specification: specification, specificationDigest: TestSpecification.digest, writer: nextWriter,
                clock: .wall, spoolBytes: 8_000))
        nextWriter += 1
    }

    // MARK: Clients

    private func request() {
        nextRequest += 1
        var labels: [JournalRecord] = []
        let lines = (0..<1 + random.below(4)).map { _ in line(&labels) }
        asked[nextRequest] = labels
        let client: ScoreWorker.Client = [Array("\(nextRequest)".utf8)]
        guard let writer = workers.keys.sorted().randomElement(using: &random) else { return }
        step(worker: writer, .request(client, Array(lines.joined(separator: "\n").utf8)))
        if random.chance(0.7) { step(worker: writer, .flush) }
    }

    private func line(_ labels: inout [JournalRecord]) -> String {
        let seconds = Double(now.microseconds) / 1e6
        switch random.below(10) {
        case 0: return random.pick(["{", "{}", "{\"id\":1,\"amount\":\"x\"}", "{\"id\":1,\"time\":99999999}"])
        case 1..<5:
            // Every label has a time of its own, by which it is found again in the journal.
            nextID += 1
            let id = "\(max(0, nextID - random.below(40)))"
            let time = seconds + Double(nextID) * 1e-6
            let head = random.below(2)
            labels.append(.outcome(id, time, head: UInt8(head), value: Float(nextID % 2)))
            return
                "{\"label\":{\"id\":\(id),\"head\":\"\(head == 0 ? "chargeback" : "refund")\",\"value\":\(nextID % 2),"
                + "\"time\":\"\(ISO8601.text(at(time)))\"}}"
        default:
            nextID += 1
            return
                "{\"id\":\(nextID),\"country\":\"\(random.pick(["DE", "FR", "US"]))\",\"amount\":\(random.below(900))}"
        }
    }

    private func answered(_ client: ScoreWorker.Client, _ reply: [UInt8]) {
        let text = String(decoding: reply, as: UTF8.self)
        guard let number = Int(String(decoding: client[0], as: UTF8.self)),
            let labels = asked.removeValue(forKey: number)
        else {
            faults.append("a request was answered twice")
            return
        }
        if text.contains("\"ack\":\"label\"") {
            acknowledged += labels
        } else if !labels.isEmpty, !text.contains("busy") {
            faults.append("labels were answered without an acknowledgement: \(text)")
        }
    }

    // MARK: Network

    private func send(_ message: PipelineMessage, toWorker: UInt64? = nil, fromWorker: UInt64? = nil) {
        if random.chance(weather.loss) { return }
        let link = Link(toWorker: toWorker, fromWorker: fromWorker)
        for _ in 0..<(random.chance(weather.duplication) ? 2 : 1) {
            var due = tick + random.below(weather.delay + 1)
            if weather.keepsOrder { due = max(due, lastDue[link, default: 0]) }
            lastDue[link] = due
            packets.append(Packet(due: due, link: link, bytes: message.encoded()))
        }
    }

    private func deliver() {
        let due = packets.filter { $0.due <= tick }
        packets.removeAll { $0.due <= tick }
        for packet in due {
            guard let message = try? PipelineMessage(decoding: packet.bytes) else {
                faults.append("a message did not decode")
                continue
            }
            if let writer = packet.link.toWorker {
                if cutOff[writer, default: 0] <= tick { step(worker: writer, .learner(message)) }
            } else if let writer = packet.link.fromWorker, cutOff[writer, default: 0] <= tick {
                learn(.message([UInt8(writer - 100)], message))
            }
        }
    }

    private func step(worker writer: UInt64, _ input: ScoreWorker.Input) {
        var outputs: [ScoreWorker.Output] = []
        workers[writer]?.step(input, at: now, into: &outputs)
        perform(outputs, of: writer)
    }

    private func perform(_ outputs: [ScoreWorker.Output], of writer: UInt64) {
        for output in outputs {
            switch output {
            case .reply(let client, let bytes): answered(client, bytes)
            case .learner(let message): send(message, fromWorker: writer)
            case .fail(let reason): faults.append("worker \(writer) failed: \(reason)")
            }
        }
    }

    // MARK: Learner and monitor

    private func learn(_ input: Learner.Input) {
        var outputs: [Learner.Output] = []
        learner?.step(input, at: now, into: &outputs)
        for output in outputs {
            switch output {
            case .send(let peer, let message):
                if let index = peer.first { send(message, toWorker: UInt64(index) + 100) }
            case .publish(let delta): for writer in workers.keys.sorted() { send(.delta(delta), toWorker: writer) }
            case .commit(let frames):
                let previous = commits.last?.due ?? 0
                commits.append(Commit(due: max(previous, tick + random.below(weather.slowestCommit)), frames: frames))
            case .quarantine, .warn: break
            }
        }
    }

    private func finishCommits() {
        while let first = commits.first, first.due <= tick {
            commits.removeFirst()
            journal.commit(first.frames)
            learn(.committed(end: journal.end))
        }
    }

    private func watch() {
        let due = monitorMail.filter { $0.due <= tick }
        monitorMail.removeAll { $0.due <= tick }
        for mail in due { step(monitor: .message(mail.message)) }
        step(monitor: .tick)
    }

    private func step(monitor input: CalibrationMonitor.Input) {
        var outputs: [CalibrationMonitor.Output] = []
        monitor.step(input, at: now, into: &outputs)
        for output in outputs {
            switch output {
            case .send(.fetch(let from, _)):
                if random.chance(weather.loss) { continue }
                // A tail sends a few frames at a time.
                let frames = journal.frames.drop { $0.firstSequence < from }.prefix(1 + random.below(8)).map {
                    TailFrame(
                        firstSequence: $0.firstSequence, recordCount: $0.frame.recordCount, payload: $0.frame.payload)
                }
                monitorMail.append((tick + random.below(weather.delay + 1), .frames(end: journal.end, frames: frames)))
            case .send: faults.append("the monitor sent something else than a fetch")
            case .fail(let reason): faults.append("the monitor failed: \(reason)")
            }
        }
    }

    // MARK: Checks

    /// What holds when everything is quiet.
    func check() throws {
        let records = try journal.records()
        let labels = records.reduce(into: [JournalRecord: Int]()) { if case .label = $1 { $0[$1, default: 0] += 1 } }
        let lost = acknowledged.count { labels[$0] != 1 }
        if lost > 0 { faults.append("\(lost) acknowledged labels are not in the journal exactly once") }
        if labels.values.contains(where: { $0 > 1 }) { faults.append("a label was journalled twice") }

        var last: [UInt64: UInt64] = [:]
        var end: UInt64 = 0
        for ordered in journal.frames {
            if ordered.firstSequence != end { faults.append("frame at \(ordered.firstSequence), expected \(end)") }
            if ordered.frame.writerSequence != last[ordered.frame.writer, default: 0] + 1 {
                faults.append("frame \(ordered.frame.writerSequence) of writer \(ordered.frame.writer) is out of order")
            }
            last[ordered.frame.writer] = ordered.frame.writerSequence
            end += UInt64(ordered.frame.recordCount)
        }

        guard let learner else { return }
        if try journal.refold(specification).bytes != learner.fold.bytes { faults.append("the refold differs") }
        if monitor.fold.joins.sequence != journal.end { faults.append("the monitor is behind") }
        if monitor.fold.joins.rejections != learner.fold.joins.rejections { faults.append("the counts differ") }
        checkReplicas(learner)
    }

    /// Workers answer as the learner's own model does, bit for bit.
    private func checkReplicas(_ learner: Learner) {
        var outputs: [Learner.Output] = []
        learner.step(.message([0], .snapshotRequest), at: now, into: &outputs)
        guard case .send(_, .delta(let snapshot))? = outputs.first else { return faults.append("no snapshot") }
        let replica = ModelReplica(specification: specification)
        guard replica.apply(snapshot) == .applied else { return faults.append("the snapshot does not apply") }
        for country in ["DE", "FR", "US"] {
            let probe = Array("{\"id\":\"probe\",\"country\":\"\(country)\",\"amount\":5}".utf8)
            let expected = logits(of: probe, replica)
            for (writer, worker) in workers {
                var outputs: [ScoreWorker.Output] = []
                worker.step(.request([], probe), at: now, into: &outputs)
                guard case .reply(_, let bytes)? = outputs.first else { return faults.append("no score") }
                if !String(decoding: bytes, as: UTF8.self).contains(expected) {
                    faults.append("worker \(writer) scores otherwise than the learner")
                }
            }
        }
    }

    /// The heads as a reply names them.
    private func logits(of event: [UInt8], _ replica: ModelReplica) -> String {
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        var decoder = IntakeDecoder(schema: specification.intakeSchema)
        var (features, numbers, scratch, scores) = (FeatureVector(), [NumberObservation](), [UInt64](), [OutputScore]())
        guard (try? decoder.decode(event, range: 0..<event.count)) != nil,
            (try? extractor.extract(
                decoder.fields, moments: replica.moments, scratch: &scratch, into: &features, numbers: &numbers)) != nil
        else { return "no features" }
        replica.score(features, into: &scores)
        return "\"logit\":\(scores[0].raw.value),\"heads\""
    }
}
