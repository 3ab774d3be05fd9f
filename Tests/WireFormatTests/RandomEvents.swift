// Events as a client writes them: its own order and its own blanks, mostly plain values, now and then an odd one.

import ScoringRecords

struct RandomEvents {
    static let schemas = [
        EventSchema(idField: "id", timeField: "time", fields: ["amount", "country", "card", "c1", "c10", "c11"]),
        EventSchema(
            idField: "transaction", timeField: nil, fields: ["a", "merchant_category", "merchant_categorx", ""]),
        EventSchema(idField: "id", timeField: "label", fields: ["stra\u{DF}e", "batch", "x.y", "0"]),
    ]

    private let idField: String
    private let timeField: String?
    private var names: [String]
    private let comma: String
    private let colon: String

    init(schema: EventSchema, _ random: inout SeededGenerator) {
        idField = schema.idField
        timeField = schema.timeField
        names = [idField] + (timeField.map { [$0] } ?? []) + schema.fields
        if random.chance(0.3) { names.insert("unknown", at: random.below(names.count)) }
        if random.chance(0.5) { names.shuffle(using: &random) }
        comma = random.pick([",", ", ", " ,", ",\n  "])
        colon = random.pick([":", ": ", ":", " : "])
    }

    /// An event; every member is odd in some way with probability `oddity`.
    func event(oddity: Double, _ random: inout SeededGenerator) -> [UInt8] {
        var names = names
        if random.chance(oddity) { names.shuffle(using: &random) }
        if random.chance(oddity) { names.remove(at: random.below(names.count)) }
        if random.chance(oddity), let name = names.randomElement(using: &random) {
            names.insert(name, at: random.below(names.count))
        }
        let members = names.map { name in
            let key = random.chance(oddity / 4) ? "\"\\u\(hexadecimal(name))\(name.dropFirst())\"" : "\"\(name)\""
            return key + colon + value(of: name, oddity: oddity, &random)
        }
        return Array("{\(members.joined(separator: comma))}".utf8)
    }

    private func hexadecimal(_ name: String) -> String {
        let digits = String(name.unicodeScalars.first?.value ?? 0x61, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    private func value(of name: String, oddity: Double, _ random: inout SeededGenerator) -> String {
        if random.chance(oddity) { return odd(&random) }
        switch name {
        case idField: return random.chance(0.5) ? "\"e\(random.below(1_000_000))\"" : "\(random.below(1_000_000))"
        case timeField:
            return random.chance(0.7)
                ? "\"2026-0\(1 + random.below(9))-1\(random.below(10))T08:00:\(10 + random.below(50))Z\""
                : "\(random.below(2_000_000_000))"
        default: break
        }
        switch random.below(4) {
        case 0: return "\(random.below(1 << random.below(40)))"
        case 1: return "\(random.below(1_000)).\(random.below(1_000))"
        default: return "\"\(String((0..<random.below(20)).map { _ in random.pick(Array("abcxyz0189 -_")) }))\""
        }
    }

    private func odd(_ random: inout SeededGenerator) -> String {
        switch random.below(12) {
        case 0: random.pick(["null", "true", "false", "nul", "True", "nulll", "falsey"])
        case 1: random.pick(["[]", "{}", "[1,{\"id\":2}]", "{\"a\":[]}", "[", "{"])
        case 2: random.pick(["-0", "01", "1.", ".5", "-", "1e5", "1e999", "-1E-400", "NaN", "Infinity", "+1", "1.5.2"])
        case 3:
            random.pick(["12345678", "123456789012345", "1234567890123456", "9007199254740993", "0.30000000000000004"])
        case 4: random.pick(["\"\"", "\"\\n\"", "\"a\\\"b\"", "\"\\u0041\"", "\"\\ud800\"", "\"\\x\"", "\"tab\tin\""])
        case 5: random.pick(["\"K\u{F6}ln\"", "\"\u{20AC}\u{1D11E}\"", "\"\u{7F}\"", "\"del\u{7F}ete\""])
        case 6: "\"\(String(repeating: "x", count: random.pick([127, 128, 129, 4_095, 4_096, 4_097])))\""
        case 7: "\"\(String(repeating: "\u{E9}", count: random.pick([2_048, 2_049])))\""
        case 8: random.pick(["\"2026-01-05\"", "\"2026-02-30T00:00:00Z\"", "\"yesterday\"", "253402300800", "1e300"])
        case 9: random.pick(["", "\"open", "tru", "\u{0}", "\"\u{0}\"", "1 2", "\"a\" \"b\""])
        case 10: "\(Int64(truncatingIfNeeded: random.next()))"
        default: "\(Double(random.below(1 << 30)) / Double(1 + random.below(1_000)))"
        }
    }

    /// One to three bytes changed, taken out or put in, or the end cut off.
    static func damage(_ record: inout [UInt8], _ random: inout SeededGenerator) {
        let likely = Array("\"\\{}[]:,0123456789.eE+-tfnu \n\u{80}\u{E9}\u{0}".utf8)
        if random.chance(0.2) { record.removeLast(random.below(record.count)) }
        for _ in 0...random.below(3) {
            let place = random.below(record.count + 1)
            let byte = random.chance(0.7) ? random.pick(likely) : UInt8(truncatingIfNeeded: random.next())
            switch random.below(3) {
            case 0: record.insert(byte, at: place)
            case 1 where place < record.count: record[place] = byte
            default: if place < record.count { record.remove(at: place) }
            }
        }
    }
}
