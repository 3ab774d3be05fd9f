// One intake record, from JSON text to typed values. A record that is wrong in one member is still read to its end, so
// that the error can name its id.

public import ScoringRecords

/// Decodes intake records under a schema; reusable, and allocation-free in steady state but for the id.
public struct IntakeDecoder: Sendable {
    /// The fields of the event decoded last.
    public internal(set) var fields: FieldValues

    /// Records that were events as expected, decoded at less than a fifth of the time.
    public private(set) var inOrderCount: UInt64 = 0

    let schema: IntakeSchema
    private let fieldNames: [[UInt8]]
    private let idName: [UInt8]
    private let timeName: [UInt8]?
    private var keyBuffer: [UInt8] = []
    private var seen: [Bool]
    // `nil` where the schema's names allow no expectation.
    var order: MemberOrder?

    /// A decoder for `schema`.
    public init(schema: IntakeSchema) {
        self.schema = schema
        fieldNames = schema.event.fields.map { Array($0.utf8) }
        idName = Array(schema.event.idField.utf8)
        timeName = schema.event.timeField.map { Array($0.utf8) }
        fields = FieldValues(fieldCount: fieldNames.count)
        seen = Array(repeating: false, count: fieldNames.count)
        order = MemberOrder(schema.event)
    }

    /// Decodes the record in `range` of `bytes`, which must hold nothing else but white space.
    public mutating func decode(_ bytes: [UInt8], range: Range<Int>) throws(IntakeError) -> IntakeItem {
        if let event = eventInOrder(bytes, range: range) {
            inOrderCount += 1
            return event
        }
        return try decodeInGeneral(bytes, range: range)
    }

    /// The event that a message is, where it is nothing else and comes as events before it did; `nil` where only
    /// `IntakeMessage.split` and `decode` can tell. Its record is then scanned once, not twice.
    public mutating func eventAlone(_ message: [UInt8]) -> IntakeItem? {
        guard let event = eventInOrder(message, range: 0..<message.count) else { return nil }
        inOrderCount += 1
        return event
    }

    /// Decodes as `decode` does, and expects nothing of the record: slower, with the same result.
    public mutating func decodeInGeneral(_ bytes: [UInt8], range: Range<Int>) throws(IntakeError) -> IntakeItem {
        var scanner = JSONScanner(bytes, range: range)
        scanner.skipWhitespace()
        guard scanner.current == UInt8(ascii: "{") else {
            try checkSyntax(scanner)
            throw IntakeError(reason: .notAnObject, message: "a record must be a JSON object")
        }
        if let kind = envelopeKind(scanner) {
            switch kind {
            case .label: return try label(&scanner)
            case .watermark: return .watermark(try watermark(&scanner))
            case .batch: return .batch(try batch(&scanner))
            }
        }
        return try event(&scanner)
    }

    // Malformed text is reported as such, whatever it begins with.
    private func checkSyntax(_ scanner: JSONScanner) throws(IntakeError) {
        var scanner = scanner
        do {
            try scanner.skipValue()
            try expectEnd(&scanner)
        } catch { throw IntakeError(error) }
    }

    func expectEnd(_ scanner: inout JSONScanner) throws(JSONError) {
        scanner.skipWhitespace()
        guard scanner.current == nil else { throw scanner.malformed("text follows the record") }
    }

    // MARK: Events

    private mutating func event(_ scanner: inout JSONScanner) throws(IntakeError) -> IntakeItem {
        fields.removeAll()
        for index in seen.indices { seen[index] = false }
        var id: (EventID, Range<Int>)?
        var idSeen = false
        var timeSeen = false
        var time: Timestamp?
        var failure: IntakeError?
        func fail(_ reason: RejectionReason, _ message: String) {
            if failure == nil { failure = IntakeError(reason: reason, message: message) }
        }
        func note(_ error: JSONError) { if failure == nil { failure = IntakeError(error) } }
        var expected = 0
        var keys: [UInt8] = []
        swap(&keys, &keyBuffer)
        defer { swap(&keys, &keyBuffer) }
        do {
            try scanner.members(keyBuffer: &keys, notFinite: note) { (scanner, key) throws(JSONError) in
                if key == idName {
                    if idSeen { fail(.duplicateKey, "the member '\(schema.event.idField)' occurs twice") }
                    idSeen = true
                    id = try scanner.eventID()
                    if id == nil { fail(.invalidID, IntakeDecoder.idRemedy) }
                } else if key == timeName {
                    if timeSeen { fail(.duplicateKey, "the event's time occurs twice") }
                    timeSeen = true
                    switch try scanner.timestamp() {
                    case .value(let value): time = value
                    case .absent: break
                    case .invalid: fail(.invalidTime, IntakeDecoder.timeRemedy)
                    }
                }
                guard let field = position(of: key, expected: expected) else {
                    if key != idName, key != timeName { try scanner.skipValue(depth: 1) }
                    return
                }
                expected = field + 1
                if key == idName || key == timeName { return }
                if seen[field] { fail(.duplicateKey, "the member '\(schema.event.fields[field])' occurs twice") }
                seen[field] = true
                try value(&scanner, field: field, fail: fail)
            }
            try expectEnd(&scanner)
        } catch {
            if error.reason != .numberNotFinite || failure == nil {
                failure = IntakeError(error)
            }
        }
        if failure == nil, !idSeen {
            fail(.missingID, "the member '\(schema.event.idField)' is missing: every event needs an id")
        }
        if var failure {
            failure.rawID = id?.1
            throw failure
        }
        guard let id else { throw IntakeError(reason: .invalidID, message: IntakeDecoder.idRemedy) }
        return .event(id: id.0, rawID: id.1, time: time)
    }

    private mutating func value(
        _ scanner: inout JSONScanner, field: Int, fail: (RejectionReason, String) -> Void
    ) throws(JSONError) {
        try scanner.fieldValue(into: &fields, at: field)
        if case .text(let range) = fields[field], range.count > Limits.textBytes {
            fail(.textTooLong, "'\(schema.event.fields[field])' is longer than \(Limits.textBytes) bytes")
        }
    }

    // Clients write members in one order, so the field after the last one is tried first.
    private func position(of key: [UInt8], expected: Int) -> Int? {
        if expected < fieldNames.count, fieldNames[expected] == key { return expected }
        return fieldNames.firstIndex(of: key)
    }

    static let idRemedy =
        "an id must be an integer or a string of 1 to \(EventID.maximumBytes) bytes without control characters"
    static let timeRemedy = "a time must be an ISO 8601 string or a number of seconds since 1970"
}
