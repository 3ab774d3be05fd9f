// Strings: escapes decoded, UTF-8 checked (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).

import ScoringRecords

extension JSONScanner {
    /// Moves past a string without keeping it.
    public mutating func skipString() throws(JSONError) {
        var sink: [UInt8]? = nil
        try scanString(into: &sink)
    }

    /// Appends the decoded string at the cursor to `output`.
    public mutating func string(appendingTo output: inout [UInt8]) throws(JSONError) {
        var sink: [UInt8]? = output
        output = []  // `sink` now owns the storage alone, so that appending does not copy.
        defer { output = sink ?? [] }
        try scanString(into: &sink)
    }

    private mutating func scanString(into sink: inout [UInt8]?) throws(JSONError) {
        try expect(UInt8(ascii: "\""), "a string")
        while true {
            let runStart = position
            while position < end, JSONScanner.isPlain(bytes[position]) { position += 1 }
            if position > runStart { sink?.append(contentsOf: bytes[runStart..<position]) }
            guard let byte = current else { throw malformed("a string does not end") }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &sink)
            case 0..<0x20:
                throw malformed("a control character stands unescaped in a string")
            default:
                try multibyte(into: &sink)
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func escape(into sink: inout [UInt8]?) throws(JSONError) {
        guard let kind = current else { throw malformed("a string does not end") }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): sink?.append(kind)
        case UInt8(ascii: "b"): sink?.append(0x08)
        case UInt8(ascii: "f"): sink?.append(0x0C)
        case UInt8(ascii: "n"): sink?.append(0x0A)
        case UInt8(ascii: "r"): sink?.append(0x0D)
        case UInt8(ascii: "t"): sink?.append(0x09)
        case UInt8(ascii: "u"):
            let unit = try hexUnit()
            var scalar = UInt32(unit)
            if (0xD800...0xDBFF).contains(unit) {
                guard accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")) else { throw malformed("a lone surrogate") }
                let low = try hexUnit()
                guard (0xDC00...0xDFFF).contains(low) else { throw malformed("a lone surrogate") }
                scalar = 0x10000 + (UInt32(unit - 0xD800) << 10) + UInt32(low - 0xDC00)
            }
            guard let character = Unicode.Scalar(scalar) else { throw malformed("a lone surrogate") }
            sink?.append(contentsOf: UTF8.encode(character).map { Array($0) } ?? [])
        default:
            position -= 1
            throw malformed("unknown escape")
        }
    }

    private mutating func hexUnit() throws(JSONError) -> UInt16 {
        guard end - position >= 4 else { throw malformed("a \\u escape needs four digits") }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: throw malformed("a \\u escape needs four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func multibyte(into sink: inout [UInt8]?) throws(JSONError) {
        let lead = bytes[position]
        // The second byte's range excludes overlong forms, surrogates and scalars above U+10FFFF (RFC 3629 §4).
        let length: Int
        let second: ClosedRange<UInt8>
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw malformed("a string is not UTF-8")
        }
        guard end - position >= length, second.contains(bytes[position + 1]) else {
            throw malformed("a string is not UTF-8")
        }
        for index in 2..<max(length, 2) where !(0x80...0xBF).contains(bytes[position + index]) {
            throw malformed("a string is not UTF-8")
        }
        sink?.append(contentsOf: bytes[position..<position + length])
        position += length
    }
}
