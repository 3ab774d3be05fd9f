// From a label's JSON to what it says of an event, and every way in which a member of it can be wrong.

import ScoringRecords
import Testing
import WireFormat

@Suite("Decoding a label")
struct LabelDecodingTests {
    private func decoded(_ text: String, _ schema: IntakeSchema = WireSchemas.payments) throws -> LabelDraft? {
        var decoder = IntakeDecoder(schema: schema)
        guard case .labels(let drafts, _) = try decoder.decode(text) else { return nil }
        #expect(drafts.count == 1)
        return drafts.first
    }

    @Test("every member is taken, in any order, between blanks")
    func members() throws {
        let text =
            " { \"label\" : { \"weight\":2.5, \"time\":\"1970-01-02\", \"value\":0.25, \"head\":\"refund\", \"id\":7 } } "
        let label = try #require(try decoded(text))
        #expect(label.id.text == "7")
        #expect(label.head == 1)
        #expect(label.value == .share(0.25))
        #expect(label.time?.microseconds == 86_400_000_000)
        #expect(label.weight == 2.5)
    }

    @Test("the head may be left out where there is one, and weight and time have defaults")
    func defaults() throws {
        let label = try #require(try decoded("{\"label\":{\"id\":\"a\",\"value\":1}}", WireSchemas.clicks))
        #expect(label.head == 0)
        #expect(label.weight == 1)
        #expect(label.time == nil)
        let dated = try #require(
            try decoded("{\"label\":{\"id\":\"a\",\"value\":1,\"time\":null}}", WireSchemas.clicks))
        #expect(dated.time == nil)
    }

    @Test("members outside the label's own are skipped")
    func unknownMembers() throws {
        let text = "{\"label\":{\"note\":{\"id\":[1e999]},\"id\":\"a\",\"value\":0,\"other\":1}}"
        #expect(try decoded(text, WireSchemas.clicks)?.value == .share(0))
    }

    @Test("value and weight are taken at both ends of their ranges", arguments: ["0", "1", "-0", "1e-300"])
    func ranges(value: String) throws {
        let text = "{\"label\":{\"id\":\"a\",\"value\":\(value),\"weight\":\(value == "1" ? "1e6" : "0")}}"
        let label = try #require(try decoded(text, WireSchemas.clicks))
        #expect(label.value == .share(value == "1" ? 1 : 0))
        #expect(label.weight == (value == "1" ? 1e6 : 0))
    }

    // The inner members, the reason, and the id as it must be echoed.
    static let refusals: [(String, RejectionReason, String?)] = [
        ("\"head\":\"refund\",\"value\":1", .missingID, nil),
        ("\"id\":\"\",\"head\":\"refund\",\"value\":1", .invalidID, nil),
        ("\"id\":1.5,\"head\":\"refund\",\"value\":1", .invalidID, nil),
        ("\"value\":1,\"id\":7", .headRequired, "7"), ("\"head\":\"click\",\"value\":1,\"id\":7", .unknownHead, "7"),
        ("\"head\":1,\"value\":1,\"id\":7", .unknownHead, "7"),
        ("\"head\":null,\"value\":1,\"id\":7", .unknownHead, "7"),
        ("\"head\":\"refund\",\"id\":7", .invalidLabelValue, "7"),
        ("\"value\":-0.1,\"head\":\"refund\",\"id\":7", .invalidLabelValue, "7"),
        ("\"value\":1.01,\"head\":\"refund\",\"id\":7", .invalidLabelValue, "7"),
        ("\"value\":true,\"head\":\"refund\",\"id\":7", .invalidLabelValue, "7"),
        ("\"value\":\"1\",\"head\":\"refund\",\"id\":7", .invalidLabelValue, "7"),
        ("\"value\":null,\"head\":\"refund\",\"id\":7", .invalidLabelValue, "7"),
        ("\"value\":NaN,\"head\":\"refund\",\"id\":7", .numberNotFinite, "7"),
        ("\"value\":1e999,\"head\":\"refund\",\"id\":7", .numberNotFinite, "7"),
        ("\"value\":1,\"weight\":-1,\"head\":\"refund\",\"id\":7", .invalidWeight, "7"),
        ("\"value\":1,\"weight\":1e7,\"head\":\"refund\",\"id\":7", .invalidWeight, "7"),
        ("\"value\":1,\"weight\":\"1\",\"head\":\"refund\",\"id\":7", .invalidWeight, "7"),
        ("\"value\":1,\"weight\":Infinity,\"head\":\"refund\",\"id\":7", .numberNotFinite, "7"),
        ("\"value\":1,\"time\":\"noon\",\"head\":\"refund\",\"id\":7", .invalidTime, "7"),
        ("\"value\":1,\"time\":[],\"head\":\"refund\",\"id\":7", .invalidTime, "7"),
        ("\"value\":1,\"value\":1,\"head\":\"refund\",\"id\":7", .duplicateKey, "7"),
        ("\"head\":\"refund\",\"head\":\"refund\",\"value\":1,\"id\":7", .duplicateKey, "7"),
        ("\"id\":7,\"id\":8,\"head\":\"refund\",\"value\":1", .duplicateKey, "8"),
        ("\"weight\":1,\"weight\":1,\"value\":1,\"head\":\"refund\",\"id\":7", .duplicateKey, "7"),
        ("\"id\":7,\"head\":\"refund\",\"value\":tru", .malformedJSON, "7"),
    ]

    @Test("each wrong member has its code, and the id is echoed where one was found", arguments: refusals)
    func refuses(members: String, reason: RejectionReason, id: String?) {
        let found = refusal(of: "{\"label\":{\(members)}}")
        #expect(found.reason == reason)
        #expect(found.id == id)
    }

    private func outcomes(_ members: String, _ schema: IntakeSchema) throws -> [String] {
        var decoder = IntakeDecoder(schema: schema)
        guard case .labels(let drafts, _) = try decoder.decode("{\"label\":{\"id\":7,\(members)}}") else { return [] }
        return drafts.map { "\($0.head) \($0.value) \($0.weight)" }
    }

    @Test("a class is written by its name, also before its head")
    func classes() throws {
        let expected = ["0 category(2) 1.0"]
        #expect(try outcomes("\"head\":\"state\",\"value\":\"refund\"", WireSchemas.outcomes) == expected)
        #expect(try outcomes("\"value\":\"refund\",\"head\":\"state\"", WireSchemas.outcomes) == expected)
    }

    @Test("labels of a multi-label head come together, or one by one")
    func groups() throws {
        let both = "\"weight\":2,\"value\":{\"friendly\":1,\"stolen\":0.5}"
        #expect(
            try outcomes("\"head\":\"kind\"," + both, WireSchemas.outcomes) == [
                "2 share(1.0) 2.0", "1 share(0.5) 2.0",
            ])
        #expect(try outcomes(both, WireSchemas.labels) == ["1 share(1.0) 2.0", "0 share(0.5) 2.0"])
        #expect(
            try outcomes("\"head\":\"kind.friendly\",\"value\":1", WireSchemas.outcomes) == ["2 share(1.0) 1.0"])
    }

    static let refusedOutcomes: [(String, RejectionReason)] = [
        ("\"head\":\"state\",\"value\":\"Fraud\"", .invalidLabelValue),
        ("\"head\":\"state\",\"value\":1", .invalidLabelValue),
        ("\"head\":\"state\",\"value\":{\"none\":1}", .invalidLabelValue),
        ("\"head\":\"state\"", .invalidLabelValue),
        ("\"value\":\"none\"", .headRequired),
        ("\"head\":\"kind\",\"value\":1", .invalidLabelValue),
        ("\"head\":\"kind\",\"value\":{}", .invalidLabelValue),
        ("\"head\":\"kind\",\"value\":{\"stolen\":\"yes\"}", .invalidLabelValue),
        ("\"head\":\"kind\",\"value\":{\"stolen\":[1]}", .invalidLabelValue),
        ("\"head\":\"kind\",\"value\":{\"lost\":1}", .unknownHead),
        ("\"head\":\"kind\",\"value\":{\"stolen\":1,\"stolen\":1}", .duplicateKey),
        ("\"head\":\"kind\",\"value\":{\"stolen\":1e999}", .numberNotFinite),
        ("\"head\":\"kind.stolen\",\"value\":{\"stolen\":1}", .invalidLabelValue),
        ("\"head\":\"friendly\",\"value\":1", .unknownHead),
    ]

    @Test("an outcome that its head cannot have is refused whole, and names its id", arguments: refusedOutcomes)
    func refusesOutcome(members: String, reason: RejectionReason) {
        let found = refusal(of: "{\"label\":{\"id\":7,\(members)}}", WireSchemas.outcomes)
        #expect(found.reason == reason)
        #expect(found.id == "7")
    }

    @Test("a label is the only member of its record", arguments: [",\"id\":1}", " x}", "} x", "", "}}"])
    func envelope(ending: String) {
        let found = refusal(of: "{\"label\":{\"id\":7,\"head\":\"refund\",\"value\":1}\(ending)")
        #expect(found.reason == .malformedJSON)
        #expect(found.id == "7")
    }
}
