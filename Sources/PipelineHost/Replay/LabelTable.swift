// Labels that stand in a file of their own, looked up by key.

import ScoringRecords

/// A label file in memory: at most `maximumRows` rows.
struct LabelTable {
    /// Values and times as text, by key. Only looked up, never walked.
    private(set) var rows: [String: (value: String, time: String?)] = [:]

    static let maximumRows = 20_000_000

    /// Reads the table of a label that stands in a file; `nil` for one beside its event.
    init?(_ label: LabelMapping) throws {
        guard case .file(let path, let key) = label.table else { return nil }
        var names = [key, label.column]
        if case .column(let name, _) = label.moment { names.append(name) }
        let reader = try RowReader(path: path, names: names, required: Set(names))
        while let row = try reader.next() {
            guard case .fields = row, let id = LabelTable.text(reader.fields, 0),
                let value = LabelTable.text(reader.fields, 1)
            else { continue }
            let time = names.count > 2 ? LabelTable.text(reader.fields, 2) : nil
            guard rows.updateValue((value, time), forKey: id) == nil else {
                throw HostError(
                    .data, "\(path) has two labels for key '\(id)'", remedy: "keep one row per event and head")
            }
            guard rows.count <= LabelTable.maximumRows else {
                throw HostError(
                    .data, "\(path) has more than \(LabelTable.maximumRows) labels", remedy: "split the stream")
            }
        }
    }

    private static func text(_ fields: FieldValues, _ index: Int) -> String? {
        if case .number(let number) = fields[index] { return number.description }
        return fields.string(index)
    }
}
