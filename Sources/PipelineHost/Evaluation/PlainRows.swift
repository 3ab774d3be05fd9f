// Rows of texts as what an intake would decode of the records that a replay writes of them, without writing them. Only
// what is plain is read so: whatever a cell holds that the intake would have to judge goes to it as JSON, with the same
// result.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// Turns a row into an event and its labels by a replay mapping, where that takes no judgement.
struct PlainRows {
    /// An event as the intake would have decoded it.
    struct Event {
        var id: EventID
        var time: Timestamp
        var fields: FieldValues
        /// Bytes of its JSON.
        var byteCount: Int
    }

    // What a label's cell comes to, whatever the event, and the bytes of its JSON without id and time.
    private struct Outcome {
        var drafts: [LabelDraft]
        var byteCount: Int
    }

    private let encoder: RowEncoder
    private let cells: CellReader
    private let fieldCount: Int
    private let headBytes: Int
    private var decoder: IntakeDecoder
    // By label of the mapping; `nil` for a cell that the intake refuses.
    private var outcomes: [[LabelCell: Outcome?]]

    /// Cells of one label that are remembered: any number of heads or classes, and not every number there is.
    private static let outcomeLimit = 1_024
    // Longer ones are not.
    private static let outcomeBytes = 256
    private static let sampleID = "0"
    private static let sampleTime = Timestamp(microseconds: 0)

    /// - Parameter encoder: knows already where the reader's columns stand.
    init(_ encoder: RowEncoder, schema: IntakeSchema) {
        self.encoder = encoder
        cells = CellReader(names: encoder.fields, numeric: encoder.numeric, cells: encoder.fieldCells)
        fieldCount = encoder.fields.count
        // Two braces and four quotes, less the comma that the first member has not.
        headBytes =
            1 + JSONWriter.bytes(ofKey: encoder.specification.idField) + JSONWriter.bytes(ofKey: encoder.timeField) + 4
        decoder = IntakeDecoder(schema: schema)
        outcomes = encoder.mapping.labels.map { _ in [:] }
    }

    /// The row as an event; `nil` where the intake must see it.
    func event(_ values: FieldValues, row: UInt64) -> Event? {
        guard let text = encoder.identity(values, row: row), PlainRows.isPlain(text), let id = EventID(text),
            let time = encoder.moment(values, row: row).0, let timeBytes = PlainRows.bytes(of: time)
        else { return nil }
        var fields = FieldValues(fieldCount: fieldCount)
        guard let fieldBytes = cells.read(values, into: &fields) else { return nil }
        let byteCount = headBytes + text.utf8.count + timeBytes + fieldBytes
        guard byteCount <= LockStepBatch.recordBytes else { return nil }
        return Event(id: id, time: time, fields: fields, byteCount: byteCount)
    }

    /// What label `index` of the mapping comes to; `nil` where the intake must see it.
    mutating func label(
        _ index: Int, _ cell: LabelCell, of id: EventID, at time: Timestamp
    ) -> (labels: [Label], byteCount: Int)? {
        guard let timeBytes = PlainRows.bytes(of: time), let outcome = outcome(index, cell) else { return nil }
        let labels = outcome.drafts.map { draft in
            Label(id: id, head: draft.head, value: draft.value, time: time, weight: draft.weight)
        }
        let byteCount = outcome.byteCount + id.text.utf8.count + timeBytes
        return byteCount <= LockStepBatch.recordBytes ? (labels, byteCount) : nil
    }

    // The intake says it, once per cell: of a label for another event.
    private mutating func outcome(_ index: Int, _ cell: LabelCell) -> Outcome? {
        guard PlainRows.isOneOfItsKind(cell) else { return nil }
        if let known = outcomes[index][cell] { return known }
        let json = encoder.labelJSON(index, id: PlainRows.sampleID, cell: cell, time: PlainRows.sampleTime)
        var found: Outcome?
        if case .labels(let drafts, _) = try? decoder.decode(json, range: json.indices) {
            let sampleBytes = PlainRows.sampleID.utf8.count + ISO8601.text(PlainRows.sampleTime).utf8.count
            found = Outcome(drafts: drafts, byteCount: json.count - sampleBytes)
        }
        if outcomes[index].count < PlainRows.outcomeLimit { outcomes[index][cell] = .some(found) }
        return found
    }

    // Cells are remembered by equality: one that equals another is to be written in the same bytes. Not so −0, and texts
    // beyond ASCII, of which Unicode calls some different ones equal.
    private static func isOneOfItsKind(_ cell: LabelCell) -> Bool {
        switch cell {
        case .number(let value): value != 0 || value.sign == .plus
        case .text(let text): text.utf8.count <= outcomeBytes && isPlain(text)
        }
    }

    // ISO 8601 of the years 0001 to 9999 comes back as the instant that it was written of.
    private static func bytes(of time: Timestamp) -> Int? {
        guard (-62_135_596_800_000_000...253_402_300_799_999_999).contains(time.microseconds) else { return nil }
        return time.microseconds % 1_000_000 == 0 ? 20 : 27
    }

    // Written in JSON as it is.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}
