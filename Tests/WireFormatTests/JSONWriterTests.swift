// JSON out: the exact text, and that it reads back to the same values.

import Testing
import WireFormat

@Suite("Writing JSON")
struct JSONWriterTests {
    private func text(indented: Bool = false, _ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter(indented: indented)
        body(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func sample(_ json: inout JSONWriter) {
        json.object { json in
            json.key("a")
            json.integer(1)
            json.key("b")
            json.array { json in
                json.number(0.1)
                json.number(Float(0.1))
                json.null()
                json.array { _ in }
            }
            json.key("c")
            json.object { json in
                json.key("d")
                json.boolean(true)
                json.key("e")
                json.raw("[1]".utf8)
            }
        }
    }

    @Test("compact and indented text, to the byte")
    func layout() {
        #expect(text(sample) == "{\"a\":1,\"b\":[0.1,0.1,null,[]],\"c\":{\"d\":true,\"e\":[1]}}")
        let indented = """
            {
              "a": 1,
              "b": [
                0.1,
                0.1,
                null,
                []
              ],
              "c": {
                "d": true,
                "e": [1]
              }
            }
            """
        #expect(text(indented: true, sample) == indented)
    }

    @Test("numbers that JSON does not have become null")
    func notFinite() {
        #expect(text { $0.number(Double.nan) } == "null")
        #expect(text { $0.number(-Float.infinity) } == "null")
    }

    @Test("numbers are the text that Swift gives them")
    func numberText() {
        var random = SeededGenerator()
        for _ in 0..<5_000 {
            let (double, float) = (
                Double(bitPattern: random.next()), Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            )
            if double.isFinite { #expect(text { $0.number(double) } == double.description) }
            if float.isFinite { #expect(text { $0.number(float) } == float.description) }
            let integer = Int64(bitPattern: random.next()) >> Int64(random.below(64))
            #expect(text { $0.integer(integer) } == String(integer))
        }
        for integer in [Int.min, -1, 0, 1, 9, 10, Int.max] { #expect(text { $0.integer(integer) } == String(integer)) }
        #expect(text { $0.integer(UInt64.max) } == String(UInt64.max))
        #expect(text { $0.number(-0.0) } == "-0.0")
    }

    @Test("members written before stand among others, with their commas")
    func members() {
        var before = JSONWriter()
        before.plainKey("b")
        before.integer(2)
        before.plainKey("c")
        before.null()
        let whole = text { json in
            json.object { json in
                json.plainKey("a")
                json.raw([0x20, 0x31, 0x20], 1..<2)
                json.members(before.bytes)
                json.key("d")
                json.boolean(false)
            }
            json.object { $0.members(before.bytes) }
        }
        #expect(whole == "{\"a\":1,\"b\":2,\"c\":null,\"d\":false},{\"b\":2,\"c\":null}")
    }

    @Test("every number and every string reads back as it was")
    func roundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<5_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let bytes = Array(text { $0.number(value) }.utf8)
            var scanner = JSONScanner(bytes, range: 0..<bytes.count)
            #expect(try scanner.number().bitPattern == value.bitPattern)
        }
        for _ in 0..<500 {
            let scalars = (0..<8).compactMap { _ in Unicode.Scalar(UInt32(random.below(0x300))) }
            let string = String(String.UnicodeScalarView(scalars))
            let bytes = Array(text { $0.string(string) }.utf8)
            var scanner = JSONScanner(bytes, range: 0..<bytes.count)
            var decoded: [UInt8] = []
            try scanner.string(appendingTo: &decoded)
            #expect(decoded == Array(string.utf8))
        }
    }
}
