// The few value shapes that intake records are made of.

public import ScoringRecords

/// A member that may hold a time.
enum TimeMember {
    case value(Timestamp), absent, invalid
}

extension JSONScanner {
    /// Reads an object, calling `member` with the cursor before each member's value; `member` must move past it.
    mutating func members(
        keyBuffer: inout [UInt8],
        _ member: (inout JSONScanner, [UInt8]) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "{"), "'{'")
        skipWhitespace()
        if accept(UInt8(ascii: "}")) { return }
        repeat {
            skipWhitespace()
            keyBuffer.removeAll(keepingCapacity: true)
            try string(appendingTo: &keyBuffer)
            skipWhitespace()
            try expect(UInt8(ascii: ":"), "':'")
            skipWhitespace()
            try member(&self, keyBuffer)
            skipWhitespace()
        } while accept(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"), "',' or '}'")
    }

    /// Reads an object as `members` does. A member that is a number without a finite value is told to `notFinite`, and
    /// reading goes on behind it: the rest of the record says whose it is.
    mutating func members(
        keyBuffer: inout [UInt8], notFinite: (JSONError) -> Void,
        _ member: (inout JSONScanner, [UInt8]) throws(JSONError) -> Void
    ) throws(JSONError) {
        try members(keyBuffer: &keyBuffer) { (scanner, key) throws(JSONError) in
            let isNested = scanner.current == UInt8(ascii: "{") || scanner.current == UInt8(ascii: "[")
            do throws(JSONError) { try member(&scanner, key) } catch {
                guard !isNested, error.reason == .numberNotFinite else { throw error }
                notFinite(error)
            }
        }
    }

    /// Reads any value into field `index`; arrays and objects are skipped and noted as `structured`.
    mutating func fieldValue(into fields: inout FieldValues, at index: Int) throws(JSONError) {
        switch current {
        case UInt8(ascii: "\""):
            var failure: JSONError?
            fields.setText(index) { buffer in
                do throws(JSONError) { try string(appendingTo: &buffer) } catch { failure = error }
            }
            if let failure { throw failure }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try skipValue(depth: 1)
            fields.set(index, to: .structured)
        default:
            switch try scalar() {
            case .number(let number): fields.set(index, to: .number(number))
            case .boolean(let truth): fields.set(index, to: .boolean(truth))
            case .null: fields.set(index, to: .missing)
            }
        }
    }

    /// Reads an id and where its JSON text stands; `nil` for a value that cannot be one.
    mutating func eventID() throws(JSONError) -> (EventID, Range<Int>)? {
        let start = position
        if current == UInt8(ascii: "\"") {
            var text: [UInt8] = []
            try string(appendingTo: &text)
            return EventID(String(decoding: text, as: UTF8.self)).map { ($0, start..<position) }
        }
        try skipValue(depth: 1)
        let token = bytes[start..<position]
        let digits = token.first == UInt8(ascii: "-") ? token.dropFirst() : token
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return EventID(String(decoding: token, as: UTF8.self)).map { ($0, start..<position) }
    }

    /// Reads a time: ISO 8601 text or seconds since 1970.
    mutating func timestamp() throws(JSONError) -> TimeMember {
        switch current {
        case UInt8(ascii: "\""):
            var text: [UInt8] = []
            try string(appendingTo: &text)
            return ISO8601.timestamp(text).map { .value($0) } ?? .invalid
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try skipValue(depth: 1)
            return .invalid
        default:
            switch try scalar() {
            case .null: return .absent
            case .boolean: return .invalid
            case .number(let seconds): return Timestamp(secondsSince1970: seconds).map { .value($0) } ?? .invalid
            }
        }
    }

    /// Reads a number; `nil` for a value of another kind.
    mutating func finiteNumber() throws(JSONError) -> Double? {
        guard let byte = current, byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) || isWordOfNumbers(byte)
        else {
            try skipValue(depth: 1)
            return nil
        }
        return try number()
    }

    // `NaN` and `Infinity` are read as numbers so that they are refused under their own code.
    private func isWordOfNumbers(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "N") || byte == UInt8(ascii: "I") }

    /// Reads a string; `nil` for a value of another kind.
    mutating func text() throws(JSONError) -> String? {
        guard current == UInt8(ascii: "\"") else {
            try skipValue(depth: 1)
            return nil
        }
        var buffer: [UInt8] = []
        try string(appendingTo: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }
}

extension Timestamp {
    /// The year 9999 in seconds: later instants are surely milliseconds by mistake.
    private static let latestSeconds = 253_402_300_800.0

    /// An instant by seconds since 1970; `nil` outside the years −9999 to 9999.
    public init?(secondsSince1970 seconds: Double) {
        guard seconds.magnitude < Timestamp.latestSeconds else { return nil }
        self.init(microseconds: Int64((seconds * 1_000_000).rounded()))
    }
}
