// Durations and recorded times as text: what reads, and what strictly does not.

import PipelineHost
import ScoringRecords
import Testing

@Suite("Times in a configuration")
struct ConfigurationTimeTests {
    @Test(
        "durations are whole numbers with units, and sums of them",
        arguments: [
            ("250ms", 250_000), ("30s", 30_000_000), ("5m", 300_000_000), ("12h", 43_200_000_000),
            ("7d", 604_800_000_000), ("1h30m", 5_400_000_000), ("1d1h1m1s1ms1us", 90_061_001_001), ("0s", 0),
            ("90m", 5_400_000_000), ("36500d", 3_153_600_000_000_000),
        ] as [(String, Int64)])
    func durations(text: String, microseconds: Int64) throws {
        let span = try DurationText.span(text)
        #expect(span.microseconds == microseconds)
        #expect(try DurationText.span(DurationText.text(span)) == span)
    }

    @Test(
        "nothing else is a duration",
        arguments: [
            "", "30", "s", "1.5h", "-1s", "+1s", "1 h", "1h 30m", "30m1h", "1h1h", "1H", "1min", "１s", "1s ", " 1s",
            "36501d", "36500d1us", "99999999999999999999d", "9223372036854775807d",
        ])
    func noDuration(text: String) {
        #expect(throws: SettingError.self) { try DurationText.span(text) }
    }

    @Test("durations print with the fewest units")
    func durationText() {
        #expect(DurationText.text(.seconds(90)) == "1m30s")
        #expect(DurationText.text(.zero) == "0s")
        #expect(DurationText.text(TimeSpan(microseconds: -1_500)) == "-1ms500us")
        #expect(DurationText.text(TimeSpan(microseconds: .min)).hasPrefix("-106751991d"))
    }

    @Test("Unix times take a sign and a fraction")
    func unix() {
        #expect(TimeFormat.unixSeconds.timestamp("1372068000.25") == Timestamp(microseconds: 1_372_068_000_250_000))
        #expect(TimeFormat.unixSeconds.timestamp("-0.5") == Timestamp(microseconds: -500_000))
        #expect(TimeFormat.unixSeconds.timestamp("0.0000019") == Timestamp(microseconds: 1))
        #expect(
            TimeFormat.unixMilliseconds.timestamp("+1372068000250") == Timestamp(microseconds: 1_372_068_000_250_000))
        #expect(TimeFormat.unixMilliseconds.timestamp("1.2345") == Timestamp(microseconds: 1_234))
        #expect(TimeFormat.unixSeconds.timestamp("253402300799.999999") != nil)
        #expect(TimeFormat.unixSeconds.timestamp("-62135596800") != nil)
    }

    @Test(
        "nothing else is a Unix time",
        arguments: [
            "", "-", ".", "1.", ".5", "1e9", "1,5", " 1", "1 ", "--1", "1.2.3", "nan", "253402300800", "-62135596801",
            "9223372036854775808", "99999999999999999999999999",
        ])
    func noUnix(text: String) {
        #expect(TimeFormat.unixSeconds.timestamp(text) == nil)
    }

    @Test(
        "patterns read dates of the calendar, leap days included",
        arguments: [
            ("%m/%d/%Y", "7/4/2015", 1_435_968_000), ("%m/%d/%Y", "07/04/2015", 1_435_968_000),
            ("%Y-%m-%d", "2000-02-29", 951_782_400), ("%d.%m.%Y", "29.2.2024", 1_709_164_800),
            ("%Y%m%d", "20240229", 1_709_164_800), ("%Y%m%d%H%M%S", "20240229235959", 1_709_251_199),
            ("%Y-%m-%d %H:%M:%S", "1969-12-31 23:59:59", -1), ("%Y-%m-%dT%H:%MZ", "1970-01-01T00:01Z", 60),
            ("%d%%%m%%%Y", "1%1%1970", 0), ("%H h, %d/%m/%Y", "5 h, 1/1/1970", 18_000),
        ] as [(String, String, Int64)])
    func patterns(pattern: String, text: String, seconds: Int64) throws {
        let format = TimeFormat.pattern(try TimePattern(pattern))
        #expect(format.timestamp(text) == Timestamp(microseconds: seconds * 1_000_000))
    }

    @Test(
        "patterns take nothing that is not there",
        arguments: [
            ("%m/%d/%Y", "2/29/2015"), ("%m/%d/%Y", "2/29/1900"), ("%m/%d/%Y", "4/31/2015"), ("%m/%d/%Y", "13/1/2015"),
            ("%m/%d/%Y", "0/1/2015"), ("%m/%d/%Y", "1/0/2015"), ("%m/%d/%Y", "1/1/15"), ("%m/%d/%Y", "1/1/0000"),
            ("%m/%d/%Y", "1/1/20155"), ("%m/%d/%Y", "001/1/2015"), ("%m/%d/%Y", " 1/1/2015"), ("%m/%d/%Y", "1/1/2015 "),
            ("%m/%d/%Y", "1-1-2015"), ("%m/%d/%Y", ""), ("%Y%m%d", "2024229"), ("%Y%m%d", "202411"),
            ("%Y-%m-%d %H:%M:%S", "2024-01-01 24:00:00"), ("%Y-%m-%d %H:%M:%S", "2024-01-01 00:60:00"),
            ("%Y-%m-%d %H:%M:%S", "2016-12-31 23:59:60"), ("%Y-%m-%d", "+024-01-01"), ("%Y-%m-%d", "２024-01-01"),
        ])
    func noMatch(pattern: String, text: String) throws {
        #expect(try TimePattern(pattern).timestamp(text.utf8) == nil)
    }

    @Test(
        "a pattern names a whole instant, each part once",
        arguments: [
            "", "%", "%Y-%m", "%m/%d", "%Y-%m-%d %M", "%Y-%m-%d %H:%S", "%Y-%m-%d %Y", "%y-%m-%d", "%F", "%Y-%m-%d%",
        ])
    func noPattern(text: String) {
        #expect(throws: SettingError.self) { try TimePattern(text) }
    }

    @Test("a cell is a number in [0, 1] or one of the mapped texts")
    func outcomes() {
        var label = LabelMapping(head: "h", table: .sameRow, column: "c", moment: .delay(.zero), outcomes: .number)
        #expect(label.outcome(of: "1") == .number(1))
        #expect(label.outcome(of: "0.25") == .number(0.25))
        for cell in ["", "2", "-0.1", "nan", "yes", "1 "] { #expect(label.outcome(of: cell) == .text(cell)) }
        label.outcomes = .texts(["yes": 1, "": 0])
        #expect(label.outcome(of: "yes") == .number(1))
        #expect(label.outcome(of: "") == .number(0))
        #expect(label.outcome(of: "1") == .text("1"))
        label.outcomes = .classes(["won": "none"])
        #expect(label.outcome(of: "won") == .text("none"))
        #expect(label.outcome(of: "fraud") == .text("fraud"))
    }
}
