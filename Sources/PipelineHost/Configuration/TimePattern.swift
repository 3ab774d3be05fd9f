// Dates as recordings write them, by a pattern in the manner of strptime. Not strptime itself, which depends on the
// locale, skips white space and accepts February 31st.

public import ScoringRecords
import WireFormat

/// A pattern of `%Y %m %d %H %M %S`, `%%` and literal text; times are UTC.
///
///     let pattern = try TimePattern("%m/%d/%Y")
///     pattern.timestamp("7/4/2015".utf8)   // 2015-07-04T00:00:00Z
///
/// `%Y` takes four digits, the others one or two, but exactly two where no literal separates them from a neighbour. Literal
/// text matches byte for byte. The date is required; `%M` needs `%H` and `%S` needs `%M`; what is left out is zero.
public struct TimePattern: Hashable, Sendable {
    /// The pattern as it was written.
    public let text: String

    private enum Piece: Hashable, Sendable {
        case literal(UInt8)
        case digits(Field, isAdjacent: Bool)
    }

    /// A part of an instant. The raw value is the place of its last digit in `template`.
    private enum Field: Int, Sendable {
        case year = 3
        case month = 6
        case day = 9
        case hour = 12
        case minute = 15
        case second = 18
    }

    // The fields are written over these zeros, and ISO8601 judges the result: the calendar has one place.
    private static let template = Array("0000-00-00T00:00:00".utf8)

    private let pieces: [Piece]

    /// Reads a pattern.
    ///
    /// - Throws: `SettingError` for an unknown or repeated directive, and for a pattern that leaves the instant open.
    public init(_ text: String) throws(SettingError) {
        let tokens = try TimePattern.tokens(text)
        var fields: [Field] = []
        for case .digits(let field, _) in tokens {
            guard !fields.contains(field) else {
                throw SettingError("the pattern '\(text)' names a part twice", remedy: "name each part once")
            }
            fields.append(field)
        }
        let isComplete = [Field.year, .month, .day].allSatisfy(fields.contains)
        let isNested =
            (fields.contains(.hour) || !fields.contains(.minute))
            && (fields.contains(.minute) || !fields.contains(.second))
        guard isComplete, isNested else {
            throw SettingError(
                "the pattern '\(text)' leaves the instant open",
                remedy: "name %Y, %m and %d, and a smaller part only with the larger ones, as in %Y-%m-%d %H:%M:%S")
        }
        self.text = text
        pieces = tokens.indices.map { index in
            guard case .digits(let field, _) = tokens[index] else { return tokens[index] }
            let neighbours = [index - 1, index + 1].filter(tokens.indices.contains)
            let isAdjacent = neighbours.contains { if case .digits = tokens[$0] { true } else { false } }
            return .digits(field, isAdjacent: isAdjacent)
        }
    }

    /// The instant `text` names, or `nil` where it does not match to its end or names no day of the calendar.
    public func timestamp(_ text: some Collection<UInt8>) -> Timestamp? {
        var rest = text[...]
        var instant = TimePattern.template
        for piece in pieces {
            switch piece {
            case .literal(let byte):
                guard rest.popFirst() == byte else { return nil }
            case .digits(let field, let isAdjacent):
                let most = field == .year ? 4 : 2
                let digits = rest.prefix(most).prefix { (0x30...0x39).contains($0) }
                guard digits.count == most || (digits.count == 1 && most == 2 && !isAdjacent) else { return nil }
                let end = field.rawValue + 1
                instant.replaceSubrange(end - digits.count..<end, with: digits)
                rest = rest.dropFirst(digits.count)
            }
        }
        return rest.isEmpty ? ISO8601.timestamp(instant) : nil
    }

    private static func tokens(_ text: String) throws(SettingError) -> [Piece] {
        var tokens: [Piece] = []
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                tokens.append(.literal(byte))
                continue
            }
            switch bytes.popFirst() {
            case UInt8(ascii: "Y"): tokens.append(.digits(.year, isAdjacent: false))
            case UInt8(ascii: "m"): tokens.append(.digits(.month, isAdjacent: false))
            case UInt8(ascii: "d"): tokens.append(.digits(.day, isAdjacent: false))
            case UInt8(ascii: "H"): tokens.append(.digits(.hour, isAdjacent: false))
            case UInt8(ascii: "M"): tokens.append(.digits(.minute, isAdjacent: false))
            case UInt8(ascii: "S"): tokens.append(.digits(.second, isAdjacent: false))
            case UInt8(ascii: "%"): tokens.append(.literal(UInt8(ascii: "%")))
            default:
                throw SettingError(
                    "the pattern '\(text)' has an unknown directive",
                    remedy: "use %Y, %m, %d, %H, %M, %S, and %% for a percent sign")
            }
        }
        return tokens
    }
}
