// The fields of one event as an intake format found them, before any feature is made of them.

/// One field's value. Text lives in the owning `FieldValues`, so that a reused event allocates nothing.
public enum FieldValue: Hashable, Sendable {
    /// Absent or null.
    case missing
    /// A finite number.
    case number(Double)
    /// A truth value.
    case boolean(Bool)
    /// UTF-8 text, as a range of `FieldValues.text`.
    case text(Range<Int>)
    /// An array or object: no feature can be made of it.
    case structured
}

/// The values of the fields a schema asks for, in the schema's order; reusable from event to event.
public struct FieldValues: Sendable {
    /// One value per schema field.
    public private(set) var values: [FieldValue]
    /// The bytes of all text values.
    public private(set) var text: [UInt8] = []

    /// All fields missing.
    public init(fieldCount: Int) { values = Array(repeating: .missing, count: fieldCount) }

    /// Makes every field missing and keeps the storage.
    public mutating func removeAll() {
        for index in values.indices { values[index] = .missing }
        text.removeAll(keepingCapacity: true)
    }

    /// The value of field `index`.
    public subscript(index: Int) -> FieldValue { values[index] }

    /// Sets a field that is not text.
    public mutating func set(_ index: Int, to value: FieldValue) { values[index] = value }

    /// Sets a field to the text that `append` adds to the buffer.
    public mutating func setText(_ index: Int, append: (inout [UInt8]) -> Void) {
        let start = text.count
        append(&text)
        precondition(text.count >= start, "text may only be appended")
        values[index] = .text(start..<text.count)
    }

    /// Sets a field to a copy of `bytes`, which are UTF-8.
    public mutating func setText(_ index: Int, bytes: some Sequence<UInt8>) {
        setText(index) { $0.append(contentsOf: bytes) }
    }

    /// The field as a string, where it is text.
    public func string(_ index: Int) -> String? {
        guard case .text(let range) = values[index] else { return nil }
        return String(decoding: text[range], as: UTF8.self)
    }
}

/// Which members of an event object matter, by name. Other members are ignored.
public struct EventSchema: Hashable, Sendable {
    /// The member that holds the id.
    public let idField: String
    /// The member that holds the event's time, where events carry one.
    public let timeField: String?
    /// The members features are made of, in order.
    public let fields: [String]

    /// A schema by its parts.
    public init(idField: String, timeField: String?, fields: [String]) {
        self.idField = idField
        self.timeField = timeField
        self.fields = fields
    }
}

/// An event as it came in: named, possibly dated, not yet scored.
public struct Event: Sendable {
    /// The client's id.
    public var id: EventID
    /// The event's own time, where it carried one.
    public var time: Timestamp?
    /// The schema's fields.
    public var fields: FieldValues

    /// An event by its parts.
    public init(id: EventID, time: Timestamp?, fields: FieldValues) {
        self.id = id
        self.time = time
        self.fields = fields
    }
}
