// Dates and times as text: the profile of ISO 8601 that RFC 3339 describes, and a bare date as its midnight in UTC.

public import ScoringRecords

/// Reads and writes instants as text.
public enum ISO8601 {
    private static let microsecondsPerSecond: Int64 = 1_000_000
    private static let secondsPerDay: Int64 = 86_400

    /// The instant that `text` names: `2013-06-24`, `2013-06-24T10:00:00Z`, `2013-06-24 10:00:00.25+02:00`.
    ///
    /// A time without an offset is UTC. Fractions beyond microseconds are cut. Years 0001 to 9999. `nil` for anything
    /// else, 60-second minutes included.
    public static func timestamp(_ text: some Collection<UInt8>) -> Timestamp? {
        let found = text.withContiguousStorageIfAvailable { timestamp(UnsafeRawBufferPointer($0)) }
        return found ?? Array(text).withUnsafeBytes { timestamp($0) }
    }

    /// The instant that `text` names, as `timestamp(_:)` of any bytes.
    static func timestamp(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        if let whole = wholeSecond(text) { return whole }
        var reader = DigitReader(text)
        guard let year = reader.digits(4), year >= 1, reader.accept("-"), let month = reader.digits(2),
            reader.accept("-"), let day = reader.digits(2), (1...12).contains(month),
            day >= 1, day <= daysInMonth(year: year, month: month)
        else { return nil }
        var seconds = daysFromCivil(year: year, month: month, day: day) * secondsPerDay
        if reader.isAtEnd { return Timestamp(microseconds: seconds * microsecondsPerSecond) }
        guard reader.accept("T") || reader.accept("t") || reader.accept(" "),
            let hour = reader.digits(2), hour < 24, reader.accept(":"), let minute = reader.digits(2), minute < 60
        else { return nil }
        var second: Int64 = 0
        var micros: Int64 = 0
        if reader.accept(":") {
            guard let whole = reader.digits(2), whole < 60 else { return nil }
            second = whole
            if reader.accept(".") {
                guard let fraction = reader.fraction() else { return nil }
                micros = fraction
            }
        }
        guard let offset = reader.offsetSeconds(), reader.isAtEnd else { return nil }
        seconds += hour * 3_600 + minute * 60 + second - offset
        return Timestamp(microseconds: seconds * microsecondsPerSecond + micros)
    }

    /// The instant of a text shaped as `2013-06-24T10:00:00Z`, by words; `nil` for what is not shaped so, or out of range.
    @inline(__always)
    private static func wholeSecond(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text.count == 20 else { return nil }
        // `2013-06-`, `24T10:00`, and `0:00` of `0:00:00Z`: the bytes that are to be as they are, and digits elsewhere.
        guard let date = digits(text, at: 0, shape: 0x2D00_002D_0000_0000, marks: 0xFF00_00FF_0000_0000),
            let clock = digits(text, at: 8, shape: 0x0000_3A00_0054_0000, marks: 0x0000_FF00_00FF_0000),
            let end = digits(text, at: 12, shape: 0x5A00_003A_0000_3A00, marks: 0xFF00_00FF_0000_FF00)
        else { return nil }
        func two(_ word: UInt64, _ place: Int) -> Int64 {
            let pair = word >> UInt64(8 * place)
            return Int64(truncatingIfNeeded: (pair & 0xF) &* 10 &+ pair >> 8 & 0xF)
        }
        let (year, month, day) = (two(date, 0) &* 100 &+ two(date, 2), two(date, 5), two(clock, 0))
        let (hour, minute, second) = (two(clock, 3), two(clock, 6), two(end, 5))
        guard year >= 1, (1...12).contains(month), day >= 1, day <= daysInMonth(year: year, month: month), hour < 24,
            minute < 60, second < 60
        else { return nil }
        let days = daysFromCivil(year: year, month: month, day: day)
        let seconds = days &* secondsPerDay &+ hour &* 3_600 &+ minute &* 60 &+ second
        return Timestamp(microseconds: seconds &* microsecondsPerSecond)
    }

    /// The word at `offset`, where its bytes marked are those of `shape` and the others are digits; else `nil`.
    @inline(__always)
    private static func digits(
        _ text: UnsafeRawBufferPointer, at offset: Int, shape: UInt64, marks: UInt64
    ) -> UInt64? {
        let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        guard word & marks == shape else { return nil }
        // A byte is a digit where its high half is 3 and stays 3 with 6 added: no carry leaves such a byte.
        let digits = word & ~marks | 0x3030_3030_3030_3030 & marks
        let highs: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        let threes: UInt64 = 0x3030_3030_3030_3030
        guard digits & highs == threes, (digits &+ 0x0606_0606_0606_0606) & highs == threes else { return nil }
        return word
    }

    /// `2013-06-24T10:00:00.250000Z`; the fraction is left out when it is zero. Extreme instants print as words.
    public static func text(_ time: Timestamp) -> String {
        if time == .distantPast { return "-infinity" }
        if time == .distantFuture { return "+infinity" }
        var seconds = time.microseconds / microsecondsPerSecond
        var micros = time.microseconds % microsecondsPerSecond
        if micros < 0 {
            micros += microsecondsPerSecond
            seconds -= 1
        }
        var days = seconds / secondsPerDay
        var rest = seconds % secondsPerDay
        if rest < 0 {
            rest += secondsPerDay
            days -= 1
        }
        let (year, month, day) = civil(fromDays: days)
        var text = Padded()
        text.append(year, width: 4)
        text.append("-", month, width: 2)
        text.append("-", day, width: 2)
        text.append("T", rest / 3_600, width: 2)
        text.append(":", rest / 60 % 60, width: 2)
        text.append(":", rest % 60, width: 2)
        if micros != 0 { text.append(".", micros, width: 6) }
        text.bytes.append(UInt8(ascii: "Z"))
        return String(decoding: text.bytes, as: UTF8.self)
    }

    // Digits into bytes: a replay writes a time per record, and formatting strings piece by piece took most of that.
    private struct Padded {
        var bytes: [UInt8] = []

        init() { bytes.reserveCapacity("2013-06-24T10:00:00.250000Z".utf8.count) }

        mutating func append(_ separator: Unicode.Scalar, _ number: Int64, width: Int) {
            bytes.append(UInt8(ascii: separator))
            append(number, width: width)
        }

        mutating func append(_ number: Int64, width: Int) {
            if number < 0 { bytes.append(UInt8(ascii: "-")) }
            var (rest, divisor, digits) = (number.magnitude, UInt64(1), 1)
            while digits < width || rest / divisor >= 10 {
                divisor *= 10
                digits += 1
            }
            while divisor > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor))
                rest %= divisor
                divisor /= 10
            }
        }
    }

    static func daysInMonth(year: Int64, month: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // The proleptic Gregorian calendar in eras of 400 years = 146,097 days, years starting in March so that the leap
    // day comes last. 719,468 days lie between 0000-03-01 and 1970-01-01.
    static func daysFromCivil(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

private struct DigitReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        defer { position += 1 }
        return Int64(bytes[position] - 0x30)
    }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let next = digit() else { return nil }
            value = value * 10 + next
        }
        return value
    }

    /// Digits after the point, as microseconds.
    mutating func fraction() -> Int64? {
        guard var value = digit() else { return nil }
        var places = 1
        while let next = digit() {
            if places < 6 {
                value = value * 10 + next
                places += 1
            }
        }
        while places < 6 {
            value *= 10
            places += 1
        }
        return value
    }

    /// `Z`, `±hh:mm`, `±hhmm` or nothing, as seconds east of UTC.
    mutating func offsetSeconds() -> Int64? {
        if isAtEnd || accept("Z") || accept("z") { return 0 }
        let sign: Int64 = accept("-") ? -1 : 1
        if sign == 1, !accept("+") { return nil }
        guard let hours = digits(2), hours < 24 else { return nil }
        _ = accept(":")
        guard let minutes = digits(2), minutes < 60 else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
