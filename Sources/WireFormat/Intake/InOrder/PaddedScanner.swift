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

    /// Marks the bytes of `word` that are no digits, in any of their bits; bytes above the lowest one marked may be wrong.
    ///
    /// A byte is a digit where its high half is 3 and stays 3 with 6 added.
    @inline(__always)
    private func noDigits(_ word: UInt64) -> UInt64 {
        let halves = PaddedScanner.ones &* 0xF0
        return ((word & halves) | (((word &+ PaddedScanner.ones &* 6) & halves) >> 4)) ^ PaddedScanner.ones &* 0x33
    }

    /// The number that the lowest `count` bytes of `word` write in digits, the lowest byte first. `count` is 1 to 8.
    ///
    /// Digits are summed pairwise: eight to four, to two, to one (Lemire, "Quickly parsing eight digits", 2018).
    @inline(__always)
    private func value(_ word: UInt64, count: Int) -> UInt64 {
        // The digits to the top, and zero digits below them, which stand in front.
        var value = (word & (PaddedScanner.ones &* 0x0F)) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        value = (value &* 10 &+ value >> 8) & 0x00FF_00FF_00FF_00FF
        value = (value &* 100 &+ value >> 16) & 0x0000_FFFF_0000_FFFF
        return (value &* 10_000 &+ value >> 32) & 0x0000_0000_FFFF_FFFF
    }

    /// Up to eight digits at the cursor, as a number and their count, and moves past them.
    @inline(__always)
    private mutating func digits() -> (value: UInt64, count: Int) {
        let word = word(at: position)
        let noDigits = noDigits(word)
        let count = noDigits == 0 ? 8 : noDigits.trailingZeroBitCount >> 3
        guard count > 0 else { return (0, 0) }
        position &+= count
        return (value(word, count: count), count)
    }

    /// A run of at most fifteen digits as a number and their count, and moves past it; a count of 16 for more.
    @inline(__always)
    private mutating func manyDigits() -> (value: UInt64, count: Int) {
        let first = digits()
        guard first.count == 8 else { return first }
        let second = digits()
        return (first.value &* powersOfTen[second.count] &+ second.value, 8 &+ second.count)
    }

    /// A number of at most fifteen digits, without an exponent, and moves past it; `nil` for another.
    ///
    /// Its digits are an integer below 2⁵³ and the power of ten is exact, so that one division rounds once (Clinger 1990),
    /// as `JSONScanner.number` does.
    mutating func plainNumber() -> Double? {
        // No branch: whether a number is negative cannot be foreseen.
        let isNegative: UInt64 = current == UInt8(ascii: "-") ? 1 : 0
        position &+= Int(truncatingIfNeeded: isNegative)
        let first = current
        let whole = manyDigits()
        // What is unusual is asked first: whether there is one digit or more cannot be foreseen.
        guard first != UInt8(ascii: "0") || whole.count == 1, whole.count > 0, whole.count < 16 else { return nil }
        var value = Double(Int64(bitPattern: whole.value))
        if current == UInt8(ascii: ".") {
            position &+= 1
            let fraction = manyDigits()
            guard fraction.count > 0, whole.count &+ fraction.count < 16 else { return nil }
            let power = powersOfTen[fraction.count]
            let mantissa = whole.value &* power &+ fraction.value
            value = Double(Int64(bitPattern: mantissa)) / Double(Int64(bitPattern: power))
        }
        if current | 0x20 == UInt8(ascii: "e") { return nil }
        return Double(bitPattern: value.bitPattern ^ isNegative &<< 63)
    }

    /// A number as `plainNumber` takes it, of at most seven characters with a comma or a brace right behind them, and moves
    /// past it; `nil`, and does not move, for another.
    ///
    /// Where it ends is found first and alone, so that the processor goes on behind it while its digits are summed.
    @inline(__always)
    mutating func shortNumber() -> Double? {
        let start = word(at: position)
        let commas = start ^ PaddedScanner.ones &* UInt64(UInt8(ascii: ","))
        let braces = start ^ PaddedScanner.ones &* UInt64(UInt8(ascii: "}"))
        let ends =
            (((commas &- PaddedScanner.ones) & ~commas) | ((braces &- PaddedScanner.ones) & ~braces))
            & PaddedScanner.highs
        guard ends != 0 else { return nil }
        let length = ends.trailingZeroBitCount >> 3
        // No branch: whether a number is negative cannot be foreseen.
        let isNegative: UInt64 = UInt8(truncatingIfNeeded: start) == UInt8(ascii: "-") ? 1 : 0
        let number = start &>> (isNegative &<< 3)
        var count = length &- Int(truncatingIfNeeded: isNegative)
        let points = number ^ PaddedScanner.ones &* UInt64(UInt8(ascii: "."))
        let point = ((points &- PaddedScanner.ones) & ~points & PaddedScanner.highs).trailingZeroBitCount >> 3
        var digits = number
        var whole = count
        var fraction = 0
        if point < count {
            // The digits behind the point move onto it.
            let below = 1 &<< UInt64(truncatingIfNeeded: 8 &* point) &- 1 as UInt64
            digits = number & below | number &>> 8 & ~below
            whole = point
            count &-= 1
            guard count > point else { return nil }
            fraction = count &- point
        }
        // Bytes beyond the digits do not count: fewer than eight are left.
        guard whole > 0, noDigits(digits) & (1 &<< UInt64(truncatingIfNeeded: 8 &* count) &- 1) == 0 else { return nil }
        // A zero in front stands alone.
        guard UInt8(truncatingIfNeeded: digits) != UInt8(ascii: "0") || whole == 1 else { return nil }
        position &+= length
        var value = Double(Int64(bitPattern: value(digits, count: count)))
        if fraction > 0 { value /= Double(Int64(bitPattern: powersOfTen[fraction])) }
        return Double(bitPattern: value.bitPattern ^ isNegative &<< 63)
    }

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
