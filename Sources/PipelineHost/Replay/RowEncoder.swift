// A recorded row as the intake records a live client would have sent: the event, and later its labels. Only the id, the
// time and the fields that features and slices read are sent, so a label column can never become a feature.
//
// A cell that cannot be what it should be is sent as it is: the intake refuses and counts it.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// Turns field values into intake JSON by a replay mapping.
struct RowEncoder {
    /// The columns the mapping reads.
    let columns: [String]
    /// Columns without which the mapping makes no sense.
    let requiredColumns: Set<String>

    let specification: Specification
    let mapping: ReplayMapping
    let timeField: String
    /// The fields that features and slices read, in the schema's order, and whether each must be a number.
    let fields: [String]
    let numeric: [Bool]
    // Where what is needed stands in the rows; a reader may serve several encoders.
    private var places = Places()
    private let labelTables: [LabelTable?]

    init(configuration: Configuration) throws {
        guard let mapping = configuration.replay else {
            throw HostError(
                .configuration, "the configuration has no 'replay' section",
                remedy: "say which columns hold id, time and labels: see Docs/CONFIGURATION.md")
        }
        guard let timeField = configuration.specification.timeField else {
            throw HostError(
                .configuration, "replayed events carry their time, but 'event.time' names no member for it",
                remedy: "add 'time' to 'event'")
        }
        self.mapping = mapping
        self.timeField = timeField
        specification = configuration.specification
        let extractor = FeatureExtractor(definitions: specification.features, bits: specification.bits)
        let sliced = configuration.monitor.settings.sliceFields.filter { !extractor.fields.contains($0) }
        fields = extractor.fields + sliced
        numeric = extractor.fieldIsNumeric + sliced.map { _ in false }
        var names = fields
        var required: Set<String> = []
        func need(_ name: String) {
            if !names.contains(name) { names.append(name) }
            required.insert(name)
        }
        if case .column(let name) = mapping.id { need(name) }
        if case .column(let name, _) = mapping.time { need(name) }
        for label in mapping.labels {
            // A label in another file is looked up by the event's id, which is needed anyway.
            guard case .sameRow = label.table else { continue }
            need(label.column)
            if case .column(let name, _) = label.moment { need(name) }
        }
        required.formUnion(fields)
        columns = names
        requiredColumns = required
        labelTables = try mapping.labels.map { try LabelTable($0) }
        read(columns)
    }

    /// Says in which order the reader gives its columns; by default the order of `columns`.
    mutating func read(_ names: [String]) {
        let positions = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
        places = Places()
        if case .column(let name) = mapping.id { places.id = positions[name] }
        if case .column(let name, _) = mapping.time { places.time = positions[name] }
        places.fields = fields.enumerated().compactMap { field, name in
            guard name != specification.idField, name != timeField, let index = positions[name] else { return nil }
            return (field, index)
        }
        places.labels = mapping.labels.map { label in
            guard case .column(let name, _) = label.moment else { return (positions[label.column], nil) }
            return (positions[label.column], positions[name])
        }
    }

    /// Positions in a row; `nil` for what no column holds.
    private struct Places {
        var id: Int?
        var time: Int?
        /// The fields that are sent, by their number, and where they stand.
        var fields: [(field: Int, index: Int)] = []
        var labels: [(value: Int?, time: Int?)] = []
    }

    /// The row as an event and its labels.
    ///
    /// - Parameter clock: the stream's time, for a row whose own time cannot be read.
    func encode(_ values: FieldValues, row: UInt64, clock: Timestamp) throws -> RecordedRow {
        let id = identity(values, row: row)
        let (time, timeText) = moment(values, row: row)
        var json = JSONWriter()
        json.object { json in
            if let id {
                json.key(specification.idField)
                json.string(id)
            }
            json.key(timeField)
            json.string(time.map { ISO8601.text($0) } ?? timeText)
            for (field, index) in places.fields {
                write(values, index, name: fields[field], numeric: numeric[field], to: &json)
            }
        }
        var labels: [(time: Timestamp, json: [UInt8])] = []
        for index in mapping.labels.indices {
            guard let label = label(index, values, id: id, eventTime: time ?? clock) else { continue }
            labels.append(label)
        }
        return RecordedRow(
            time: time ?? clock, routingKey: FeatureHash.hash(id ?? ""), event: json.bytes, labels: labels)
    }

    /// Where each of `fields` stands in a row; `nil` for one that is not sent.
    var fieldCells: [Int?] {
        var cells = fields.map { _ in nil as Int? }
        for (field, index) in places.fields { cells[field] = index }
        return cells
    }

    func identity(_ values: FieldValues, row: UInt64) -> String? {
        switch mapping.id {
        case .rowNumber: String(row)
        case .column: cell(values, places.id)
        }
    }

    func moment(_ values: FieldValues, row: UInt64) -> (Timestamp?, String) {
        switch mapping.time {
        case .column(_, let format):
            let text = cell(values, places.time) ?? ""
            return (format.timestamp(text), text)
        case .regular(let start, let interval):
            let (offset, overflow) = interval.microseconds.multipliedReportingOverflow(by: Int64(row - 1))
            return (overflow ? nil : start.advanced(by: TimeSpan(microseconds: offset)), "")
        }
    }

    /// The text of a cell; `nil` where it is missing.
    private func cell(_ values: FieldValues, _ index: Int?) -> String? {
        guard let index else { return nil }
        switch values[index] {
        case .text: return values.string(index)
        case .number(let number): return canonicalText(of: number)
        case .boolean(let truth): return truth ? "true" : "false"
        case .missing, .structured: return nil
        }
    }

    private func write(
        _ values: FieldValues, _ index: Int, name: String, numeric: Bool, to json: inout JSONWriter
    ) {
        switch values[index] {
        case .missing: return
        case .number(let number):
            json.key(name)
            json.number(number)
        case .boolean(let truth):
            json.key(name)
            json.boolean(truth)
        case .structured:
            json.key(name)
            json.array { _ in }
        case .text(let range):
            json.key(name)
            let text = values.text[range]
            // CSV has no types: a number stays the digits it was written with.
            if numeric, JSONScanner.isNumber(Array(text)) {
                json.raw(text)
            } else {
                json.string(String(decoding: text, as: UTF8.self))
            }
        }
    }

    private func label(
        _ index: Int, _ values: FieldValues, id: String?, eventTime: Timestamp
    ) -> (time: Timestamp, json: [UInt8])? {
        guard let id, let (time, cell) = label(index, values, id: id, eventTime: eventTime) else { return nil }
        return (time, labelJSON(index, id: id, cell: cell, time: time))
    }

    /// When label `index` of the mapping became known and what its cell says; `nil` where the row has none.
    func label(
        _ index: Int, _ values: FieldValues, id: String, eventTime: Timestamp
    ) -> (time: Timestamp, cell: LabelCell)? {
        let (mapping, table) = (mapping.labels[index], labelTables[index])
        let text: String?
        let timeText: String?
        if let table {
            guard let found = table.rows[id] else { return nil }
            (text, timeText) = (found.value, found.time)
        } else {
            text = cell(values, places.labels[index].value)
            timeText = cell(values, places.labels[index].time)
        }
        guard let text else { return nil }
        let time: Timestamp
        switch mapping.moment {
        case .delay(let delay): time = eventTime.advanced(by: delay)
        case .column(_, let format):
            time = timeText.flatMap { format.timestamp($0) } ?? eventTime
        }
        return (time, mapping.outcome(of: text))
    }

    /// Label `index` of the mapping as an intake record.
    func labelJSON(_ index: Int, id: String, cell: LabelCell, time: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("label")
            json.object { json in
                json.key("id")
                json.string(id)
                json.key("head")
                json.string(mapping.labels[index].head)
                json.key("value")
                // What means no outcome is sent as it is: the intake refuses and counts it.
                switch cell {
                case .number(let value): json.number(value)
                case .text(let text): json.string(text)
                }
                json.key("time")
                json.string(ISO8601.text(time))
            }
        }
        return json.bytes
    }
}
