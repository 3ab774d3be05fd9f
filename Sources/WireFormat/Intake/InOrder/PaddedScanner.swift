// Eight or sixteen bytes at a time over text that has zero bytes behind it.
//
// Why no look at the end is needed: a scan stops at the first byte that it does not take, zero is none it takes, and at
// least `FieldValues.padding` zeros stand behind the text. No load reaches further than 16 bytes past the byte at which
// its scan stops.

import CKernels
import ScoringRecords

/// The length of a text as it shows among the sixteen bytes from its begin: nothing that stops a scan, and then something.
struct PlainTextLength: Sendable {
    /// Bytes of the text; meaningless where there are more than fifteen.
    let count: Int
    fileprivate let mask: UInt32
    fileprivate let stop: UInt32

    /// That of a text of `count` bytes. Of more than fifteen, and of none given, it is no text's.
    init(_ count: Int = 16) {
        self.count = count
        stop = 1 << UInt32(min(count, 16))
        mask = count < 16 ? stop << 1 - 1 : 0
    }
}

/// A cursor over padded text. Answers `nil` or `false` for whatever it does not know: it judges no text malformed.
struct PaddedScanner {
    let text: UnsafeRawPointer
    var position: Int

    @inline(__always)
    init(_ text: UnsafeRawPointer, at position: Int = 0) {
        self.text = text
        self.position = position
    }

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

    /// The text between the quotes of a string of printable ASCII without escapes, and moves past it; `nil` for another.
    @inline(__always)
    mutating func plainString() -> Range<Int>? {
        guard accept(UInt8(ascii: "\"")) else { return nil }
        let start = position
        guard let end = endOfPlainText(from: start) else { return nil }
        position = end &+ 1
        return Range(uncheckedBounds: (start, end))
    }

    /// Where the closing quote of a text stands that begins at `start`; `nil` where something else ends it first.
    @inline(__always)
    func endOfPlainText(from start: Int) -> Int? {
        var end = start
        while true {
            let stops = weir_text_stops16(text + end)
            if stops != 0 {
                end &+= stops.trailingZeroBitCount
                break
            }
            end &+= 16
        }
        return text.load(fromByteOffset: end, as: UInt8.self) == UInt8(ascii: "\"") ? end : nil
    }

    /// Whether a text begins at `start`, is as long as expected, and is what `endOfPlainText` takes.
    ///
    /// Where the next member begins then does not depend on this text but on a comparison, so that the processor goes on
    /// with it before this one is looked through.
    @inline(__always)
    func isPlainText(from start: Int, as length: PlainTextLength) -> Bool {
        weir_text_stops16(text + start) & length.mask == length.stop
            && text.load(fromByteOffset: start &+ length.count, as: UInt8.self) == UInt8(ascii: "\"")
    }

    // MARK: Numbers

    private static let ones: UInt64 = 0x0101_0101_0101_0101

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

    /// A number as `plainNumber` takes it, of at most seven digits, and moves past it; `nil`, and does not move, for another.
    ///
    /// Where it ends is found first and alone, so that the processor goes on behind it while its digits are summed.
    @inline(__always)
    mutating func shortNumber() -> Double? {
        let length = (weir_no_number16(text + position) | 0x10000).trailingZeroBitCount
        // No branch: whether a number is negative cannot be foreseen.
        let isNegative: UInt64 = current == UInt8(ascii: "-") ? 1 : 0
        let sign = Int(truncatingIfNeeded: isNegative)
        let word = word(at: position &+ sign)
        var count = length &- sign
        guard count > 0, count <= 8 else { return nil }
        // Which of its characters are no digits: none, or one point.
        let points =
            weir_no_digits16(text + position) &>> UInt32(truncatingIfNeeded: sign)
            & (1 &<< UInt32(truncatingIfNeeded: count) &- 1)
        var digits = word
        var whole = count
        var divisor = 1.0
        if points != 0 {
            whole = points.trailingZeroBitCount
            count &-= 1
            let fraction = count &- whole
            // The digits behind the point move onto it.
            let below = 1 &<< UInt64(truncatingIfNeeded: 8 &* whole) &- 1 as UInt64
            digits = word & below | word &>> 8 & ~below
            guard points & (points &- 1) == 0,
                UInt8(truncatingIfNeeded: word &>> UInt64(8 &* whole)) == UInt8(ascii: "."),
                fraction > 0
            else { return nil }
            divisor = Double(Int64(bitPattern: powersOfTen[fraction]))
        }
        // A zero in front stands alone.
        guard whole > 0, count < 8, UInt8(truncatingIfNeeded: word) != UInt8(ascii: "0") || whole == 1,
            text.load(fromByteOffset: position &+ length, as: UInt8.self) | 0x20 != UInt8(ascii: "e")
        else { return nil }
        position &+= length
        let value = Double(Int64(bitPattern: value(digits, count: count))) / divisor
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
