// A drift as people write it on a command line: level@0.5=1.5, slice@0.6=2:ad_category=7, outage@0.4-0.5.

extension Drift {
    /// What the kinds look like, one of each.
    public static let examples =
        "level@0.5=1.5, slope@0.3-0.8=2, slice@0.6=2:ad_category=7, new-ads@0.5=50, outage@0.4-0.5"

    /// The drift that `text` names: `kind@from[-to][=amount[:field=value]]`. Without `to` it lasts to the end.
    ///
    /// - Throws: `SimulationError` for any other text, and as `init(_:from:until:)` does.
    public init(_ text: String) throws(SimulationError) {
        let (kind, rest) = Drift.split(text, at: "@")
        let (points, amount) = Drift.split(rest ?? "", at: "=")
        let (first, second) = Drift.split(points, at: "-")
        guard let from = Double(first), let until = second.map({ Double($0) }) ?? 1 else {
            throw Drift.unreadable(text)
        }
        self = try Drift(try Drift.change(kind, amount: amount, of: text), from: from, until: until)
    }

    private static func change(_ kind: String, amount: String?, of text: String) throws(SimulationError) -> Change {
        let (number, slice) = split(amount ?? "", at: ":")
        switch (kind, slice) {
        case ("level", nil): return .level(oddsFactor: try factor(number, of: text))
        case ("slope", nil): return .slope(oddsFactor: try factor(number, of: text))
        case ("slice", let slice?):
            let (field, value) = split(slice, at: "=")
            guard let value = value.flatMap({ Int($0) }) else { throw unreadable(text) }
            return .slice(oddsFactor: try factor(number, of: text), field: field, value: value)
        case ("new-ads", nil):
            guard let count = Int(number) else { throw unreadable(text) }
            return .newAds(count: count)
        case ("outage", nil) where amount == nil: return .outage
        default: throw unreadable(text)
        }
    }

    private static func factor(_ text: String, of whole: String) throws(SimulationError) -> Double {
        guard let factor = Double(text) else { throw unreadable(whole) }
        return factor
    }

    private static func unreadable(_ text: String) -> SimulationError {
        SimulationError("'\(text)' is no drift", remedy: "write one like \(examples)")
    }

    private static func split(_ text: String, at separator: Character) -> (String, String?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }
}
