// A model for people: who is listened to in a portfolio, which line is served, which features weigh most, by name.

import Journal
public import Logging
import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// The model at a journal's end.
public struct ModelInspection: Sendable {
    struct Output: Sendable {
        /// `nil` for a binary head's.
        var className: String?
        var summary: OutputSummary
        /// What is known of each listed slot.
        var names: [String?]
    }

    struct Head: Sendable {
        var name: String
        var summary: HeadSummary
        var outputs: [Output]
    }

    let path: String
    let sequence: UInt64
    let bits: Int
    let heads: [Head]

    /// Folds a journal up to its end, and names features by its slices and by a recording.
    ///
    /// - Parameters:
    ///   - head: only this head; `nil` for all.
    ///   - count: weights to list per output, ≥ 0.
    ///   - recording: a stream whose values are to be names as well.
    /// - Throws: as `JournalReplay.learner`; an unknown head; a recording that cannot be read.
    public init(
        path: String, configuration: Configuration, head: String?, count: Int, recording: String?, logger: Logger
    ) throws {
        let specification = configuration.specification
        let known = specification.heads.map(\.name)
        if let head, !known.contains(head) {
            throw HostError(
                .usage, "there is no head '\(head)'", remedy: "choose one of: \(known.joined(separator: ", "))")
        }
        let fold = try JournalReplay.learner(journalPath: path, specification: specification, logger: logger)
        var names = FeatureNames(definitions: specification.features, bits: specification.bits)
        try ModelInspection.learnSlices(of: path, configuration, into: &names)
        if let recording { try ModelInspection.learn(recording, configuration, into: &names) }
        self.path = path
        sequence = fold.sequence
        bits = specification.bits
        heads = zip(specification.heads, specification.outputRanges).enumerated().compactMap { index, parts in
            let (rule, range) = parts
            guard head.map({ $0 == rule.name }) ?? true else { return nil }
            let outputs = range.map { output in
                let summary = fold.model.summary(ofOutput: output, heaviest: count)
                var className: String?
                if case .classes(let task) = rule.task { className = task.classes[output - range.lowerBound] }
                return Output(
                    className: className, summary: summary, names: summary.heaviest.map { names.name(of: $0.slot) })
            }
            return Head(name: rule.name, summary: fold.model.summary(ofHead: index), outputs: outputs)
        }
    }

    // Values that the monitor slices by stand in the journal as they were.
    private static func learnSlices(
        of path: String, _ configuration: Configuration, into names: inout FeatureNames
    ) throws {
        let fields = configuration.monitor.settings.sliceFields
        guard !fields.isEmpty else { return }
        let hashes = Dictionary(fields.map { ($0, SliceKey.hash($0)) }, uniquingKeysWith: { first, _ in first })
        let journal = try SQLiteJournalReader(path: path)
        try JournalRestore.records(
            of: journal, from: try journal.startSequence, to: try journal.endSequence,
            scored: { event in
                names.learn { field in
                    guard let hash = hashes[field], let value = event.slices.first(where: { $0.field == hash })?.text,
                        value.utf8.count < Limits.sliceValueBytes
                    else { return nil }  // a longer value was cut
                    return value
                }
            }, other: { _ in })
    }

    private static func learn(
        _ recording: String, _ configuration: Configuration, into names: inout FeatureNames
    ) throws {
        let stream = try ReplayStream(
            path: recording, configuration: configuration, batchSize: LockStepBatch.size)
        let schema = configuration.specification.intakeSchema(slicedBy: [])
        var decoder = IntakeDecoder(schema: schema)
        var isLast = false
        while !isLast {
            let next = try stream.next()
            isLast = next.isLast
            for item in next.items {
                guard case .event? = try? decoder.decode(item.json, range: 0..<item.json.count) else { continue }
                names.learn(decoder.fields, named: schema.event.fields)
            }
        }
    }
}
