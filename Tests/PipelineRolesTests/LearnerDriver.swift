// A learner in a test's hands, with its journal: a list of the frames that were committed.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// A committed frame with its place in the journal.
struct StoredFrame: Hashable {
    var firstSequence: UInt64
    var frame: AppendFrame
}

/// What outlives a learner: committed frames, in order, the specification's mark first.
struct MemoryJournal {
    static let host: UInt64 = 1

    private(set) var frames: [StoredFrame] = [
        StoredFrame(
            firstSequence: 0,
            frame: AppendFrame(
                writer: MemoryJournal.host, writerSequence: 1, batch: nil, recordCount: 1,
                payload: RecordCoding.payload([.specificationMark])))
    ]

    /// The sequence number after the last record.
    var end: UInt64 { frames.last.map { $0.firstSequence + UInt64($0.frame.recordCount) } ?? 0 }

    mutating func commit(_ more: [OrderedFrame]) {
        frames += more.map { StoredFrame(firstSequence: $0.firstSequence, frame: $0.frame) }
    }

    /// Loses everything but the first `count` frames, as a damaged disk does.
    mutating func truncate(to count: Int) { frames.removeLast(max(0, frames.count - count)) }

    /// The last frame of every writer.
    var writers: [UInt64: UInt64] {
        frames.reduce(into: [:]) { $0[$1.frame.writer] = $1.frame.writerSequence }
    }

    func records() throws -> [JournalRecord] {
        var records: [JournalRecord] = []
        for frame in frames {
            try RecordCoding.decode(frame.frame.payload, count: Int(frame.frame.recordCount)) { records.append($0) }
        }
        return records
    }

    /// A learner's state folded from the beginning.
    func refold(_ specification: Specification) throws -> LearnerFold {
        let fold = LearnerFold(specification: specification, specificationDigest: TestSpecification.digest)
        for record in try records() { fold.take(record) }
        return fold
    }

    /// The next learner, as a restart makes it: from the beginning, or from a state and the records after it.
    func learner(_ specification: Specification, epoch: UInt32, from state: LearnerFold? = nil) throws -> Learner {
        let known = writers
        let fold = try state ?? refold(specification)
        for record in try records().dropFirst(Int(fold.sequence)) { fold.take(record) }
        return Learner(
            fold: fold, epoch: epoch, ownWriter: 1_000 + UInt64(epoch), durableEnd: end,
            durableWriters: { known[$0] ?? 0 })
    }
}

/// Steps a `Learner` whose commits are done when the test says so.
final class LearnerDriver {
    let learner: Learner
    var now = at(1_000)
    private(set) var journal: MemoryJournal
    private(set) var sent: [(peer: UInt8, message: PipelineMessage)] = []
    private(set) var published: [ModelDelta] = []
    private(set) var quarantined: [Quarantined] = []
    private(set) var warnings: [String] = []
    private(set) var failures: [PipelineRefusal] = []
    private(set) var checkpointsAsked: [UInt64] = []
    private var waiting: [OrderedFrame] = []

    init(_ specification: Specification? = nil, journal: MemoryJournal = MemoryJournal(), epoch: UInt32 = 1) throws {
        self.journal = journal
        learner = try journal.learner(try specification ?? TestSpecification.make(), epoch: epoch)
    }

    func step(_ input: Learner.Input) {
        var outputs: [Learner.Output] = []
        learner.step(input, at: now, into: &outputs)
        for output in outputs {
            switch output {
            case .send(let peer, let message): sent.append((peer.first ?? 0, message))
            case .publish(let delta): published.append(delta)
            case .commit(let frames): waiting += frames
            case .readCheckpoint(_, let records): checkpointsAsked.append(records)
            case .quarantine(let record): quarantined.append(record)
            case .warn(let text): warnings.append(text)
            case .fail(let refusal, _): failures.append(refusal)
            }
        }
    }

    func hear(_ message: PipelineMessage, from peer: UInt8 = 1) { step(.message([peer], message)) }

    func hello(_ writer: UInt64, durable: UInt64 = 0, recorded: UInt64? = nil, from peer: UInt8 = 1) {
        hear(
            .hello(
                WorkerHello(
                    writer: writer, specification: TestSpecification.digest, durable: durable,
                    recorded: recorded ?? durable)), from: peer)
    }

    func append(
        _ writer: UInt64, _ sequence: UInt64, _ records: [JournalRecord], batch: BatchDirective? = nil,
        from peer: UInt8 = 1
    ) {
        hear(
            .append(
                AppendFrame(
                    writer: writer, writerSequence: sequence, batch: batch, recordCount: UInt32(records.count),
                    payload: RecordCoding.payload(records))), from: peer)
    }

    /// Makes everything ordered so far durable.
    func commit() {
        journal.commit(waiting)
        waiting = []
        step(.committed(end: journal.end))
    }

    /// The messages sent to `peer` since the last look.
    func heard(_ peer: UInt8 = 1) -> [PipelineMessage] {
        defer { sent.removeAll { $0.peer == peer } }
        return sent.filter { $0.peer == peer }.map(\.message)
    }
}
