// Workers, a learner and its journal in one process, in lock-step: every message arrives, links run at their own pace.

import PipelineRoles
import ScoringRecords
import WireFormat

/// Plays a timeline through any number of workers. The seed decides which link moves next; within one, order is kept.
final class LockStepDriver {
    private(set) var journal = MemoryJournal()
    let learner: Learner
    private(set) var replies: [String] = []
    private var workers: [ScoreWorker] = []
    private var random: SeededGenerator
    private let now = at(0)

    private enum Link: Hashable, Comparable {
        case toLearner(Int), toWorker(Int), deltas(Int), commits

        private var rank: Int {
            switch self {
            case .toLearner(let worker): worker
            case .toWorker(let worker): 100 + worker
            case .deltas(let worker): 200 + worker
            case .commits: 300
            }
        }
        static func < (left: Link, right: Link) -> Bool { left.rank < right.rank }
    }
    private enum Content {
        case message(PipelineMessage)
        case frames([OrderedFrame])
    }
    private var links: [Link: [Content]] = [:]

    init(workers count: Int, seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        let specification = try TestSpecification.make()
        learner = try journal.learner(specification, epoch: 1)
        workers = (0..<count).map {
            ScoreWorker(
                ScoreWorkerConfiguration(
                    specification: specification, specificationDigest: TestSpecification.digest,
                    writer: UInt64(100 + $0),
                    clock: .stream))
        }
        for index in workers.indices { step(index, .tick) }
    }

    /// Sends the timeline, one batch after the other, each answered before the next.
    func play(_ items: [ReplayItem], source: String = "a.csv") {
        var sent = 0
        repeat {
            let batch = items[sent..<min(sent + LockStepBatch.size, items.count)]
            let number = UInt64(sent / LockStepBatch.size)
            sent += batch.count
            let messages = LockStepBatch.messages(
                number: number, items: batch, workers: workers.count, source: source, position: UInt64(sent),
                isLast: sent == items.count)
            let answered = replies.count
            for (index, message) in messages.enumerated() { step(index, .request([[UInt8(index)]], message)) }
            settle()
            precondition(replies.count == answered + workers.count, "a batch was not answered")
        } while sent < items.count
    }

    private func settle() {
        while let link = links.keys.sorted().randomElement(using: &random) {
            guard let content = links[link]?.removeFirst() else { continue }
            if links[link]?.isEmpty == true { links[link] = nil }
            switch (link, content) {
            case (.toLearner(let index), .message(let message)):
                learn(.message([UInt8(index)], message))
                learn(.tick)
            case (.toWorker(let index), .message(let message)), (.deltas(let index), .message(let message)):
                step(index, .learner(message))
            case (.commits, .frames(let frames)):
                journal.commit(frames)
                learn(.committed(end: journal.end))
            default: break
            }
        }
    }

    private func step(_ index: Int, _ input: ScoreWorker.Input) {
        var outputs: [ScoreWorker.Output] = []
        workers[index].step(input, at: now, into: &outputs)
        for output in outputs {
            switch output {
            case .reply(_, let bytes): replies.append(String(decoding: bytes, as: UTF8.self))
            case .learner(let message): links[.toLearner(index), default: []].append(.message(message))
            case .fail(_, let reason): preconditionFailure(reason)
            case .warn: break
            }
        }
    }

    private func learn(_ input: Learner.Input) {
        var outputs: [Learner.Output] = []
        learner.step(input, at: now, into: &outputs)
        for output in outputs {
            switch output {
            case .send(let peer, let message): links[.toWorker(Int(peer[0])), default: []].append(.message(message))
            case .publish(let delta):
                for index in workers.indices { links[.deltas(index), default: []].append(.message(.delta(delta))) }
            case .commit(let frames): links[.commits, default: []].append(.frames(frames))
            case .quarantine, .warn, .readCheckpoint: break
            case .fail(_, let reason): preconditionFailure(reason)
            }
        }
    }
}

extension ReplaySchedule {
    /// Everything that `rows` have happen, to the last label.
    static func items(_ rows: [RecordedRow]) -> [ReplayItem] {
        var schedule = ReplaySchedule()
        var items: [ReplayItem] = []
        for row in rows { schedule.add(row, to: &items) }
        while schedule.drainOne(to: &items) {}
        precondition(schedule.waitingCount == 0, "a drained schedule is empty")
        return items
    }
}
