// One message, three shapes: where its records begin and end, and what is refused as a whole.

import ScoringRecords
import Testing
import WireFormat

@Suite("Splitting a message into records")
struct MessageSplittingTests {
    private func split(_ text: String) throws(IntakeError) -> IntakeMessage {
        try IntakeMessage.split(Array(text.utf8))
    }

    /// The records' texts, and whether the reply is one object.
    private func records(_ text: String) throws -> (isSingle: Bool, texts: [String]) {
        let bytes = Array(text.utf8)
        func cut(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        return switch try IntakeMessage.split(bytes) {
        case .single(let range): (true, [cut(range)])
        case .several(let ranges): (false, ranges.map(cut))
        }
    }

    @Test("one object is single, however it is printed")
    func single() throws {
        for text in [
            "{\"id\":1}", " {\"id\":1}\n", "{\n  \"id\": 1,\n  \"a\": {\n    \"b\": 2\n  }\n}\n",
            "{\"a\":[\n{\"b\":1},\n{\"b\":2}]}", "\r\n{}",
        ] {
            let (isSingle, texts) = try records(text)
            #expect(isSingle)
            #expect(texts.count == 1)
            #expect(texts[0].first == "{" && texts[0].last == "}")
        }
    }

    @Test("an array is several records, in order, without the blanks around them")
    func array() throws {
        let (isSingle, texts) = try records(" [ {\"id\":1} ,\n{\"id\":2}, 3 ] \n")
        #expect(!isSingle)
        #expect(texts == ["{\"id\":1}", "{\"id\":2}", "3"])
        #expect(try split("[]") == .several([]))
        #expect(try records("[{}]") == (false, ["{}"]))
    }

    @Test(
        "an array that is not well-formed is refused whole",
        arguments: ["[{},]", "[{}", "[{}] x", "[{} {}]", "[,]", "["])
    func brokenArray(text: String) {
        #expect { try split(text) } throws: { ($0 as? IntakeError)?.reason == .malformedJSON }
    }

    @Test("a number that no Double holds spoils no other record of its array")
    func hugeNumberInArray() throws {
        #expect(try records("[{\"a\":1e999},{\"a\":1}]").texts.count == 2)
    }

    @Test("lines are several records, blank ones left out, with either line end")
    func lines() throws {
        #expect(
            try records("{\"id\":1}\n\n{\"id\":2}\r\n \t\r\n{\"id\":3}").texts.map { $0.filter { $0 != "\r" } } == [
                "{\"id\":1}", "{\"id\":2}", "{\"id\":3}",
            ])
        #expect(try records("\n{\"id\":1}\n{\"id\":2}\n").texts == ["{\"id\":1}", "{\"id\":2}"])
    }

    @Test(
        "a bad line stands in its own place, wherever it is",
        arguments: [
            "{\"id\":tru}", "{\"id\":1} x", "{\"id\":1", "{\"id\"", "{", "x", "{\"id\":1}{\"id\":2}", "{\"id\":1}}",
        ])
    func badLine(line: String) throws {
        let good = "{\"id\":7}"
        for place in 0..<3 {
            var lines = [good, good]
            lines.insert(line, at: place)
            let (isSingle, texts) = try records(lines.joined(separator: "\n"))
            #expect(!isSingle)
            #expect(texts == lines)
        }
    }

    @Test("a single malformed record stays single, also when it is pretty-printed")
    func malformedSingle() throws {
        for text in [
            "{\"id\":tru}", "{\"id\":1} x", "{\n  \"id\": tru\n}", "{\n  \"id\": 1\n} x", "{\"id\":", "{\"id\":1}}",
            "x",
            "{\n  \"a\": [\n    {\"b\": tru},\n    {\"b\": 1}\n  ]\n}",
        ] {
            #expect(try records(text).isSingle, "\(text)")
        }
    }

    @Test("a message of nothing but blanks is empty", arguments: ["", " ", "\n\r\n\t"])
    func empty(text: String) {
        #expect { try split(text) } throws: { ($0 as? IntakeError)?.reason == .emptyMessage }
    }

    @Test("a message is taken at the greatest size and refused one byte beyond")
    func size() throws {
        let frame = "{\"id\":\"\"}"
        let text = "{\"id\":\"" + String(repeating: "a", count: Limits.messageBytes - frame.count) + "\"}"
        #expect(try records(text).isSingle)
        #expect { try split(text + " ") } throws: { ($0 as? IntakeError)?.reason == .messageTooLarge }
    }

    @Test("a message is taken at the greatest count of records and refused one beyond, as array and as lines")
    func count() throws {
        func repeated(_ count: Int, _ separator: String) -> String {
            Array(repeating: "{}", count: count).joined(separator: separator)
        }
        let limit = Limits.recordsPerMessage
        #expect(try records(repeated(limit, "\n")).texts.count == limit)
        #expect(try records("[" + repeated(limit, ",") + "]").texts.count == limit)
        for text in [repeated(limit + 1, "\n"), "[" + repeated(limit + 1, ",") + "]"] {
            #expect { try split(text) } throws: { ($0 as? IntakeError)?.reason == .batchTooLarge }
        }
    }

    @Test("a byte order mark is no JSON, and the record is malformed")
    func byteOrderMark() throws {
        #expect(try records("\u{FEFF}{\"id\":1}").isSingle)
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        let bytes = Array("\u{FEFF}{\"id\":1}".utf8)
        #expect { try decoder.decode(bytes, range: 0..<bytes.count) } throws: {
            ($0 as? IntakeError)?.reason == .malformedJSON
        }
    }

    @Test("no damage to a message makes splitting or decoding it trap")
    func damage() {
        var random = SeededGenerator()
        let message = Array("{\"id\":1,\"amount\":2.5}\n{\"label\":{\"id\":1,\"value\":1}}\n[{\"id\":\"é\"}]".utf8)
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        for _ in 0..<20_000 {
            var bytes = message
            for _ in 0...random.below(4) {
                bytes[random.below(bytes.count)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(random.below(bytes.count))
            switch try? IntakeMessage.split(bytes) {
            case .single(let range): _ = try? decoder.decode(bytes, range: range)
            case .several(let ranges): for range in ranges { _ = try? decoder.decode(bytes, range: range) }
            case nil: break
            }
        }
    }

    @Test("a lock-step message is told by its first key alone")
    func batchKey() {
        func isBatch(_ text: String) -> Bool { IntakeMessage.firstKeyIsBatch(Array(text.utf8), 0..<text.utf8.count) }
        for text in ["{\"batch\":{}}", " {\n \"batch\" : 1}", "{\"batch\""] { #expect(isBatch(text)) }
        for text in ["", "{", "[{\"batch\":1}]", "{\"batches\":1}", "{\"batch", "{\"id\":1,\"batch\":{}}", "\"batch\""]
        {
            #expect(!isBatch(text))
        }
    }
}
