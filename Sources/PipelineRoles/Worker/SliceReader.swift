// From an event's fields to the values that the monitor slices by.

import OnlineLearning
public import ScoringRecords

/// Reads the values of configured fields, each under the hash of its name.
///
/// A text is taken as it is, a number by its shortest decimal text, a truth value as `true` or `false`: 79, 79.0 and "79"
/// are one slice, as they are one feature. A field that is missing, null, a list or an object has no value here.
public struct SliceReader: Sendable {
    private let places: [(position: Int, hash: UInt32)]

    /// A reader of `fields`, each of which is a member of the schema.
    public init(fields: [String], schema: EventSchema) {
        places = fields.compactMap { name in
            schema.fields.firstIndex(of: name).map { ($0, SliceKey.hash(name)) }
        }
    }

    /// The values of an event whose fields were decoded under the schema.
    public func values(of fields: borrowing FieldValues) -> [SliceValue] {
        guard !places.isEmpty else { return [] }
        var values: [SliceValue] = []
        values.reserveCapacity(places.count)
        for (position, hash) in places {
            switch fields[position] {
            case .text: values.append(SliceValue(field: hash, text: fields.string(position) ?? ""))
            case .number(let number): values.append(SliceValue(field: hash, text: canonicalText(of: number)))
            case .boolean(let truth): values.append(SliceValue(field: hash, text: truth ? "true" : "false"))
            case .missing, .structured: break
            }
        }
        return values
    }
}
