// One row after another as bytes, without a `String` on the way. Only numbers, times and known words are written, so
// nothing ever needs quoting.

public import ScoringRecords

/// Writes named values as CSV cells or JSON members into one growing buffer.
///
/// The calendar is not its business: the caller gives the text of a midnight, and the clock time is written here.
public struct RowWriter {
    /// What a call of a cell writes: its value, or in a header its name.
    private enum Mode {
        case cells, members, header
    }

    /// Days whose text is kept. An event and its label are rarely a week apart or more: two days then share no slot.
    private static let dayCacheSize: Int64 = 8
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    private(set) var bytes: [UInt8] = []
    private let format: RowFormat
    private let midnightText: (Timestamp) -> String
    private var mode: Mode
    private var isFirst = true
    private var days: [(day: Int64, text: [UInt8])]

    init(format: RowFormat, midnightText: @escaping (Timestamp) -> String) {
        self.format = format
        self.midnightText = midnightText
        mode = format == .csv ? .cells : .members
        days = Array(repeating: (.min, []), count: Int(RowWriter.dayCacheSize))
    }

    /// Empties the buffer and keeps its storage.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Writes one line, whose values are the calls that `cells` makes.
    mutating func row(_ cells: (inout RowWriter) -> Void) {
        isFirst = true
        if mode == .members { bytes.append(UInt8(ascii: "{")) }
        cells(&self)
        if mode == .members { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes the names of the values that `cells` writes, where the format has a header.
    mutating func header(_ cells: (inout RowWriter) -> Void) {
        guard format == .csv else { return }
        mode = .header
        row(cells)
        mode = .cells
    }

    // MARK: Values

    /// A whole number.
    public mutating func integer(_ name: StaticString, _ value: Int) {
        guard begin(name) else { return }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(UInt64(value.magnitude), atLeast: 1)
    }

    /// `value` · 10^(−`places`), all places written: 1250 in 2 places is `12.50`. `places` is 1 to 18.
    public mutating func decimal(_ name: StaticString, _ value: Int, places: Int) {
        guard begin(name) else { return }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(UInt64(value.magnitude), atLeast: places + 1)
        bytes.insert(UInt8(ascii: "."), at: bytes.count - places)
    }

    /// 1 or 0.
    public mutating func flag(_ name: StaticString, _ value: Bool) { integer(name, value ? 1 : 0) }

    /// A word that needs neither quotes in CSV nor escapes in JSON.
    public mutating func word(_ name: StaticString, _ value: StaticString) {
        guard begin(name) else { return }
        quote()
        append(value)
        quote()
    }

    /// An instant in milliseconds as ISO 8601: `2024-01-01T08:30:00.250Z`.
    public mutating func time(_ name: StaticString, _ value: Timestamp) {
        guard begin(name) else { return }
        quote()
        let day = RowWriter.floorDivide(value.microseconds, RowWriter.microsecondsPerDay)
        let milliseconds = UInt64(value.microseconds - day * RowWriter.microsecondsPerDay) / 1_000
        appendDay(day)
        digits(milliseconds / 3_600_000, atLeast: 2)
        bytes.append(UInt8(ascii: ":"))
        digits(milliseconds / 60_000 % 60, atLeast: 2)
        bytes.append(UInt8(ascii: ":"))
        digits(milliseconds / 1_000 % 60, atLeast: 2)
        bytes.append(UInt8(ascii: "."))
        digits(milliseconds % 1_000, atLeast: 3)
        bytes.append(UInt8(ascii: "Z"))
        quote()
    }

    /// No value: an empty cell, or no member.
    public mutating func missing(_ name: StaticString) {
        if mode != .members { _ = begin(name) }
    }

    // MARK: Bytes

    /// Writes what stands before a value; `false` in a header, where the name is all.
    private mutating func begin(_ name: StaticString) -> Bool {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        if mode == .cells { return true }
        quote()
        append(name)
        quote()
        if mode == .header { return false }
        bytes.append(UInt8(ascii: ":"))
        return true
    }

    private mutating func quote() {
        if mode == .members { bytes.append(UInt8(ascii: "\"")) }
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Decimal digits with leading zeros up to `width`.
    private mutating func digits(_ value: UInt64, atLeast width: Int) {
        var count = 1
        var limit: UInt64 = 10
        // 10¹⁹ is the greatest power of ten in 64 bits.
        while count < width || (value >= limit && count < 20) {
            count += 1
            limit = limit.multipliedReportingOverflow(by: 10).overflow ? .max : limit * 10
        }
        let end = bytes.count + count
        for _ in 0..<count { bytes.append(UInt8(ascii: "0")) }
        var rest = value
        var position = end
        while rest > 0 {
            position -= 1
            bytes[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// `2024-01-01T`
    private mutating func appendDay(_ day: Int64) {
        let slot = Int(day & (RowWriter.dayCacheSize - 1))
        if days[slot].day != day {
            let text = midnightText(Timestamp(microseconds: day * RowWriter.microsecondsPerDay))
            days[slot] = (day, Array(text.utf8.prefix { $0 != UInt8(ascii: "T") }) + [UInt8(ascii: "T")])
        }
        bytes.append(contentsOf: days[slot].text)
    }

    private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
