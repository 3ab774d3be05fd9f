// An intake's answer as a client reads it: what was refused, and under which code.

/// Which records of a message were refused.
public enum IntakeAnswer: Hashable, Sendable {
    /// One error: the message was refused as a whole, or had one record. Its code.
    case refused(String)
    /// The code of each record, in the order of the message; `nil` where it was accepted.
    case records([String?])

    /// Reads an answer; `nil` for what is no answer of an intake.
    public init?(_ bytes: [UInt8]) {
        var scanner = JSONScanner(bytes, range: 0..<bytes.count)
        do {
            guard scanner.accept(UInt8(ascii: "[")) else {
                try scanner.skipValue()
                self = IntakeAnswer.code(bytes[...]).map(IntakeAnswer.refused) ?? .records([nil])
                return
            }
            var codes: [String?] = []
            if !scanner.accept(UInt8(ascii: "]")) {
                repeat {
                    let start = scanner.position
                    try scanner.skipValue(depth: 1)
                    codes.append(IntakeAnswer.code(bytes[start..<scanner.position]))
                } while scanner.accept(UInt8(ascii: ","))
                try scanner.expect(UInt8(ascii: "]"), "',' or ']'")
            }
            self = .records(codes)
        } catch { return nil }
    }

    private static let prefix = Array("{\"error\":{\"code\":\"".utf8)

    // An intake writes no blanks, and a code has no quotation mark.
    private static func code(_ element: ArraySlice<UInt8>) -> String? {
        guard element.starts(with: prefix) else { return nil }
        return String(decoding: element.dropFirst(prefix.count).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}
