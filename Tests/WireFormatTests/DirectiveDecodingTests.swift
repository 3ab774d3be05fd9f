// What a replay says between its records: how far its stream has come, and which share of a batch follows.

import ScoringRecords
import Testing
import WireFormat

@Suite("Decoding directives")
struct DirectiveDecodingTests {
    private func decoded(_ text: String) throws -> IntakeItem {
        var decoder = IntakeDecoder(schema: WireSchemas.payments)
        return try decoder.decode(text)
    }

    @Test("a watermark names its source, its time and its position")
    func watermark() throws {
        let text = "{\"watermark\":{\"position\":256,\"time\":\"1970-01-01T00:00:01.000001Z\",\"source\":\"a.csv\"}}"
        let expected = WatermarkDirective(source: "a.csv", time: Timestamp(microseconds: 1_000_001), position: 256)
        #expect(try decoded(text) == .watermark(expected))
        let end = "{\"watermark\":{\"source\":\"a.csv\",\"time\":\"end\",\"position\":0}}"
        let ended = WatermarkDirective(source: "a.csv", time: .distantFuture, position: 0)
        #expect(try decoded(end) == .watermark(ended))
    }

    @Test("a batch names its number, its part and how many parts there are")
    func batch() throws {
        let text = "{\"batch\":{\"parts\":3,\"part\":2,\"number\":9007199254740992}}"
        #expect(try decoded(text) == .batch(BatchDirective(number: 1 << 53, part: 2, parts: 3)))
    }

    @Test(
        "a directive that lacks or bends a member is refused",
        arguments: [
            "{\"watermark\":{}}", "{\"watermark\":{\"source\":1,\"time\":1,\"position\":1}}",
            "{\"watermark\":{\"source\":\"a\",\"time\":null,\"position\":1}}",
            "{\"watermark\":{\"source\":\"a\",\"time\":\"End\",\"position\":1}}",
            "{\"watermark\":{\"source\":\"a\",\"time\":1,\"position\":-1}}",
            "{\"watermark\":{\"source\":\"a\",\"time\":1,\"position\":1.5}}",
            "{\"watermark\":{\"source\":\"a\",\"time\":1,\"position\":\"1\"}}", "{\"batch\":{}}",
            "{\"batch\":{\"number\":0,\"part\":0,\"parts\":0}}", "{\"batch\":{\"number\":0,\"part\":2,\"parts\":2}}",
            "{\"batch\":{\"number\":0,\"part\":0,\"parts\":4294967296}}",
            "{\"batch\":{\"number\":-1,\"part\":0,\"parts\":1}}",
            "{\"batch\":{\"number\":0.5,\"part\":0,\"parts\":1}}",
        ])
    func refuses(text: String) {
        #expect(refusal(of: text).reason == .wrongType)
    }

    @Test("a number that is not finite keeps its own code in a directive")
    func notFinite() {
        #expect(
            refusal(of: "{\"watermark\":{\"source\":\"a\",\"time\":1,\"position\":1e999}}").reason == .numberNotFinite)
        #expect(refusal(of: "{\"batch\":{\"number\":NaN,\"part\":0,\"parts\":1}}").reason == .numberNotFinite)
    }
}
