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
    @inlinable public var values: [FieldValue] { valueStorage }
    /// Bytes that hold all text values, and perhaps others.
    @inlinable public var text: [UInt8] { textStorage }

    @usableFromInline var valueStorage: [FieldValue]
    @usableFromInline var textStorage: [UInt8] = []

    /// All fields missing.
    public init(fieldCount: Int) { valueStorage = Array(repeating: .missing, count: fieldCount) }

    /// Makes every field missing and keeps the storage.
    public mutating func removeAll() {
        for index in valueStorage.indices { valueStorage[index] = .missing }
        textStorage.removeAll(keepingCapacity: true)
    }

    /// The value of field `index`.
    @inlinable public subscript(index: Int) -> FieldValue { valueStorage[index] }

    /// Sets a field that is not text.
    public mutating func set(_ index: Int, to value: FieldValue) { valueStorage[index] = value }

    /// Sets a field to the text that `append` adds to the buffer.
    public mutating func setText(_ index: Int, append: (inout [UInt8]) -> Void) {
        let start = text.count
        append(&textStorage)
        precondition(text.count >= start, "text may only be appended")
        valueStorage[index] = .text(start..<text.count)
    }

    /// Zero bytes behind a record that `fill` has copied.
    @inlinable public static var padding: Int { 64 }

    /// Makes the text begin with a copy of `record` and `padding` zero bytes behind it, and lends `body` both the text and
    /// the values, which are what they were: it must set every field, with texts that are ranges of the record.
    ///
    /// One copy of a record costs less than one per text in it. `body` may read as far as the padding goes, so that a scan
    /// by words needs no look at the end: the first zero stops it. It may write into the record's copy.
    @inlinable
    public mutating func fill<Result>(
        from record: UnsafeRawBufferPointer,
        _ body: (UnsafeMutableRawPointer, UnsafeMutableBufferPointer<FieldValue>) -> Result
    ) -> Result {
        let missing = record.count + FieldValues.padding - textStorage.count
        if missing > 0 { textStorage.append(contentsOf: repeatElement(0, count: missing)) }
        return textStorage.withUnsafeMutableBytes { text in
            // There is room for both: at least the padding, hence an address.
            guard let start = text.baseAddress else { preconditionFailure("the padding is there") }
            if let source = record.baseAddress { start.copyMemory(from: source, byteCount: record.count) }
            (start + record.count).initializeMemory(as: UInt8.self, repeating: 0, count: FieldValues.padding)
            return valueStorage.withUnsafeMutableBufferPointer { body(start, $0) }
        }
    }

    /// Lends the values and the bytes that their texts are ranges of.
    @inlinable
    public borrowing func withParts<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<FieldValue>, UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try valueStorage.withUnsafeBufferPointer { values throws(Failure) in
            try textStorage.withUnsafeBufferPointer { text throws(Failure) in
                try body(values, UnsafeRawBufferPointer(text))
            }
        }
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
