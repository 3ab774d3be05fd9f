// What a learner's thread does per event, with so many events waiting for their labels: decode, join, learn, judge.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

enum FoldCase {
    private static let framesPerRound = 64

    /// Folds until `pending` events wait, then goes on: one event comes, one leaves and is learned from.
    ///
    /// A round is 64 frames, made before the clock runs. Figures: bytes of memory per waiting event, and what a checkpoint
    /// takes of the learner's thread.
    static func run(_ settings: StateSettings, _ workload: KernelWorkload, pending: Int) throws -> BenchmarkResult {
        let head = HeadSpecification(
            name: "click", loss: .bce, baseRate: Probability(clamping: 0.05),
            window: .milliseconds(Int64(pending)), missingLabel: .negative)
        let specification = Specification(
            idField: "id", timeField: "time", features: [], heads: [head], bits: settings.bits,
            optimizer: try settings.optimizer.choice(), grace: .zero,
            maximumPending: pending + 2 * RecordStream.eventsPerFrame)
        let digest = [UInt8](repeating: 0, count: 32)
        let fold = LearnerFold(specification: specification, specificationDigest: digest)
        _ = fold.fold(.specification(digest: digest))
        var stream = RecordStream(workload, settings.optimizer)
        func take(_ frame: (payload: [UInt8], count: Int)) throws {
            try RecordCoding.decode(
                frame.payload, count: frame.count, scored: { _ = fold.fold(scored: $0) }, other: { _ = fold.fold($0) })
        }
        // Until the first have left, and then a round more.
        let warmUp = pending / RecordStream.eventsPerFrame + 1 + framesPerRound
        for _ in 0..<warmUp { try take(stream.next()) }
        let hash = hash(of: fold, workload)
        var times: [Double] = []
        var spent = 0.0
        repeat {
            let frames = (0..<framesPerRound).map { _ in stream.next() }
            let before = RoundTiming.threadNanoseconds()
            for frame in frames { try take(frame) }
            let nanoseconds = Double(RoundTiming.threadNanoseconds() - before)
            spent += nanoseconds
            times.append(nanoseconds / Double(framesPerRound * RecordStream.eventsPerFrame))
        } while spent < settings.seconds * 1e9
        let joiner = fold.joins.joiner
        let before = RoundTiming.threadNanoseconds()
        _ = fold.encoded()
        let state = Double(RoundTiming.threadNanoseconds() - before) / 1e9
        return BenchmarkResult(
            name: "fold/\(pending)-waiting", timing: RoundTiming(nanoseconds: times), resultHash: hash,
            figures: [
                .init("bytesPerWaitingEvent", Double(joiner.memoryBytes) / Double(joiner.pendingCount)),
                .init("stateSeconds", state),
            ])
    }

    // What was learned, and what still waits.
    private static func hash(of fold: LearnerFold, _ workload: KernelWorkload) -> UInt64 {
        var hash = ResultHash()
        hash.add(UInt64(fold.joins.joiner.pendingCount))
        hash.add(fold.joins.joiner.counts.joined)
        let replica = ModelPublisher(model: fold.model, epoch: 1, records: fold.sequence).published
        var scores: [OutputScore] = []
        for features in workload.vectors {
            replica.score(features, into: &scores)
            for score in scores { hash.add(score.served.value) }
        }
        return hash.value
    }
}
