// How a column writes its times. The calendar itself is ISO8601's.

public import ScoringRecords
import WireFormat

/// How a text names an instant. All but ISO 8601 texts with an offset are UTC.
public enum TimeFormat: Hashable, Sendable {
    /// The profile of `ISO8601`: `2013-06-24`, `2013-06-24T10:00:00.25+02:00`.
    case iso8601
    /// Seconds since 1970, with an optional sign and fraction.
    case unixSeconds
    /// Milliseconds since 1970, with an optional sign and fraction.
    case unixMilliseconds
    /// A pattern such as `%m/%d/%Y`.
    case pattern(TimePattern)

    /// The instant `text` names, or `nil`. Nothing is trimmed; fractions beyond microseconds are cut; years 0001 to 9999.
    public func timestamp(_ text: some Collection<UInt8>) -> Timestamp? {
        switch self {
        case .iso8601: ISO8601.timestamp(text)
        case .unixSeconds: TimeFormat.decimal(text, microsecondsPerUnit: 1_000_000)
        case .unixMilliseconds: TimeFormat.decimal(text, microsecondsPerUnit: 1_000)
        case .pattern(let pattern): pattern.timestamp(text)
        }
    }

    /// The instant `text` names, or `nil`, as for its UTF-8 bytes.
    public func timestamp(_ text: String) -> Timestamp? { timestamp(text.utf8) }

    // 0001-01-01T00:00:00Z to the last microsecond of 9999: what ISO8601 can print again.
    private static let years: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    private static func decimal(_ text: some Collection<UInt8>, microsecondsPerUnit: Int64) -> Timestamp? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        var whole: Int64 = 0
        var fraction: Int64 = 0
        var place: Int64?  // what a digit after the point is worth ten times
        var isAfterDigit = false
        for byte in digits {
            if byte == UInt8(ascii: "."), place == nil, isAfterDigit {
                place = microsecondsPerUnit
                isAfterDigit = false
                continue
            }
            guard (0x30...0x39).contains(byte) else { return nil }
            isAfterDigit = true
            let digit = Int64(byte - 0x30)
            if let value = place {
                place = value / 10
                fraction += digit * (value / 10)
            } else {
                whole = whole * 10 + digit
                guard whole <= years.upperBound / microsecondsPerUnit else { return nil }
            }
        }
        guard isAfterDigit else { return nil }
        // Both factors are below the last year's microseconds, so nothing overflows.
        let magnitude = whole * microsecondsPerUnit + fraction
        let microseconds = isNegative ? -magnitude : magnitude
        return years.contains(microseconds) ? Timestamp(microseconds: microseconds) : nil
    }
}

extension TimeFormat: CustomStringConvertible {
    /// The format as the configuration spells it.
    public var description: String {
        switch self {
        case .iso8601: "iso8601"
        case .unixSeconds: "unixSeconds"
        case .unixMilliseconds: "unixMilliseconds"
        case .pattern(let pattern): pattern.text
        }
    }
}
