// One configuration's whole pipeline without sockets, threads or files: the same roles, stepped in lock-step, so that
// its digests are those of `weir run --replay --once`.

import Glibc
import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// A worker, a learner and a monitor that talk by function calls. Confined to one thread.
final class EvaluatedPipeline {
    private let configuration: Configuration
    private let source: String
    private let worker: ScoreWorker
    private let learner: Learner
    private let monitor: MonitorFold
    private var schedule = ReplaySchedule()
    private var items: [ReplayItem] = []
    private var sent: UInt64 = 0
    private var seconds = 0.0

    // The one worker's return address and number; any will do.
    private static let peer: Learner.Peer = [1]
    private static let client: ScoreWorker.Client = [[1]]
    // Roles ask for the time only to pace repetitions, which never happen here.
    private static let now = Timestamp(microseconds: 0)

    init(configuration: Configuration, source: String) {
        self.configuration = configuration
        self.source = source
        let specification = configuration.specification
        let digest = specification.digest
        let fold = LearnerFold(specification: specification, specificationDigest: digest)
        monitor = MonitorFold(specification: specification, specificationDigest: digest)
        let mark = JournalRecord.specification(digest: digest)
        _ = fold.fold(mark)
        monitor.fold(mark)
        learner = Learner(
            fold: fold, epoch: 1, ownWriter: 2, durableEnd: fold.sequence, durableWriters: { _ in 0 })
        worker = ScoreWorker(
            ScoreWorkerConfiguration(
                specification: specification, specificationDigest: digest, writer: 1, clock: .stream))
        drive(.tick)
    }

    /// Takes one row; scores and learns whenever a batch is full.
    func take(_ row: RecordedRow) {
        measured {
            schedule.add(row, to: &items)
            // One item stays back: only the end of the stream knows which batch is the last.
            while items.count > LockStepBatch.size { play(LockStepBatch.size, isLast: false) }
        }
    }

    /// Plays what is left and reports.
    func finish() -> (report: PipelineReport, seconds: Double) {
        measured {
            while schedule.drainOne(to: &items) {
                while items.count > LockStepBatch.size { play(LockStepBatch.size, isLast: false) }
            }
            play(items.count, isLast: true)
        }
        var report = PipelineReport(
            name: configuration.name, flagging: configuration.flagging, monitor: monitor)
        report.take(LearnHost.Outcome(digests: learner.fold.digests(), journalSequence: learner.fold.sequence))
        return (report, seconds)
    }

    private func play(_ count: Int, isLast: Bool) {
        let number = sent / UInt64(LockStepBatch.size)
        sent += UInt64(count)
        let messages = LockStepBatch.messages(
            number: number, items: items[..<count], workers: 1, source: source, position: sent, isLast: isLast)
        items.removeFirst(count)
        for message in messages { drive(.request(EvaluatedPipeline.client, message)) }
    }

    /// Steps the worker and carries messages to and fro until both are silent.
    private func drive(_ input: ScoreWorker.Input) {
        var fromWorker: [ScoreWorker.Output] = []
        worker.step(input, at: EvaluatedPipeline.now, into: &fromWorker)
        while !fromWorker.isEmpty {
            var fromLearner: [Learner.Output] = []
            for output in fromWorker {
                guard case .learner(let message) = output else { continue }
                learner.step(.message(EvaluatedPipeline.peer, message), at: EvaluatedPipeline.now, into: &fromLearner)
            }
            fromWorker.removeAll(keepingCapacity: true)
            var committed: UInt64?
            for output in fromLearner {
                switch output {
                case .send(_, let message):
                    worker.step(.learner(message), at: EvaluatedPipeline.now, into: &fromWorker)
                case .publish(let delta):
                    worker.step(.learner(.delta(delta)), at: EvaluatedPipeline.now, into: &fromWorker)
                case .commit(let frames):
                    for frame in frames { committed = watch(frame) }
                case .quarantine, .warn, .fail:
                    break  // counted by the folds; a worker that is always heard has lost nothing
                }
            }
            if let committed {
                fromLearner.removeAll(keepingCapacity: true)
                learner.step(.committed(end: committed), at: EvaluatedPipeline.now, into: &fromLearner)
                for case .send(_, let message) in fromLearner {
                    worker.step(.learner(message), at: EvaluatedPipeline.now, into: &fromWorker)
                }
            }
        }
    }

    private func watch(_ ordered: OrderedFrame) -> UInt64 {
        do throws(RecordCodingError) {
            try RecordCoding.decode(ordered.frame.payload, count: Int(ordered.frame.recordCount)) { monitor.fold($0) }
        } catch { preconditionFailure("a frame that the learner folded does not decode: \(error)") }
        return ordered.firstSequence + UInt64(ordered.frame.recordCount)
    }

    private func measured(_ body: () -> Void) {
        let start = EvaluatedPipeline.threadSeconds()
        body()
        seconds += EvaluatedPipeline.threadSeconds() - start
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
