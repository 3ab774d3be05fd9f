// The scanner against RFC 8259, one corner at a time: what it must take, what it must refuse, and what numbers mean.

import ScoringRecords
import Testing
import WireFormat

@Suite("The JSON grammar")
struct JSONGrammarTests {
    private func verdict(_ bytes: [UInt8]) -> RejectionReason? {
        var scanner = JSONScanner(bytes, range: 0..<bytes.count)
        do {
            try scanner.skipValue()
            scanner.skipWhitespace()
            if let byte = scanner.current { try scanner.expect(~byte, "the end") }
            return nil
        } catch { return error.reason }
    }

    static let valid: [String] = [
        "{}", "[]", " \t\r\n{} \n", "null", "true", "false", "0", "-0", "-0.0", "1", "-1", "10", "0.5", "-0.5e-5",
        "1e5",
        "1E5", "1e+5", "1e-5", "1e05", "0e0", "0e+0", "1.0e0", "123456789012345678901234567890", "1e-400", "-1e-999999",
        "1e999", "\"\"", "\"a\"", "\"\u{7F}\"", "\"\\u0000\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9\"",
        "\"\\uD834\\uDD1E\"", "\"\\ud834\\udd1e\"", "\"é€𝄞\"", "\"\u{FFFF}\"", "\"\u{2028}\"", "[1,2]", "[ 1 , 2 ]",
        "[[],{}]", "{\"a\":1}", "{\"a\" : 1 , \"b\" : [ ] }", "{\"\":0}", "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":[true,false,null]}}",
    ]

    @Test("every form that RFC 8259 allows is taken", arguments: valid)
    func accepts(text: String) {
        #expect(verdict(Array(text.utf8)) == nil)
    }

    static let invalid: [String] = [
        "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,,2]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}",
        "{,}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1]", "[1}", "{} {}", "1 2", "00",
        "01", "-01", "-", "+1", ".5", "5.", "5.e1", "1e", "1e+", "1e-", "1.5.5", "1e5.5", "0x10", "1_000", "1a", "--1",
        "tru", "True", "TRUE", "truex", "nul", "nil", "fals", "undefined", "\"", "\"a", "'a'", "\"\\\"", "\"\\x41\"",
        "\"\\u\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\U0041\"", "\"\\ud834\"", "\"\\ud834x\"", "\"\\ud834\\n\"",
        "\"\\ud834\\u0041\"", "\"\\udd1e\"", "\"\\udd1e\\ud834\"", "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "\"\u{1F}\"",
        "\u{FEFF}{}", "\u{A0}{}", "{}\u{0}", "/* a */ {}", "{} // a", "Inf", "nan", "-nan", "\u{C}{}",
    ]

    @Test("every form that RFC 8259 forbids is malformed", arguments: invalid)
    func refuses(text: String) {
        #expect(verdict(Array(text.utf8)) == .malformedJSON)
    }

    @Test(
        "NaN and Infinity are refused under their own code",
        arguments: ["NaN", "Infinity", "-Infinity", "-NaN", "[NaN]"])
    func words(text: String) {
        #expect(verdict(Array(text.utf8)) == .numberNotFinite)
    }

    // RFC 3629 §3 and §4: overlong forms, surrogates, beyond U+10FFFF, stray and missing continuation bytes.
    static let notUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xE2, 0x28, 0xAC],
        [0xE2, 0x82, 0x28],
        [0xF0, 0x9D, 0x84], [0xF0, 0x9D, 0x84, 0x28],
    ]

    @Test("a string that is not UTF-8 is malformed", arguments: notUTF8)
    func brokenText(bytes: [UInt8]) {
        #expect(verdict([0x22] + bytes + [0x22]) == .malformedJSON)
        #expect(verdict([0x22] + bytes) == .malformedJSON)
    }

    @Test("the first and last scalar of every UTF-8 length is taken and kept byte for byte")
    func boundaryScalars() throws {
        for scalar: Unicode.Scalar in [
            "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
        ] {
            let text = Array(String(Character(scalar)).utf8)
            let bytes = [0x22] + text + [0x22]
            var scanner = JSONScanner(bytes, range: 0..<bytes.count)
            var decoded: [UInt8] = []
            try scanner.string(appendingTo: &decoded)
            #expect(decoded == text)
        }
    }

    @Test("brackets nest to the limit and not beyond, whatever they hold", arguments: ["", "1", "\"a\"", "{}"])
    func nesting(inner: String) {
        let own = inner == "{}" ? 1 : 0
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth - own) + inner + String(repeating: "]", count: depth - own)).utf8)
        }
        #expect(verdict(nested(Limits.jsonDepth)) == nil)
        #expect(verdict(nested(Limits.jsonDepth + 1)) == .nestedTooDeep)
        #expect(verdict(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) == .nestedTooDeep)
        #expect(verdict(Array(String(repeating: "{\"a\":", count: 100_000).utf8)) == .nestedTooDeep)
    }

    @Test("a number is the nearest Double, with the sign of zero kept")
    func numberValues() throws {
        let cases: [(String, Double)] = [
            ("0", 0), ("-0", -0.0), ("-0.0e5", -0.0), ("0.1", 0.1), ("1e22", 1e22), ("1e23", 1e23),
            ("9007199254740993", 9_007_199_254_740_992), ("9007199254740992", 9_007_199_254_740_992),
            ("1.7976931348623157e308", .greatestFiniteMagnitude), ("4.9e-324", .leastNonzeroMagnitude),
            ("2.2250738585072014e-308", .leastNormalMagnitude),
            ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
            ("0.30000000000000004", 0.1 + 0.2), ("123456789012345678901234567890", 1.2345678901234568e29),
            ("1e-400", 0),
            ("0e999999999", 0), ("0.000000000000000000000000000001e30", 1),
        ]
        for (text, value) in cases {
            let bytes = Array(text.utf8)
            var scanner = JSONScanner(bytes, range: 0..<bytes.count)
            #expect(try scanner.number().bitPattern == value.bitPattern, "\(text)")
            #expect(scanner.current == nil)
        }
    }

    @Test(
        "a number beyond double precision is not finite, and the scanner stands behind it",
        arguments: ["1e999", "-1e309", "1.8e308", "1e999999999999999999", "NaN", "-Infinity"])
    func overflow(text: String) {
        let bytes = Array((text + ",").utf8)
        var scanner = JSONScanner(bytes, range: 0..<bytes.count)
        #expect { _ = try scanner.number() } throws: { ($0 as? JSONError)?.reason == .numberNotFinite }
        #expect(scanner.current == UInt8(ascii: ","))
    }

    @Test("an error names the byte where reading stopped")
    func offsets() {
        for (text, offset) in [("{\"a\":tru}", 5), ("[1,]", 3), ("{\"a\" 1}", 5), ("\"a\nb\"", 2)] {
            var scanner = JSONScanner(Array(text.utf8), range: 0..<text.utf8.count)
            #expect { try scanner.skipValue() } throws: { ($0 as? JSONError)?.offset == offset }
        }
    }

    @Test("text is a number only when nothing else stands in it")
    func wholeNumbers() {
        for text in ["1", "-1.5e3", "0"] { #expect(JSONScanner.isNumber(Array(text.utf8))) }
        for text in ["", " 1", "1 ", "1,", "01", "1e999", "NaN", "\"1\"", "abc"] {
            #expect(!JSONScanner.isNumber(Array(text.utf8)), "\(text)")
        }
    }
}
