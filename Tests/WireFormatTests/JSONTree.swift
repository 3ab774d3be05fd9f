// What the scanner's public calls make of a document: a tree built only from them, to be held against another parser.

import WireFormat

enum JSONTree {
    case null
    case boolean(Bool)
    case number(Double)
    case string([UInt8])
    case array([JSONTree])
    case object([(key: [UInt8], value: JSONTree)])

    /// The whole of `bytes` as one value.
    static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONTree {
        var whole = JSONScanner(bytes, range: 0..<bytes.count)
        try whole.skipValue()
        whole.skipWhitespace()
        if let byte = whole.current { try whole.expect(~byte, "the end") }
        var scanner = JSONScanner(bytes, range: 0..<bytes.count)
        return try value(&scanner)
    }

    private static func value(_ scanner: inout JSONScanner) throws(JSONError) -> JSONTree {
        scanner.skipWhitespace()
        switch scanner.current {
        case UInt8(ascii: "{"): return try object(&scanner)
        case UInt8(ascii: "["): return try array(&scanner)
        case UInt8(ascii: "\""):
            var text: [UInt8] = []
            try scanner.string(appendingTo: &text)
            return .string(text)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            let first = scanner.current
            try scanner.skipValue()
            return first == UInt8(ascii: "n") ? .null : .boolean(first == UInt8(ascii: "t"))
        default: return .number(try scanner.number())
        }
    }

    private static func array(_ scanner: inout JSONScanner) throws(JSONError) -> JSONTree {
        var elements: [JSONTree] = []
        try scanner.expect(UInt8(ascii: "["), "'['")
        scanner.skipWhitespace()
        if scanner.accept(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            elements.append(try value(&scanner))
            scanner.skipWhitespace()
        } while scanner.accept(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "]"), "']'")
        return .array(elements)
    }

    private static func object(_ scanner: inout JSONScanner) throws(JSONError) -> JSONTree {
        var members: [(key: [UInt8], value: JSONTree)] = []
        try scanner.expect(UInt8(ascii: "{"), "'{'")
        scanner.skipWhitespace()
        if scanner.accept(UInt8(ascii: "}")) { return .object([]) }
        repeat {
            scanner.skipWhitespace()
            var key: [UInt8] = []
            try scanner.string(appendingTo: &key)
            scanner.skipWhitespace()
            try scanner.expect(UInt8(ascii: ":"), "':'")
            members.append((key, try value(&scanner)))
            scanner.skipWhitespace()
        } while scanner.accept(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "}"), "'}'")
        return .object(members)
    }
}
