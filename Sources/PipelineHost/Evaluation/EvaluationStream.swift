// The timeline that configurations share: events and labels of rows are merged and cut into lock-step batches, and every
// record is decoded once, as a worker would decode it. Rows of plain cells are decoded as they are; others become the
// intake records that a replay would send.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// What a pipeline takes, in the journal's order.
enum EvaluatedInput: Sendable {
    /// An event to score.
    case event(id: EventID, time: Timestamp, fields: FieldValues)
    /// A record that is the same under every configuration of the stream.
    case record(JournalRecord)
    /// Events from here on are judged.
    case judgingBegins
}

/// Inputs that are scored by one version of the model and folded together.
struct EvaluatedBatch: Sendable {
    var inputs: [EvaluatedInput]
}

/// Makes batches of rows. Confined to one thread.
final class EvaluationStream {
    /// What configurations must have in common to share a stream.
    struct Key: Hashable {
        private let schema: IntakeSchema
        private let numeric: [Bool]
        private let mapping: ReplayMapping?

        init(_ configuration: Configuration) {
            let specification = configuration.specification
            schema = specification.intakeSchema(slicedBy: configuration.monitor.settings.sliceFields)
            numeric =
                FeatureExtractor(definitions: specification.features, bits: specification.bits).fieldIsNumeric
            mapping = configuration.replay
        }
    }

    /// The columns it reads.
    var columns: [String] { encoder.columns }
    /// Those it cannot do without.
    var requiredColumns: Set<String> { encoder.requiredColumns }

    private var encoder: RowEncoder
    private var decoder: IntakeDecoder
    private let schema: IntakeSchema
    private var plainRows: PlainRows
    // Records of plain rows by number while they are on the timeline, and the numbers that are free.
    private var kept: [[EvaluatedInput]] = []
    private var free: [Int] = []
    private let source: String
    private let skippedRows: UInt64
    // The place of the first event that is judged, counted in items.
    private var firstJudged: UInt64?
    private var schedule = ReplaySchedule()
    private var items: [ReplayItem] = []
    private var cut = TimelineCut(size: LockStepBatch.size)
    private var sent: UInt64 = 0
    private var batches: [EvaluatedBatch] = []

    init(configuration: Configuration, source: String, skippedRows: UInt64) throws {
        self.source = source
        self.skippedRows = skippedRows
        encoder = try RowEncoder(configuration: configuration)
        schema = configuration.specification.intakeSchema(slicedBy: configuration.monitor.settings.sliceFields)
        decoder = IntakeDecoder(schema: schema)
        plainRows = PlainRows(encoder, schema: schema)
    }

    /// Says in which order the reader gives its columns.
    func read(_ names: [String]) {
        encoder.read(names)
        plainRows = PlainRows(encoder, schema: schema)
    }

    /// Takes the reader's next row, the `number`-th from 1.
    func take(_ row: RowReader.Row, fields: FieldValues, number: UInt64) throws {
        switch row {
        case .fields:
            let row = try plainRow(fields, number) ?? encoder.encode(fields, row: number, clock: schedule.clock)
            schedule.add(row, to: &items)
        case .unreadable(let line):
            schedule.add(
                RecordedRow(time: schedule.clock, routingKey: number, event: line, labels: []), to: &items)
        }
        // The row's event was added last.
        if number == skippedRows + 1 { firstJudged = sent + UInt64(items.count) - 1 }
        takeFullBatches()
    }

    // Nobody is sent anything: routing keys decide nothing.
    private func plainRow(_ values: FieldValues, _ number: UInt64) throws -> RecordedRow? {
        guard let event = plainRows.event(values, row: number) else { return nil }
        let id = event.id
        var labels: [(time: Timestamp, record: TimelineRecord)] = []
        for index in encoder.mapping.labels.indices {
            guard let (time, cell) = encoder.label(index, values, id: id.text, eventTime: event.time) else { continue }
            if let known = plainRows.label(index, cell, of: id, at: time) {
                labels.append((time, keep(known.labels.map { .record(.label($0)) }, known.byteCount)))
            } else {
                labels.append((time, .json(encoder.labelJSON(index, id: id.text, cell: cell, time: time))))
            }
        }
        let record = keep([.event(id: id, time: event.time, fields: event.fields)], event.byteCount)
        return RecordedRow(time: event.time, routingKey: 0, event: record, labels: labels)
    }

    private func keep(_ inputs: [EvaluatedInput], _ byteCount: Int) -> TimelineRecord {
        if let number = free.popLast() {
            kept[number] = inputs
            return .kept(number: number, byteCount: byteCount)
        }
        kept.append(inputs)
        return .kept(number: kept.count - 1, byteCount: byteCount)
    }

    private func release(_ number: Int) -> [EvaluatedInput] {
        free.append(number)
        defer { kept[number] = [] }
        return kept[number]
    }

    /// Plays the labels that are left, once no row follows.
    func end() {
        while schedule.drainOne(to: &items) { takeFullBatches() }
        takeBatch(of: items.count, isLast: true)
    }

    /// The batches made since the last call.
    func takeBatches() -> [EvaluatedBatch] {
        defer { batches.removeAll(keepingCapacity: true) }
        return batches
    }

    private func takeFullBatches() {
        while let count = cut.next(items) { takeBatch(of: count, isLast: false) }
    }

    private func takeBatch(of count: Int, isLast: Bool) {
        let start = sent
        sent += UInt64(count)
        defer { items.removeFirst(count) }
        let taken = items[..<count]
        let judgingBegins = firstJudged.flatMap { $0 >= start && $0 < sent ? Int($0 - start) : nil }
        var inputs: [EvaluatedInput] = []
        for (index, item) in taken.enumerated() {
            if index == judgingBegins { inputs.append(.judgingBegins) }
            switch item.record {
            case .kept(let number, _): inputs += release(number)
            case .json(let json):
                // A line of blanks is no record of a message.
                if json.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) { inputs += decode(json) }
            }
        }
        let time = isLast ? .distantFuture : taken.last?.time ?? .distantPast
        inputs.append(
            .record(.watermark(Watermark(source: FeatureHash.hash(source), time: time, position: sent))))
        batches.append(EvaluatedBatch(inputs: inputs))
    }

    /// One record as `ScoreWorker` takes it under `clock: stream`.
    private func decode(_ json: [UInt8]) -> [EvaluatedInput] {
        do throws(IntakeError) {
            switch try decoder.decode(json, range: 0..<json.count) {
            case .event(let id, _, let time?): return [.event(id: id, time: time, fields: decoder.fields.exactCopy)]
            case .event: return [.record(.rejection(.missingTime))]
            case .labels(let drafts, _): return labels(drafts)
            case .watermark(let directive):
                return [
                    .record(
                        .watermark(
                            Watermark(
                                source: FeatureHash.hash(directive.source), time: directive.time,
                                position: directive.position)))
                ]
            case .batch: return [.record(.rejection(.directiveRefused))]
            }
        } catch { return [.record(.rejection(error.reason))] }
    }

    private func labels(_ drafts: [LabelDraft]) -> [EvaluatedInput] {
        // Labels of one record share its time.
        guard let time = drafts.first?.time else { return [.record(.rejection(.missingTime))] }
        return drafts.map { draft in
            .record(
                .label(Label(id: draft.id, head: draft.head, value: draft.value, time: time, weight: draft.weight)))
        }
    }
}

extension FieldValues {
    // A shared buffer that is emptied and filled again keeps all the room that the allocator gave it, and is given more
    // each time: an event that others hold on to must own buffers of its own size.
    fileprivate var exactCopy: FieldValues {
        var copy = FieldValues(fieldCount: values.count)
        let textBytes = values.reduce(0) { if case .text(let range) = $1 { $0 + range.count } else { $0 } }
        for (index, value) in values.enumerated() {
            guard case .text(let range) = value else {
                copy.set(index, to: value)
                continue
            }
            copy.setText(index) { bytes in
                bytes.reserveCapacity(textBytes)
                bytes.append(contentsOf: text[range])
            }
        }
        return copy
    }
}
