// The three shapes of an intake message: one record, an array of records, or newline-delimited records.

import ScoringRecords

/// Where the records of one message stand.
public enum IntakeMessage: Hashable, Sendable {
    /// One JSON object: the reply is one object.
    case single(Range<Int>)
    /// An array or NDJSON: the reply is an array, same order, errors in place.
    case several([Range<Int>])

    /// Finds the records of `bytes` without decoding them.
    ///
    /// An array must be well-formed as a whole, or nothing of it is read. NDJSON lines stand alone: a malformed line is
    /// an error in its own place.
    ///
    /// - Throws: a message that is empty, too large, has too many records, or is not JSON.
    public static func split(_ bytes: [UInt8]) throws(IntakeError) -> IntakeMessage {
        guard bytes.count <= Limits.messageBytes else {
            throw IntakeError(
                reason: .messageTooLarge,
                message: "the message has \(bytes.count) bytes, the limit is \(Limits.messageBytes): send fewer records"
            )
        }
        var scanner = JSONScanner(bytes, range: 0..<bytes.count)
        scanner.skipWhitespace()
        guard let first = scanner.current else {
            throw IntakeError(reason: .emptyMessage, message: "the message is empty: send a JSON object")
        }
        if first == UInt8(ascii: "[") {
            do { return .several(try elements(&scanner)) } catch { throw IntakeError(error) }
        }
        let start = scanner.position
        do {
            try scanner.skipValue()
            let valueEnd = scanner.position
            scanner.skipWhitespace()
            if scanner.current == nil { return .single(start..<valueEnd) }
        } catch {
            // What is wrong is said by whoever decodes the record.
        }
        // One malformed record, or one with text behind it: decoding it says what is wrong, and whose record it is.
        guard looksLikeLines(bytes[start...]) else { return .single(start..<bytes.count) }
        return .several(try lines(bytes))
    }

    /// Whether the record in `range` is an object whose first key is `batch`: what every lock-step message begins with, and
    /// asked of every message, hence byte by byte.
    public static func firstKeyIsBatch(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var scanner = JSONScanner(bytes, range: range)
        scanner.skipWhitespace()
        guard scanner.accept(UInt8(ascii: "{")) else { return false }
        scanner.skipWhitespace()
        return (try? scanner.literal("\"batch\"")) != nil
    }

    private static func elements(_ scanner: inout JSONScanner) throws(JSONError) -> [Range<Int>] {
        try scanner.expect(UInt8(ascii: "["), "'['")
        var ranges: [Range<Int>] = []
        scanner.skipWhitespace()
        if !scanner.accept(UInt8(ascii: "]")) {
            repeat {
                scanner.skipWhitespace()
                let start = scanner.position
                try scanner.skipValue(depth: 1)
                ranges.append(start..<scanner.position)
                guard ranges.count <= Limits.recordsPerMessage else {
                    throw JSONError(reason: .batchTooLarge, offset: start, detail: tooManyRecords)
                }
                scanner.skipWhitespace()
            } while scanner.accept(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "]"), "',' or ']'")
        }
        scanner.skipWhitespace()
        guard scanner.current == nil else { throw scanner.malformed("text follows the array") }
        return ranges
    }

    // The first line ends an object, or the second begins one where a pretty-printed object cannot: so a first line that
    // was cut short spoils no other, and a pretty-printed object is never taken apart.
    private static func looksLikeLines(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let end = bytes.firstIndex(of: 0x0A), let last = bytes[..<end].last(where: { !isBlank($0) }),
            let next = bytes[end...].first(where: { !isBlank($0) && $0 != 0x0A })
        else { return false }
        switch last {
        case UInt8(ascii: "}"): return true
        case UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: ","): return false
        default: return next == UInt8(ascii: "{")
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func lines(_ bytes: [UInt8]) throws(IntakeError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let end = lineEnd(bytes, from: start)
            if bytes[start..<end].contains(where: { !isBlank($0) }) { ranges.append(start..<end) }
            guard ranges.count <= Limits.recordsPerMessage else {
                throw IntakeError(reason: .batchTooLarge, message: tooManyRecords)
            }
            start = end + 1
        }
        return ranges
    }

    /// Where the line from `start` on ends: at its line feed, or with the message. Eight bytes at a time.
    private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            var position = start
            while position &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian ^ feeds
                // The lowest top bit that is set marks a byte of zero; above it there may be others (Warren, *Hacker's
                // Delight*, 2nd ed., §6-1).
                let zeros = (word &- ones) & ~word & (ones &<< 7)
                if zeros != 0 { return position &+ zeros.trailingZeroBitCount >> 3 }
                position &+= 8
            }
            while position < bytes.count, bytes[position] != 0x0A { position &+= 1 }
            return position
        }
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let feeds: UInt64 = ones &* 0x0A

    private static let tooManyRecords =
        "the message has more than \(Limits.recordsPerMessage) records: split it"
}
