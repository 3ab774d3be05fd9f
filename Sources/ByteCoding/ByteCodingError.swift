// What can be wrong with encoded bytes.
//
// Only the shape of bytes is judged here. Whether a decoded value makes sense (a label in range, a known record kind)
// is the business of the module that knows the word.

/// Why bytes could not be decoded.
///
/// Every offset counts from the start of the bytes that the outermost reader was made with, so that it can be looked up
/// in a hex dump. A reader that throws has not moved: its position is the one before the failed read.
public enum ByteCodingError: Error, Equatable, Sendable {
    /// A read needed `needed` bytes (≥ 1) at offset `at`, and only `available` (≥ 0, < `needed`) were left.
    case truncated(needed: Int, available: Int, at: Int)

    /// The varint at offset `at` does not end within 10 bytes or holds more than 64 bits.
    case varintTooLong(at: Int)

    /// The varint at offset `at` has more bytes than its value needs. One value has one encoding, so that equal values
    /// have equal checksums.
    case varintOverlong(at: Int)

    /// The length prefix at offset `at` says `length`, and the caller allows `limit` at most.
    case lengthOverLimit(length: UInt64, limit: Int, at: Int)

    /// The string whose first byte stands at offset `at` is not UTF-8.
    case invalidUTF8(at: Int)

    /// `count` (≥ 1) bytes are left at offset `at`, where the caller expected the end.
    case trailingBytes(count: Int, at: Int)
}

extension ByteCodingError: CustomStringConvertible {
    /// One sentence for a log line.
    public var description: String {
        switch self {
        case .truncated(let needed, let available, let offset):
            "truncated: \(needed) bytes needed at offset \(offset), \(available) left"
        case .varintTooLong(let offset):
            "the varint at offset \(offset) is longer than 64 bits"
        case .varintOverlong(let offset):
            "the varint at offset \(offset) has more bytes than its value needs"
        case .lengthOverLimit(let length, let limit, let offset):
            "the length at offset \(offset) is \(length), over the limit of \(limit)"
        case .invalidUTF8(let offset):
            "the string at offset \(offset) is not UTF-8"
        case .trailingBytes(let count, let offset):
            "\(count) bytes too many at offset \(offset)"
        }
    }
}
