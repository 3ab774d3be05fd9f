// Eight bytes at a time over text that has zero bytes behind it.
//
// Why no look at the end is needed: a scan stops at the first byte that it does not take, zero is none it takes, and at
// least `FieldValues.padding` zeros stand behind the text. No load reaches further than 16 bytes past the byte at which
// its scan stops.

import ScoringRecords

/// A cursor over padded text. Answers `nil` or `false` for whatever it does not know: it judges no text malformed.
struct PaddedScanner {
    let text: UnsafeRawPointer
    var position = 0

    @inline(__always)
    init(_ text: UnsafeRawPointer) { self.text = text }

    @inline(__always)
    var current: UInt8 { text.load(fromByteOffset: position, as: UInt8.self) }

    @inline(__always)
    private func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    mutating func accept(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position &+= 1
        return true
    }

    /// Moves past the white space of JSON.
    @inline(__always)
    mutating func skipWhitespace() {
        while current <= 0x20 {
            guard current == 0x20 || current == 0x0A || current == 0x0D || current == 0x09 else { return }
            position &+= 1
        }
    }

    // MARK: Strings

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The top bits of those bytes of `word` that end a run of plain text: quote, backslash, control characters and bytes
    /// beyond ASCII. The lowest bit set is a true one; above it there may be others.
    ///
    /// A byte b < n sets the top bit of (b − n) & ~b, and a borrow reaches only bytes above such a one (Warren, *Hacker's
    /// Delight*, 2nd ed., §6-1).
    @inline(__always)
    private func stops(_ word: UInt64) -> UInt64 {
        let quotes = word ^ PaddedScanner.ones &* UInt64(UInt8(ascii: "\""))
        let backslashes = word ^ PaddedScanner.ones &* UInt64(UInt8(ascii: "\\"))
        let isQuote = (quotes &- PaddedScanner.ones) & ~quotes
        let isBackslash = (backslashes &- PaddedScanner.ones) & ~backslashes
        let isControl = (word &- PaddedScanner.ones &* 0x20) & ~word
        return (isQuote | isBackslash | isControl | word) & PaddedScanner.highs
    }

    /// The text between the quotes of a string of printable ASCII without escapes, and moves past it; `nil` for another.
    @inline(__always)
    mutating func plainString() -> Range<Int>? {
        guard accept(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while true {
            let stops = stops(word(at: position))
            if stops != 0 {
                position &+= stops.trailingZeroBitCount >> 3
                break
            }
            position &+= 8
        }
        guard current == UInt8(ascii: "\"") else { return nil }
        position &+= 1
        return start..<(position &- 1)
    }

    /// Moves past a string as `plainString` takes it whose text has `count` bytes; `false`, and does not move, for another.
    ///
    /// Where the next member begins then does not depend on this text but on a comparison, so that the processor goes on
    /// with it before this one is looked through.
    @inline(__always)
    mutating func acceptPlainString(count: Int) -> Bool {
        let start = position &+ 1
        var offset = 0
        // Each word is read only where all before it is text: the zeros behind the text end it.
        while offset &+ 8 <= count {
            guard stops(word(at: start &+ offset)) == 0 else { return false }
            offset &+= 8
        }
        let rest = UInt64(truncatingIfNeeded: count &- offset)
        if rest > 0, stops(word(at: start &+ offset)) & (1 &<< (8 &* rest) &- 1) != 0 { return false }
        guard text.load(fromByteOffset: start &+ count, as: UInt8.self) == UInt8(ascii: "\"") else { return false }
        position = start &+ count &+ 1
        return true
    }

    // MARK: Numbers

    /// Up to eight digits at the cursor, as a number and their count, and moves past them.
    ///
    /// Digits are summed pairwise: eight to four, to two, to one (Lemire, "Quickly parsing eight digits", 2018).
    @inline(__always)
    private mutating func digits() -> (value: UInt64, count: Int) {
        let word = word(at: position)
        // A byte is a digit where its high half is 3 and stays 3 with 6 added.
        let noDigit =
            ((word & 0xF0F0_F0F0_F0F0_F0F0) | (((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4))
            ^ 0x3333_3333_3333_3333
        let count = noDigit == 0 ? 8 : noDigit.trailingZeroBitCount >> 3
        guard count > 0 else { return (0, 0) }
        // The digits to the top, and zero digits below them, which stand in front.
        var value = (word & 0x0F0F_0F0F_0F0F_0F0F) << UInt64(64 - 8 * count)
        value = (value &* 10 &+ value >> 8) & 0x00FF_00FF_00FF_00FF
        value = (value &* 100 &+ value >> 16) & 0x0000_FFFF_0000_FFFF
        value = (value &* 10_000 &+ value >> 32) & 0x0000_0000_FFFF_FFFF
        position &+= count
        return (value, count)
    }

    /// A run of at most fifteen digits as a number and their count, and moves past it; a count of 16 for more.
    @inline(__always)
    private mutating func manyDigits() -> (value: UInt64, count: Int) {
        let first = digits()
        guard first.count == 8 else { return first }
        let second = digits()
        return (first.value &* powerOfTen(second.count) &+ second.value, 8 + second.count)
    }

    /// A number of at most fifteen digits, without an exponent, and moves past it; `nil` for another.
    ///
    /// Its digits are an integer below 2⁵³ and the power of ten is exact, so that one division rounds once (Clinger 1990),
    /// as `JSONScanner.number` does.
    @inline(__always)
    mutating func plainNumber() -> Double? {
        let isNegative = accept(UInt8(ascii: "-"))
        let first = current
        let whole = manyDigits()
        // What is unusual is asked first: whether there is one digit or more cannot be foreseen.
        guard first != UInt8(ascii: "0") || whole.count == 1, whole.count > 0, whole.count < 16 else { return nil }
        var value = Double(Int64(bitPattern: whole.value))
        if current == UInt8(ascii: ".") {
            position &+= 1
            let fraction = manyDigits()
            guard fraction.count > 0, whole.count + fraction.count < 16 else { return nil }
            let power = powerOfTen(fraction.count)
            let mantissa = whole.value &* power &+ fraction.value
            value = Double(Int64(bitPattern: mantissa)) / Double(Int64(bitPattern: power))
        }
        if current | 0x20 == UInt8(ascii: "e") { return nil }
        return isNegative ? -value : value
    }

    // 10^`exponent` for an exponent of at most 15.
    @inline(__always)
    private func powerOfTen(_ exponent: Int) -> UInt64 { powersOfTen[exponent] }

    /// Digits of an integer, at most 18 and no leading zero, as a range, and moves past them; `nil` for another value.
    @inline(__always)
    mutating func plainInteger() -> Range<Int>? {
        let start = position
        _ = accept(UInt8(ascii: "-"))
        let first = position
        while position &- first < 19, current &- 0x30 < 10 { position &+= 1 }
        let count = position &- first
        guard count > 0, count < 19, count == 1 || text.load(fromByteOffset: first, as: UInt8.self) != 0x30,
            current == UInt8(ascii: ",") || current == UInt8(ascii: "}") || current == 0x20
        else { return nil }
        return start..<position
    }

    // MARK: Words

    /// Moves past `true`, `false` or `null`; `nil` for anything else.
    @inline(__always)
    mutating func word() -> FieldValue? {
        let word = UInt32(truncatingIfNeeded: word(at: position))
        switch word {
        case 0x6575_7274:  // "true"
            position &+= 4
            return .boolean(true)
        case 0x6C6C_756E:  // "null"
            position &+= 4
            return .missing
        case 0x736C_6166 where text.load(fromByteOffset: position + 4, as: UInt8.self) == UInt8(ascii: "e"):  // "false"
            position &+= 5
            return .boolean(false)
        default: return nil
        }
    }
}

private let powersOfTen: InlineArray<16, UInt64> = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
]
