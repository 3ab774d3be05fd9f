// Lengths of time as people write them: 250ms, 30s, 1h30m, 7d. Not ISO 8601's PT1H30M, which nobody reads aloud.

public import ScoringRecords

/// Reads and writes spans of time as text.
public enum DurationText {
    // Largest first: the order in which a sum must name them.
    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1),
    ]

    /// The span that `text` names: whole numbers with a unit, each unit at most once and the largest first.
    ///
    /// Units are `d` (86,400 s), `h`, `m`, `s`, `ms`, `us`. There is no sign: every duration of a configuration is ≥ 0.
    ///
    /// - Throws: `SettingError` for any other text, and beyond 100 years.
    public static func span(_ text: String) throws(SettingError) -> TimeSpan {
        let remedy = "write a whole number with its unit, such as 250ms, 30s, 5m, 12h or 7d, or a sum such as 1h30m"
        var rest = text[...]
        var remaining = units[...]
        var total: Int64 = 0
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[name.endIndex...]
            guard !digits.isEmpty, let index = remaining.firstIndex(where: { $0.name == name }) else {
                throw SettingError("'\(text)' is no duration", remedy: remedy)
            }
            remaining = remaining[(index + 1)...]
            let (part, isTooLarge) = (Int64(digits) ?? .max).multipliedReportingOverflow(by: units[index].microseconds)
            // Neither summand exceeds a limit of 2⁵², so the sum cannot overflow.
            let limit = ConfigurationLimits.duration.microseconds
            guard !isTooLarge, part <= limit, total + part <= limit else {
                throw SettingError("'\(text)' is longer than 36500d", remedy: "choose a duration below 100 years")
            }
            total += part
        } while !rest.isEmpty
        return TimeSpan(microseconds: total)
    }

    /// The text that `span` reads back: `1h30m`, `0s`. A negative span has a minus sign in front, which it does not read.
    public static func text(_ span: TimeSpan) -> String {
        var rest = span.microseconds.magnitude
        if rest == 0 { return "0s" }
        var text = span < .zero ? "-" : ""
        for unit in units {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: unit.microseconds.magnitude)
            if count > 0 { text += "\(count)\(unit.name)" }
            rest = remainder
        }
        return text
    }
}
