// The canonical stream as text, as a client or a file brings it: 39 fields, about 600 bytes of JSON an event.

import ElementaryMath
import OnlineLearning
import ScoringRecords

/// Lines of events, one after the other, and where each stands.
struct TextWorkload {
    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []

    mutating func append(_ line: String) {
        let start = bytes.count
        bytes.append(contentsOf: line.utf8)
        ranges.append(start..<bytes.count)
        bytes.append(UInt8(ascii: "\n"))
    }
}

/// How a client writes an event.
enum EventWriting {
    /// Members in the schema's order, nothing to unescape.
    case inOrder
    /// Every event in another order.
    case shuffled
    /// One category with a quote in it, which must be escaped.
    case escaped
}

/// Events of the canonical stream with the texts of their fields.
struct IntakeWorkload {
    static let numbers = (1...EventShape.canonical.numbers).map { "i\($0)" }
    static let categories = (1...EventShape.canonical.categories).map { "c\($0)" }

    /// Every number as it is, every category hashed.
    static let definitions =
        numbers.map { FeatureDefinition.number(field: $0, transform: .raw, standardized: false) }
        + categories.map { .hash(field: $0) }

    /// Every number through a logarithm and standardised, every category hashed.
    static let standardizedDefinitions =
        numbers.map { FeatureDefinition.number(field: $0, transform: .log, standardized: true) }
        + categories.map { .hash(field: $0) }

    let stream: CanonicalStream
    let count: Int

    init(seed: UInt64, events: Int) {
        stream = CanonicalStream(seed: seed)
        count = events
    }

    var labels: [Float] { (0..<count).map { stream.event($0).isPositive ? 1 : 0 } }

    /// The events as JSON lines.
    func json(_ writing: EventWriting) -> TextWorkload {
        var lines = TextWorkload()
        for index in 0..<count { lines.append(json(index, writing)) }
        return lines
    }

    /// One event as a JSON object: id and time first, as a replay writes them.
    func json(_ index: Int, _ writing: EventWriting) -> String {
        let event = stream.event(index)
        var members = ["\"id\":\"\(id(index))\"", "\"time\":\"\(time(index))\""]
        for (number, name) in IntakeWorkload.numbers.enumerated() {
            members.append("\"\(name)\":\(text(event.numbers[number], of: number))")
        }
        for (category, name) in IntakeWorkload.categories.enumerated() {
            let quote = writing == .escaped && category == 12 ? "\\\"" : ""
            members.append("\"\(name)\":\"\(quote)\(text(event.ranks[category], of: category))\"")
        }
        if writing == .shuffled {
            // A permutation of its own per event: by the hash of place and event.
            members = members.enumerated()
                .map { (FeatureHash.combine(UInt64($0.offset), UInt64(index)), $0.element) }
                .sorted { $0.0 < $1.0 }.map { $0.1 }
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// The header of the CSV form.
    static let csvHeader = (["id", "time"] + numbers + categories).joined(separator: ",")

    /// One event as a CSV row.
    func csv(_ index: Int) -> String {
        let event = stream.event(index)
        return
            ([id(index), time(index)] + event.numbers.enumerated().map { text($1, of: $0) }
            + event.ranks.enumerated().map { text($1, of: $0) }).joined(separator: ",")
    }

    private func id(_ index: Int) -> String { "e\(1_000_000_000 + index)" }

    private func time(_ index: Int) -> String {
        let second = index % 86_400
        return "2026-01-05T\(padded(second / 3_600)):\(padded(second / 60 % 60)):\(padded(second % 60))Z"
    }

    // Counts and amounts: every third a whole number, log-normal; the others with two decimals, of either sign.
    private func text(_ value: Float, of number: Int) -> String {
        if number % 3 == 0 { return "\(Int(exp(3 + 1.5 * Double(value))))" }
        let hundredths = Int((Double(value) * 1_000).rounded())
        let (whole, rest) = (hundredths.magnitude / 100, Int(hundredths.magnitude % 100))
        return "\(hundredths < 0 ? "-" : "")\(whole).\(padded(rest))"
    }

    /// Eight hexadecimal digits.
    private func text(_ rank: UInt32, of category: Int) -> String {
        let digits = String(FeatureHash.combine(UInt64(category), UInt64(rank)) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
