// Recorded JSON lines: chosen members of one object, in the order of their names.

import ScoringRecords
import Testing
import WireFormat

@Suite("Reading chosen members of recorded objects")
struct FlatObjectDecoderTests {
    private func fields(_ text: String) throws -> FieldValues {
        var decoder = FlatObjectDecoder(names: ["id", "amount", "note"])
        try decoder.decode(Array(text.utf8))
        return decoder.fields
    }

    @Test("chosen members are read in the order of the names, others skipped")
    func members() throws {
        let found = try fields(" {\"note\":\"a\\nb\",\"x\":[{\"id\":9}],\"amount\":1.5,\"id\":7} ")
        #expect(found[0] == .number(7))
        #expect(found[1] == .number(1.5))
        #expect(found.string(2) == "a\nb")
    }

    @Test("members left out, null, or structured are told apart as far as they differ")
    func shapes() throws {
        let found = try fields("{\"id\":true,\"note\":{}}")
        #expect(found.values == [.boolean(true), .missing, .structured])
        #expect(try fields("{\"id\":null}").values == [.missing, .missing, .missing])
    }

    @Test("of a member that occurs twice the last one counts")
    func repeated() throws {
        #expect(try fields("{\"id\":1,\"id\":2}")[0] == .number(2))
    }

    @Test(
        "a line must be one object and nothing else", arguments: ["", "[]", "1", "{} {}", "{\"id\":1", "{\"id\":NaN}"])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try fields(text) }
    }
}
