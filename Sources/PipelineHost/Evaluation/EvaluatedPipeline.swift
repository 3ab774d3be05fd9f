// One configuration's whole pipeline without sockets, messages or files: score, fold, judge and publish in lock-step,
// so that its digests are those of `weir run --replay --once`.

import Calibration
import Glibc
import OnlineLearning
import PipelineRoles
import ScoringRecords

/// A scorer, a learner's fold and a monitor's fold that share one thread. Confined to one thread at a time.
final class EvaluatedPipeline {
    /// What it came to.
    struct Outcome {
        var report: PipelineReport
        /// One per output, head after head; empty where none were asked for.
        var standardErrors: [BlockBootstrap.StandardErrors]
        /// CPU time of playing.
        var seconds: Double
    }

    private let configuration: Configuration
    private let extractor: FeatureExtractor
    private let sliceReader: SliceReader
    private let fold: LearnerFold
    private let monitor: MonitorFold
    private let publisher: ModelPublisher
    private let scope: EvaluationScope
    private let outputRanges: [Range<Int>]
    // The journal's place from which events are judged, and the blocks of those that were, per output.
    private var judgedFrom: UInt64
    private var blocks: [EvaluationBlocks]
    private var seconds = 0.0

    // Reused from event to event.
    private var features = FeatureVector()
    private var numbers: [NumberObservation] = []
    private var scratch: [UInt64] = []
    private var scores: [OutputScore] = []

    init(configuration: Configuration, scope: EvaluationScope) {
        self.configuration = configuration
        self.scope = scope
        outputRanges = configuration.specification.outputRanges
        judgedFrom = scope.skippedShare > 0 ? .max : 0
        blocks =
            scope.block.map { length in
                configuration.specification.outputRanges.flatMap { $0 }.map { _ in EvaluationBlocks(length: length) }
            } ?? []
        let specification = configuration.specification
        let digest = specification.digest
        extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        let sliceFields = configuration.monitor.settings.sliceFields
        sliceReader = SliceReader(
            fields: sliceFields, schema: specification.intakeSchema(slicedBy: sliceFields).event)
        fold = LearnerFold(specification: specification, specificationDigest: digest)
        monitor = MonitorFold(
            specification: specification, specificationDigest: digest, settings: configuration.monitor.settings)
        let mark = JournalRecord.specification(digest: digest)
        _ = fold.fold(mark)
        monitor.fold(mark)
        publisher = ModelPublisher(model: fold.model, epoch: 1, records: fold.sequence)
    }

    /// Plays batches: each is scored by the model folded through the one before.
    func play(_ batches: [EvaluatedBatch]) {
        let start = EvaluatedPipeline.threadSeconds()
        for batch in batches {
            for input in batch.inputs { take(input) }
            _ = publisher.delta(records: fold.sequence)
        }
        seconds += EvaluatedPipeline.threadSeconds() - start
    }

    /// Reports, once everything is played.
    func finish() -> Outcome {
        var report = PipelineReport(
            name: configuration.name, flagging: configuration.flagging, monitor: monitor)
        report.take(LearnHost.Outcome(digests: fold.digests(), journalSequence: fold.sequence))
        let bootstrap = BlockBootstrap(seed: scope.seed)
        return Outcome(
            report: report, standardErrors: blocks.map { bootstrap.standardErrors(of: $0.inOrder) }, seconds: seconds)
    }

    // What is published stands still within a batch, so a record may be folded before the next one is scored.
    private func take(_ input: EvaluatedInput) {
        let record: JournalRecord
        switch input {
        case .judgingBegins:
            judgedFrom = fold.sequence
            return
        case .record(let shared): record = shared
        case .event(let id, let time, let fields): record = score(id: id, time: time, fields: fields)
        }
        _ = fold.fold(record)
        monitor.fold(record) { judge($0) }
    }

    private func judge(_ event: Joined<MonitoredScores>) -> Bool {
        guard event.sequence >= judgedFrom else { return false }
        if blocks.isEmpty { return true }
        let range = outputRanges[event.head]
        for output in range {
            switch event.outcome {
            case .observed(let value, let weight):
                blocks[output].add(
                    event.payload.scores[output], at: event.time, outcome: Double(value), weight: Double(weight))
            case .category(let category, let weight):
                blocks[output].add(
                    event.payload.scores[output], at: event.time,
                    outcome: output - range.lowerBound == Int(category) ? 1 : 0,
                    weight: Double(weight))
            case .unlabelled: break
            }
        }
        return true
    }

    private func score(id: EventID, time: Timestamp, fields: FieldValues) -> JournalRecord {
        let replica = publisher.published
        do throws(FieldError) {
            try extractor.extract(
                fields, moments: replica.moments, scratch: &scratch, into: &features, numbers: &numbers)
        } catch { return .rejection(error.reason) }
        replica.score(features, into: &scores)
        return .scored(
            ScoredEvent(
                id: id, time: time, modelVersion: replica.version,
                features: FeatureVector(indicators: exactCopy(features.indicators), valued: exactCopy(features.valued)),
                numbers: exactCopy(numbers), outputs: exactCopy(scores),
                slices: sliceReader.values(of: fields)))
    }

    // A shared buffer that is emptied and filled again keeps all the room that the allocator gave it, and is given more
    // each time: what waits for its label must not hold on to the buffers of the next event.
    private func exactCopy<Element>(_ elements: [Element]) -> [Element] {
        elements.withUnsafeBufferPointer { Array($0) }
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
