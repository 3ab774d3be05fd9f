// The path that expects a client's order against the one that expects nothing, and both against Foundation.

import Foundation
import ScoringRecords
import Testing
import WireFormat

@Suite("Decoding events in the expected order")
struct InOrderDecodingTests {
    /// What a decoder makes of a record, texts as strings.
    private enum Decoded: Equatable {
        case item(IntakeItem, [Field])
        case refused(IntakeError)

        enum Field: Equatable {
            case text(String)
            case other(FieldValue)
        }
    }

    private func decode(
        _ bytes: [UInt8], range: Range<Int>, with decoder: inout IntakeDecoder, inGeneral: Bool = false
    ) -> Decoded {
        do {
            let item =
                try inGeneral
                ? decoder.decodeInGeneral(bytes, range: range) : decoder.decode(bytes, range: range)
            let fields = decoder.fields
            return .item(
                item,
                fields.values.indices.map { index in fields.string(index).map { .text($0) } ?? .other(fields[index]) })
        } catch { return .refused(error) }
    }

    @Test("random events, plain, unusual and damaged, give what the general path gives: values, errors, positions")
    func agreesWithGeneralPath() {
        var random = SeededGenerator()
        for schema in RandomEvents.schemas {
            let intake = IntakeSchema(event: schema, heads: [IntakeHead(name: "click")])
            var decoder = IntakeDecoder(schema: intake)
            var general = IntakeDecoder(schema: intake)
            var client = RandomEvents(schema: schema, &random)
            var refused = 0
            for round in 0..<8_000 {
                if random.chance(0.02) { client = RandomEvents(schema: schema, &random) }
                var record = client.event(oddity: round % 3 == 0 ? 0.15 : 0.005, &random)
                if random.chance(0.2) { RandomEvents.damage(&record, &random) }
                // The record need not be all of the message, nor begin it.
                let before = random.bytes(random.below(20))
                let bytes = before + record + random.bytes(random.below(20))
                let range = before.count..<(before.count + record.count)
                let ours = decode(bytes, range: range, with: &decoder)
                #expect(
                    ours == decode(bytes, range: range, with: &general, inGeneral: true),
                    "\(String(decoding: record, as: UTF8.self))")
                if case .refused = ours { refused += 1 }
            }
            // Both outcomes were tried, and both paths taken.
            #expect(refused > 200)
            #expect((3_000..<7_000).contains(decoder.inOrderCount), "\(decoder.inOrderCount) of \(schema.fields)")
            #expect(general.inOrderCount == 0)
        }
    }

    @Test("an event that is a whole message is the one record that splitting finds, decoded")
    func wholeMessages() throws {
        var random = SeededGenerator()
        for schema in RandomEvents.schemas {
            let intake = IntakeSchema(event: schema, heads: [IntakeHead(name: "click")])
            var alone = IntakeDecoder(schema: intake)
            var decoder = IntakeDecoder(schema: intake)
            var client = RandomEvents(schema: schema, &random)
            var found = 0
            for round in 0..<4_000 {
                if random.chance(0.02) { client = RandomEvents(schema: schema, &random) }
                var message = client.event(oddity: round % 3 == 0 ? 0.15 : 0.005, &random)
                if random.chance(0.1) { RandomEvents.damage(&message, &random) }
                if random.chance(0.2) { message = Array(" \n".utf8) + message + Array("\r\n\n".utf8) }
                if random.chance(0.1) { message += Array("\n".utf8) + client.event(oddity: 0, &random) }
                guard let event = alone.eventAlone(message) else { continue }
                found += 1
                guard case .single(let range) = try IntakeMessage.split(message) else {
                    Issue.record("several records: \(String(decoding: message, as: UTF8.self))")
                    continue
                }
                #expect(try decoder.decode(message, range: range) == event)
                #expect(
                    decoder.fields.values.indices.allSatisfy { decoder.fields.string($0) == alone.fields.string($0) })
            }
            #expect((1_000..<3_900).contains(found), "\(found) of \(schema.fields)")
        }
    }

    @Test("what is decoded is what Foundation reads")
    func agreesWithFoundation() throws {
        var random = SeededGenerator()
        let schema = RandomEvents.schemas[0]
        var decoder = IntakeDecoder(schema: IntakeSchema(event: schema, heads: [IntakeHead(name: "click")]))
        var client = RandomEvents(schema: schema, &random)
        var compared = 0
        for _ in 0..<5_000 {
            if random.chance(0.02) { client = RandomEvents(schema: schema, &random) }
            let record = client.event(oddity: 0.02, &random)
            let text = String(decoding: record, as: UTF8.self)
            guard case .item = decode(record, range: 0..<record.count, with: &decoder) else { continue }
            // Foundation refuses numbers that no Double holds in members that do not matter, too.
            guard let theirs = try? JSONSerialization.jsonObject(with: Data(record)) as? [String: Any] else { continue }
            for (index, name) in schema.fields.enumerated() {
                #expect(agrees(decoder.fields, index, theirs[name]), "\(name) of \(text)")
            }
            compared += 1
        }
        #expect(compared > 3_000)
        #expect(decoder.inOrderCount > 3_000)
    }

    private func agrees(_ fields: FieldValues, _ index: Int, _ theirs: Any?) -> Bool {
        switch fields[index] {
        case .missing: theirs == nil || theirs is NSNull
        case .text: fields.string(index) == theirs as? String
        case .boolean(let truth): theirs as? Bool == truth
        // Foundation rounds numbers of many digits twice; bits are compared with strtod elsewhere.
        case .number(let number):
            (theirs as? NSNumber).map { abs($0.doubleValue - number) <= 1e-14 * number.magnitude } ?? false
        case .structured: theirs is [Any] || theirs is [String: Any]
        }
    }

    @Test("every short number is what strtod makes of its text, bit for bit")
    func numbers() throws {
        var random = SeededGenerator()
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        for _ in 0..<50_000 {
            func digits(_ count: Int) -> String { String((0..<count).map { _ in random.pick(Array("0123456789")) }) }
            var text = random.chance(0.3) ? "-" : ""
            text += random.chance(0.2) ? "0" : "\(1 + random.below(9))\(digits(random.below(17)))"
            if random.chance(0.6) { text += "." + digits(1 + random.below(17)) }
            if random.chance(0.1) { text += random.pick(["e3", "E-7", "e+2"]) }
            _ = try decoder.decode("{\"id\":1,\"amount\":\(text),\"country\":\"x\"}")
            guard case .number(let number) = decoder.fields[0] else {
                Issue.record("\(text) is no number")
                continue
            }
            #expect(number.bitPattern == strtod(text, nil).bitPattern, "\(text)")
        }
        #expect(decoder.inOrderCount == 50_000)
    }

    @Test("a client's own order is expected from its second event on, with blanks, missing and unknown members")
    func learnsAnOrder() throws {
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        for text in [
            "{\"card\": \"a\", \"note\": {\"x\": [1]}, \"amount\": 5, \"id\": \"e1\"}",
            "{ \"note\" : \"é\", \"amount\":17 ,\"card\":\"K\u{F6}ln\",\"id\":12,\"country\":null,\n\"time\":5}",
        ] {
            for count in 1...3 {
                let before = decoder.inOrderCount
                _ = try decoder.decode(text)
                #expect(decoder.inOrderCount == before + 1, "\(count): \(text)")
            }
        }
        #expect(decoder.fields.string(2) == "K\u{F6}ln")
        #expect(decoder.fields[0] == .number(17) && decoder.fields[1] == .missing)
    }

    @Test(
        "names that JSON text cannot equal, or that mean two members, are read by the general path",
        arguments: [["a\"b", "c"], ["a\\b", "c"], ["a\nb", "c"], ["id", "c"], ["time", "c"]])
    func unusualNames(fields: [String]) throws {
        let schema = EventSchema(idField: "id", timeField: "time", fields: fields)
        var decoder = IntakeDecoder(schema: IntakeSchema(event: schema, heads: []))
        _ = try decoder.decode("{\"id\":1,\"a\\\"b\":1,\"a\\\\b\":1,\"a\\nb\":1,\"c\":2}")
        #expect(decoder.inOrderCount == 0)
        #expect(decoder.fields[1] == .number(2))
        #expect(decoder.fields[0] == (fields[0] == "id" || fields[0] == "time" ? .missing : .number(1)))
    }

    @Test(
        "what stood between two values is known again only where it may stand",
        arguments: [
            // A brace that began an event does not separate members, and a comma does not begin one.
            ["{\"amount\":1,\"id\":1}", "{\"id\":2{\"amount\":1}", "{\"id\":2,\"amount\":1}"],
            ["{\"id\":2,\"amount\":1}", ",\"amount\":1,\"id\":2}", "{\"amount\":1,\"id\":2}"],
            // An escaped name was decoded in its place: what is left there then is another name.
            ["{\"id\":1,\"\\u0061mount\":1}", "{\"id\":1,\"amountmount\":2}", "{\"id\":1,\"amount\":3}"],
            // A text, none, and a number in one place.
            [
                "{\"id\":1,\"amount\":\"a\"}", "{\"id\":1,\"amount\":null}", "{\"id\":1,\"amount\":7}",
                "{\"id\":1,\"amount\":\"7\"}",
            ],
            ["{\"id\":1,\"amount\":1}", "{\"id\":1,\"amount\":1,\"amount\":1}", "{\"id\":1,\"amount\":1"],
        ])
    func gaps(records: [String]) {
        let intake = IntakeSchema(
            event: EventSchema(idField: "id", timeField: nil, fields: ["amount", "country"]), heads: [])
        var decoder = IntakeDecoder(schema: intake)
        var general = IntakeDecoder(schema: intake)
        // Each after each: what is learned of one must not mislead another.
        for record in records + records + records.reversed() {
            let bytes = Array(record.utf8)
            #expect(
                decode(bytes, range: bytes.indices, with: &decoder)
                    == decode(bytes, range: bytes.indices, with: &general, inGeneral: true), "\(record)")
        }
    }

    @Test("texts of every length are read alike, whatever length was expected")
    func textLengths() {
        var random = SeededGenerator()
        let intake = IntakeSchema(
            event: EventSchema(idField: "id", timeField: nil, fields: ["a", "a_name_of_more_than_sixteen", "b"]),
            heads: [])
        var decoder = IntakeDecoder(schema: intake)
        var general = IntakeDecoder(schema: intake)
        for _ in 0..<5_000 {
            let texts = (0..<3).map { _ in
                var text = Array(repeating: UInt8(ascii: "x"), count: random.below(50))
                if !text.isEmpty, random.chance(0.1) {
                    text[random.below(text.count)] = random.pick(Array("\"\\\n\u{7F}\u{E9}".utf8))
                }
                return text
            }
            let record =
                Array("{\"id\":1,\"a\":\"".utf8) + texts[0] + Array("\",\"a_name_of_more_than_sixteen\":\"".utf8)
                + texts[1]
                + Array("\",\"b\":\"".utf8) + texts[2] + Array("\"}".utf8)
            #expect(
                decode(record, range: record.indices, with: &decoder)
                    == decode(record, range: record.indices, with: &general, inGeneral: true))
        }
        #expect(decoder.inOrderCount > 3_000)
    }

    @Test("a decoder that was copied expects for itself")
    func copies() throws {
        var first = IntakeDecoder(schema: WireSchemas.clicks)
        _ = try first.decode("{\"id\":1,\"campaign\":\"long text of a campaign\"}")
        var second = first
        _ = try second.decode("{\"campaign\":\"b\",\"id\":2}")
        _ = try first.decode("{\"id\":3,\"campaign\":\"long text of a campaign\"}")
        #expect(first.fields.string(0) == "long text of a campaign")
        #expect(second.fields.string(0) == "b")
    }
}
