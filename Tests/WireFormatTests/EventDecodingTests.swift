// From an event's JSON to its id, time and fields: order, unknown and repeated members, nulls, and every refusal.

import ScoringRecords
import Testing
import WireFormat

@Suite("Decoding an event")
struct EventDecodingTests {
    private func decoded(_ text: String) throws -> (id: String, time: Int64?, fields: [FieldValue]) {
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        guard case .event(let id, _, let time) = try decoder.decode(text) else {
            throw IntakeError(reason: .notAnObject, message: "no event")
        }
        return (id.text, time?.microseconds, decoder.fields.values)
    }

    @Test("the order of members does not matter")
    func order() throws {
        var random = SeededGenerator()
        var members = [
            "\"id\":\"a\"", "\"time\":\"2024-02-29T12:00:00Z\"", "\"amount\":-2.5", "\"country\":null", "\"card\":true",
            "\"extra\":[1,{\"amount\":7}]",
        ]
        for _ in 0..<100 {
            members.shuffle(using: &random)
            let event = try decoded("{" + members.joined(separator: ",") + "}")
            #expect(event.id == "a")
            #expect(event.time == 1_709_208_000_000_000)
            #expect(event.fields == [.number(-2.5), .missing, .boolean(true)])
        }
    }

    @Test("members outside the schema are skipped, even repeated or beyond double precision")
    func unknownMembers() throws {
        let event = try decoded(
            "{\"x\":1e999,\"x\":{\"id\":2},\"id\":\"a\",\"country\":\"D\\u0045\",\"y\":\"\\u0000\"}")
        #expect(event.fields[1] == .text(0..<2))
        #expect(event.fields[0] == .missing && event.fields[2] == .missing)
    }

    @Test("an event's text is decoded, and a second event sees nothing of the first")
    func reuse() throws {
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        _ = try decoder.decode("{\"id\":1,\"country\":\"DE\",\"card\":\"a\\nb\"}")
        #expect(decoder.fields.string(1) == "DE")
        #expect(decoder.fields.string(2) == "a\nb")
        _ = try decoder.decode("{\"id\":2,\"card\":[1]}")
        #expect(decoder.fields.values == [.missing, .missing, .structured])
    }

    @Test("null is the same as leaving a member out, for fields and for the time")
    func nulls() throws {
        let given = try decoded("{\"id\":\"a\",\"amount\":null,\"country\":null,\"card\":null,\"time\":null}")
        let left = try decoded("{\"id\":\"a\"}")
        #expect(given.fields == left.fields)
        #expect(given.time == nil && left.time == nil)
    }

    @Test(
        "an integer and the string with its digits are one id", arguments: ["7", "-7", "0", "12345678901234567890123"])
    func integerIDs(digits: String) throws {
        #expect(try decoded("{\"id\":\(digits)}").id == digits)
        #expect(try decoded("{\"id\":\"\(digits)\"}").id == digits)
    }

    @Test("the id is echoed as it was written")
    func rawID() throws {
        let text = "{\"card\":1,\"id\": \"\\u0061\" }"
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        guard case .event(let id, let raw, _) = try decoder.decode(text) else {
            Issue.record("no event")
            return
        }
        #expect(id.text == "a")
        #expect(String(decoding: Array(text.utf8)[raw], as: UTF8.self) == "\"\\u0061\"")
    }

    @Test("a time is ISO 8601 text or seconds since 1970, to the microsecond")
    func times() throws {
        let cases: [(String, Int64)] = [
            ("\"1970-01-01\"", 0), ("0", 0), ("1.5", 1_500_000), ("-1", -1_000_000), ("1e9", 1_000_000_000_000_000),
            ("0.000001", 1), ("-0.0000004", 0), ("\"2001-09-09T01:46:40Z\"", 1_000_000_000_000_000),
            ("\"2001-09-09T03:46:40.000001+02:00\"", 1_000_000_000_000_001), ("253402300799", 253_402_300_799_000_000),
        ]
        for (text, microseconds) in cases {
            #expect(try decoded("{\"id\":1,\"time\":\(text)}").time == microseconds, "\(text)")
        }
    }

    @Test("where the schema has no time, a member of that name is nothing special")
    func withoutTimes() throws {
        var decoder = IntakeDecoder(schema: WireSchemas.clicks)
        guard case .event(_, _, let time) = try decoder.decode("{\"id\":1,\"time\":\"never\"}") else {
            Issue.record("no event")
            return
        }
        #expect(time == nil)
    }

    static let longID = String(repeating: "x", count: EventID.maximumBytes + 1)
    static let longText = String(repeating: "x", count: Limits.textBytes + 1)

    // The text, the reason, and the id as it must be echoed.
    static let refusals: [(String, RejectionReason, String?)] = [
        ("[1]", .notAnObject, nil), ("3", .notAnObject, nil), ("\"a\"", .notAnObject, nil), ("[1", .malformedJSON, nil),
        ("{\"id\":7", .malformedJSON, "7"), ("{\"id\":7,}", .malformedJSON, "7"), ("{\"id\":7} x", .malformedJSON, "7"),
        ("{\"amount\":01,\"id\":7}", .malformedJSON, nil), ("{\"amount\":1}", .missingID, nil),
        ("{}", .missingID, nil), ("{\"id\":\"\"}", .invalidID, nil), ("{\"id\":1.5}", .invalidID, nil),
        ("{\"id\":1e3}", .invalidID, nil), ("{\"id\":null}", .invalidID, nil), ("{\"id\":true}", .invalidID, nil),
        ("{\"id\":[1]}", .invalidID, nil), ("{\"id\":\"a\\u0001\"}", .invalidID, nil),
        ("{\"id\":\"\(longID)\"}", .invalidID, nil), ("{\"id\":1,\"id\":2}", .duplicateKey, "2"),
        ("{\"amount\":1,\"amount\":1,\"id\":7}", .duplicateKey, "7"),
        ("{\"time\":1,\"time\":1,\"id\":7}", .duplicateKey, "7"),
        ("{\"amount\":1,\"id\":7,\"amount\":null}", .duplicateKey, "7"),
        ("{\"time\":\"yesterday\",\"id\":7}", .invalidTime, "7"), ("{\"time\":true,\"id\":7}", .invalidTime, "7"),
        ("{\"time\":1e15,\"id\":7}", .invalidTime, "7"), ("{\"time\":{},\"id\":7}", .invalidTime, "7"),
        ("{\"time\":\"2023-02-29\",\"id\":7}", .invalidTime, "7"),
        ("{\"amount\":1e999,\"id\":7}", .numberNotFinite, "7"), ("{\"amount\":NaN,\"id\":7}", .numberNotFinite, "7"),
        ("{\"id\":7,\"amount\":-Infinity}", .numberNotFinite, "7"), ("{\"time\":NaN,\"id\":7}", .numberNotFinite, "7"),
        ("{\"other\":NaN,\"id\":7}", .numberNotFinite, "7"), ("{\"other\":[NaN],\"id\":7}", .numberNotFinite, nil),
        ("{\"amount\":NaN,\"id\":7", .malformedJSON, "7"),
        ("{\"country\":\"\(longText)\",\"id\":7}", .textTooLong, "7"),
    ]

    @Test("each refusal has its code, and echoes the id where one was found", arguments: refusals)
    func refuses(text: String, reason: RejectionReason, id: String?) {
        let found = refusal(of: text)
        #expect(found.reason == reason)
        #expect(found.id == id)
    }

    @Test("the first fault of a record is the one reported")
    func firstFault() {
        #expect(refusal(of: "{\"time\":\"x\",\"amount\":1,\"amount\":2,\"id\":7}").reason == .invalidTime)
        #expect(refusal(of: "{\"amount\":1,\"amount\":2,\"time\":\"x\",\"id\":7}").reason == .duplicateKey)
    }

    @Test(
        "an event nests to the limit and not beyond, in known and unknown members alike", arguments: ["card", "other"])
    func nesting(member: String) {
        func event(_ depth: Int) -> String {
            let opened = String(repeating: "[", count: depth - 1)
            return "{\"id\":7,\"\(member)\":\(opened)1\(String(repeating: "]", count: depth - 1))}"
        }
        #expect(refusal(of: event(Limits.jsonDepth)).reason == nil)
        #expect(refusal(of: event(Limits.jsonDepth + 1)).reason == .nestedTooDeep)
        #expect(refusal(of: event(Limits.jsonDepth + 1)).id == "7")
    }

    @Test("ids and texts are taken at their greatest length")
    func lengths() throws {
        let id = String(repeating: "x", count: EventID.maximumBytes)
        let text = String(repeating: "é", count: Limits.textBytes / 2)
        #expect(try decoded("{\"id\":\"\(id)\",\"country\":\"\(text)\"}").id == id)
    }

    @Test("an event whose field is called label is still an event")
    func labelField() throws {
        var decoder = IntakeDecoder(
            schema: IntakeSchema(
                event: EventSchema(idField: "id", timeField: nil, fields: ["label"]), heads: [IntakeHead(name: "click")]
            ))
        guard case .event = try decoder.decode("{\"label\":\"red\",\"id\":1}") else {
            Issue.record("no event")
            return
        }
        #expect(decoder.fields.string(0) == "red")
    }
}
