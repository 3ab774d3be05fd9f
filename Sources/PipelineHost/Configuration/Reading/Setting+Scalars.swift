// Scalars read by their text, not by YAML's guess at their type: a column may be called `no`, `1e3` or `2024-01-01`.

import ScoringRecords
import Yams

extension Setting {
    /// A text of 1 to `maximumBytes` bytes without control characters.
    func text(maximumBytes: Int = ConfigurationLimits.nameBytes) -> String? {
        guard case .scalar(let scalar) = node, !isNull else {
            refuse("expected a text, found \(found)", remedy: "write a name")
            return nil
        }
        let text = scalar.string
        guard (1...maximumBytes).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            refuse(
                "\(found) does not have 1 to \(maximumBytes) bytes, or holds a control character",
                remedy: "write a shorter, printable name")
            return nil
        }
        return text
    }

    /// A finite number.
    func number() -> Double? {
        let characters = "0123456789+-.eE"
        if let text = plainText, text.allSatisfy(characters.contains), let value = Double(text), value.isFinite {
            return value
        }
        refuse("expected a number, found \(found)", remedy: "write a number without quotes, such as 0.5")
        return nil
    }

    /// A number in `range`.
    func number(in range: ClosedRange<Double>) -> Double? {
        guard let value = number() else { return nil }
        guard range.contains(value) else {
            refuseRange(shortText(of: range.lowerBound), shortText(of: range.upperBound))
            return nil
        }
        return value
    }

    /// A number strictly between 0 and 1.
    func share() -> Double? {
        guard let value = number() else { return nil }
        guard value > 0, value < 1 else {
            refuse("\(plainText ?? "") does not lie strictly between 0 and 1", remedy: "write a share such as 0.25")
            return nil
        }
        return value
    }

    /// A whole number in `range`; underscores between the digits are allowed, as in `1_000_000`.
    func integer(in range: ClosedRange<Int>) -> Int? {
        guard let text = plainText, let value = Int(text.replacing("_", with: "")), !text.hasPrefix("_") else {
            refuse("expected a whole number, found \(found)", remedy: "write a whole number without quotes")
            return nil
        }
        guard range.contains(value) else {
            refuseRange("\(range.lowerBound)", "\(range.upperBound)")
            return nil
        }
        return value
    }

    /// `true` or `false`; YAML 1.1's `yes` and `on` are refused, because YAML 1.2 reads them as text.
    func truth() -> Bool? {
        switch plainText {
        case "true": return true
        case "false": return false
        default:
            refuse("expected true or false, found \(found)", remedy: "write true or false")
            return nil
        }
    }

    /// A duration of at least `least`.
    func duration(atLeast least: TimeSpan = .zero) -> TimeSpan? {
        guard let text = text() else { return nil }
        guard let span = value(text, DurationText.span) else { return nil }
        guard span >= least else {
            refuse("\(text) is too short", remedy: "write at least \(DurationText.text(least))")
            return nil
        }
        return span
    }

    /// A duration in `range`.
    func duration(in range: ClosedRange<TimeSpan>) -> TimeSpan? {
        guard let span = duration() else { return nil }
        guard range.contains(span) else {
            refuseRange(DurationText.text(range.lowerBound), DurationText.text(range.upperBound), noun: "duration")
            return nil
        }
        return span
    }

    /// One of the given words.
    func choice<Value>(_ words: KeyValuePairs<String, Value>) -> Value? {
        guard let text = text() else { return nil }
        if let match = words.first(where: { $0.key == text }) { return match.value }
        let names = words.map(\.key)
        refuse(
            "'\(text)' is not one of \(names.joined(separator: ", "))",
            remedy: KeySuggestion.remedy(for: text, in: names) ?? "write \(names.joined(separator: " or "))")
        return nil
    }

    /// What `read` makes of `text`, with its error noted here.
    func value<Value>(_ text: String, _ read: (String) throws(SettingError) -> Value) -> Value? {
        do { return try read(text) } catch {
            refuse(error.message, remedy: error.remedy)
            return nil
        }
    }

    // Quoted text is text even where it looks like a number.
    private var plainText: String? {
        guard case .scalar(let scalar) = node, scalar.style == .plain, !isNull else { return nil }
        return scalar.string
    }

    private func refuseRange(_ low: String, _ high: String, noun: String = "number") {
        refuse("\(plainText ?? "") is outside \(low)…\(high)", remedy: "write a \(noun) from \(low) to \(high)")
    }
}

/// The number without the `.0` of a whole one.
func shortText(of number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
