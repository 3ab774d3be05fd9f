// Numbers by the grammar of RFC 8259 §6, correctly rounded.

import ScoringRecords

extension JSONScanner {
    // Powers of ten that a Double holds exactly. With a mantissa below 2⁵³, one multiplication or division by one of
    // them rounds once, hence correctly (Clinger 1990, "How to read floating point numbers accurately", fast path).
    private static let exactPowers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
    private static let exactMantissa: UInt64 = 1 << 53

    /// What the digits of a number say: ± mantissa · 10^exponent where the mantissa is exact.
    struct NumberText {
        var negative: Bool
        var mantissa: UInt64
        var mantissaIsExact: Bool
        var exponent: Int
    }

    /// Reads a number; finite always.
    ///
    /// - Throws: malformed JSON; `numberNotFinite` for a magnitude beyond `Double` and for the words `NaN` and
    ///   `Infinity`, which some encoders write although JSON has no such numbers. The scanner then stands behind it.
    public mutating func number() throws(JSONError) -> Double {
        let start = position
        let text = try numberText()
        if text.mantissaIsExact, abs(text.exponent) < JSONScanner.exactPowers.count {
            let power = JSONScanner.exactPowers[abs(text.exponent)]
            let value = text.exponent < 0 ? Double(text.mantissa) / power : Double(text.mantissa) * power
            return text.negative ? -value : value
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            throw JSONError(reason: .numberNotFinite, offset: start, detail: "the number is beyond double precision")
        }
        return value
    }

    /// Moves past a number and says what its digits are.
    mutating func numberText() throws(JSONError) -> NumberText {
        let start = position
        let negative = accept(UInt8(ascii: "-"))
        if current == UInt8(ascii: "N") || current == UInt8(ascii: "I") { throw notANumberWord(at: start) }
        var mantissa: UInt64 = 0
        var mantissaIsExact = true
        var exponent = 0
        func digit(_ byte: UInt8?) -> UInt64? {
            guard let byte, byte >= 0x30, byte <= 0x39 else { return nil }
            return UInt64(byte - 0x30)
        }
        func take(_ value: UInt64) {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(value)
            if overflow || carry || sum > JSONScanner.exactMantissa { mantissaIsExact = false } else { mantissa = sum }
        }
        guard let first = digit(current) else { throw malformed("expected a value") }
        position += 1
        take(first)
        if first != 0 {
            while let next = digit(current) {
                take(next)
                position += 1
            }
        }
        if accept(UInt8(ascii: ".")) {
            guard digit(current) != nil else { throw malformed("a fraction needs digits") }
            while let next = digit(current) {
                take(next)
                exponent -= 1
                position += 1
            }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            let negativeExponent = accept(UInt8(ascii: "-"))
            if !negativeExponent { _ = accept(UInt8(ascii: "+")) }
            guard digit(current) != nil else { throw malformed("an exponent needs digits") }
            var written = 0
            while let next = digit(current) {
                // Beyond 10⁵ every mantissa that fits a message is zero or infinite; stop counting, keep reading.
                if written < 100_000 { written = written * 10 + Int(next) }
                position += 1
            }
            exponent += negativeExponent ? -written : written
        }
        if let byte = current, !JSONScanner.endsScalar(byte) { throw malformed("unexpected character in a number") }
        return NumberText(
            negative: negative, mantissa: mantissa, mantissaIsExact: mantissaIsExact, exponent: exponent)
    }

    /// Whether `text` is one JSON number and nothing else.
    public static func isNumber(_ text: [UInt8]) -> Bool {
        var scanner = JSONScanner(text, range: 0..<text.count)
        return (try? scanner.number()) != nil && scanner.current == nil
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
        default: false
        }
    }

    private mutating func notANumberWord(at start: Int) -> JSONError {
        let rest = bytes[position..<end]
        guard let word = ["NaN", "Infinity"].first(where: { rest.starts(with: $0.utf8) }) else {
            return malformed("unknown literal")
        }
        position += word.utf8.count
        return JSONError(reason: .numberNotFinite, offset: start, detail: "JSON has no NaN or Infinity")
    }
}
