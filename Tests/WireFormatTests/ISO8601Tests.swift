// Instants as text, there and back over ten thousand years, and the text that names no instant.

import Foundation
import ScoringRecords
import Testing
import WireFormat

@Suite("Times as ISO 8601 text")
struct ISO8601Tests {
    private func read(_ text: String) -> Int64? { ISO8601.timestamp(Array(text.utf8))?.microseconds }

    // 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z in microseconds.
    private let years: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    @Test("every instant of the years 1 to 9999 reads back from its own text")
    func roundTrip() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let instant = Timestamp(microseconds: Int64.random(in: years, using: &random))
            #expect(ISO8601.timestamp(Array(ISO8601.text(instant).utf8)) == instant)
            let second = Timestamp(microseconds: instant.microseconds / 1_000_000 * 1_000_000)
            #expect(ISO8601.timestamp(Array(ISO8601.text(second).utf8)) == second)
        }
        for edge in [years.lowerBound, years.upperBound, 0, -1, 1] {
            #expect(read(ISO8601.text(Timestamp(microseconds: edge))) == edge)
        }
    }

    @Test("the calendar is Foundation's proleptic Gregorian one")
    func calendar() throws {
        var random = SeededGenerator()
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for _ in 0..<2_000 {
            // Foundation leaves the Gregorian calendar before 1582.
            let seconds = Int64.random(in: -12_000_000_000...253_402_300_799, using: &random)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let text = ISO8601.text(Timestamp(microseconds: seconds * 1_000_000))
            let numbers = text.dropLast().split { !$0.isNumber }.map { Int($0) }
            #expect(numbers == [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second])
        }
    }

    @Test("offsets, fractions and shortened forms name the instant they should")
    func forms() {
        let noon: Int64 = 1_372_075_200_000_000  // 2013-06-24T12:00:00Z
        for text in [
            "2013-06-24T12:00:00Z", "2013-06-24t12:00:00z", "2013-06-24 12:00:00", "2013-06-24T12:00",
            "2013-06-24T12:00:00.0", "2013-06-24T14:00:00+02:00", "2013-06-24T14:00:00+0200",
            "2013-06-24T06:30:00-05:30", "2013-06-25T11:59:00+23:59", "2013-06-24T12:00:00-00:00",
            "2013-06-24T12:00:00.0000009Z",
        ] {
            #expect(read(text) == noon, "\(text)")
        }
        #expect(read("2013-06-24") == noon - 43_200_000_000)
        #expect(read("2013-06-24T12:00:00.25Z") == noon + 250_000)
        #expect(read("2013-06-24T12:00:00.123456789Z") == noon + 123_456)
    }

    @Test("29 February exists in leap years only")
    func leapDays() {
        for year in ["2024", "2000", "1600", "0004"] { #expect(read("\(year)-02-29") != nil) }
        for year in ["2023", "1900", "2100", "0001"] { #expect(read("\(year)-02-29") == nil) }
        #expect(read("2024-03-01").map { $0 - 86_400_000_000 } == read("2024-02-29"))
        #expect(read("2023-03-01").map { $0 - 86_400_000_000 } == read("2023-02-28"))
    }

    @Test("instants before 1970 round towards the past, not towards zero")
    func negatives() {
        #expect(ISO8601.text(Timestamp(microseconds: -1)) == "1969-12-31T23:59:59.999999Z")
        #expect(ISO8601.text(Timestamp(microseconds: -86_400_000_000)) == "1969-12-31T00:00:00Z")
        #expect(read("1969-12-31T23:59:59.999999Z") == -1)
    }

    @Test("instants outside four-digit years keep their sign, and the extremes are words")
    func extremes() {
        #expect(ISO8601.text(.distantPast) == "-infinity")
        #expect(ISO8601.text(.distantFuture) == "+infinity")
        #expect(ISO8601.text(Timestamp(microseconds: years.lowerBound - 1)) == "0000-12-31T23:59:59.999999Z")
        #expect(ISO8601.text(Timestamp(microseconds: -62_200_000_000_000_000)) == "-0002-12-17T14:13:20Z")
        #expect(ISO8601.text(Timestamp(microseconds: .max - 1)) == "294247-01-10T04:00:54.775806Z")
        #expect(ISO8601.text(Timestamp(microseconds: .min + 1)) == "-290308-12-21T19:59:05.224193Z")
    }

    @Test(
        "anything else is no time",
        arguments: [
            "", "2013", "2013-06", "2013-6-24", "2013-06-24T", "2013-06-24T12", "2013-06-24T12:", "2013-06-24T12:00:",
            "2013-06-24T24:00:00Z", "2013-06-24T12:60:00Z", "2013-06-24T12:00:60Z", "2013-06-24T12:00:00.Z",
            "2013-06-24T12:00:00,5Z", "2013-06-24T12:00:00+2", "2013-06-24T12:00:00+24:00",
            "2013-06-24T12:00:00+02:60", "2013-06-24T12:00:00Z ", " 2013-06-24", "2013-06-24Z", "2013-00-01",
            "2013-13-01", "2013-06-00", "2013-06-31", "0000-01-01", "-001-01-01", "12013-06-24", "2013/06/24",
            "20130624", "2013-W26-1", "2013-06-24T12:00:00 +02:00", "２013-06-24", "+infinity", "end",
        ])
    func rejects(text: String) {
        #expect(read(text) == nil)
    }
}
