// A strict RFC 8259 pull scanner over one message. It builds no tree: callers ask for what they expect next and skip
// the rest. Every position is bounds-checked, every loop ends, every failure is a value.

public import ScoringRecords

/// Why JSON text was refused, and at which byte.
public struct JSONError: Error, Hashable, Sendable {
    /// The counted reason: malformed, too deep, a duplicate key, a number that is not finite.
    public let reason: RejectionReason
    /// The byte offset in the message, counted from 0.
    public let offset: Int
    /// What was wrong, in words, without the offending text.
    public let detail: String
}

/// A cursor over a range of a message.
public struct JSONScanner: Sendable {
    /// The message; shared, never copied.
    public let bytes: [UInt8]
    /// Where the scanner stands.
    public internal(set) var position: Int
    /// Where its range ends.
    public let end: Int

    /// Scans `range` of `bytes`.
    public init(_ bytes: [UInt8], range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range outside the message")
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The byte at the cursor, or `nil` at the end.
    @inlinable public var current: UInt8? { position < end ? bytes[position] : nil }

    /// Moves past blanks, tabs and line ends.
    public mutating func skipWhitespace() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    func malformed(_ detail: String) -> JSONError {
        JSONError(reason: .malformedJSON, offset: position, detail: detail)
    }

    /// Moves past `byte`, which must be next.
    public mutating func expect(_ byte: UInt8, _ what: String) throws(JSONError) {
        guard current == byte else { throw malformed("expected \(what)") }
        position += 1
    }

    /// Moves past `byte` if it is next.
    public mutating func accept(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func literal(_ text: StaticString) throws(JSONError) {
        let count = text.utf8CodeUnitCount
        guard end - position >= count else { throw malformed("truncated literal") }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] {
            throw malformed("unknown literal")
        }
        position += count
    }

    /// Moves past one value of any kind. A number need only be well-formed: 1e999 is JSON, though no `Double`.
    ///
    /// - Parameter depth: how many brackets are open around the value.
    /// - Throws: malformed JSON, or nesting beyond `Limits.jsonDepth`.
    public mutating func skipValue(depth: Int = 0) throws(JSONError) {
        skipWhitespace()
        switch current {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < Limits.jsonDepth else {
                let detail = "nested deeper than \(Limits.jsonDepth)"
                throw JSONError(reason: .nestedTooDeep, offset: position, detail: detail)
            }
            try skipBrackets(depth: depth)
        case UInt8(ascii: "\""):
            try skipString()
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"), nil:
            _ = try scalar()
        default:
            _ = try numberText()
        }
    }

    private mutating func skipBrackets(depth: Int) throws(JSONError) {
        switch current {
        case UInt8(ascii: "{"):
            position += 1
            skipWhitespace()
            if accept(UInt8(ascii: "}")) { return }
            repeat {
                skipWhitespace()
                try skipString()
                skipWhitespace()
                try expect(UInt8(ascii: ":"), "':'")
                try skipValue(depth: depth + 1)
                skipWhitespace()
            } while accept(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"), "',' or '}'")
        default:
            position += 1
            skipWhitespace()
            if accept(UInt8(ascii: "]")) { return }
            repeat {
                try skipValue(depth: depth + 1)
                skipWhitespace()
            } while accept(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"), "',' or ']'")
        }
    }

    /// A number, truth value or null at the cursor.
    enum Scalar {
        case number(Double)
        case boolean(Bool)
        case null
    }

    mutating func scalar() throws(JSONError) -> Scalar {
        switch current {
        case UInt8(ascii: "t"):
            try literal("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case nil:
            throw malformed("a value is missing")
        default:
            return .number(try number())
        }
    }
}
