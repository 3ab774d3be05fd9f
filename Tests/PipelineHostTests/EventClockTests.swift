// A worker's clock under a wall clock that is set.

import PipelineHost
import ScoringRecords
import Testing

@Suite("A worker's event clock")
struct EventClockTests {
    /// Reads a clock every `step` seconds for as long as `wall` gives times, in seconds.
    private func readings(of wall: [Double], every step: Double = 1) -> [Double] {
        func nanoseconds(_ reading: Int) -> UInt64 { 7_000 + UInt64(Double(reading) * step * 1e9) }
        func time(_ seconds: Double) -> Timestamp { Timestamp(microseconds: Int64(seconds * 1e6)) }
        var clock = EventClock(wall: time(wall[0]), steady: nanoseconds(0))
        return wall.enumerated().map { index, seconds in
            Double(clock.read(wall: time(seconds), steady: nanoseconds(index)).microseconds) / 1e6
        }
    }

    @Test("is the wall clock while that goes evenly, drifts, or takes small steps")
    func even() {
        let wall = (0..<100).map { 1_000_000 + Double($0) * 1.01 + ($0 > 50 ? 30 : 0) }
        #expect(readings(of: wall) == wall)
    }

    @Test("set back, it goes on at half speed and never back, until both agree again")
    func setBack() {
        let back = (0..<300).map { 1_000_000 + Double($0) - ($0 >= 100 ? 60 : 0) }
        let read = readings(of: back)
        for (before, after) in zip(read, read.dropFirst()) { #expect(after >= before) }
        #expect(read[99] == back[99])
        #expect(read[159] == 1_000_099 + 30)
        // Sixty-one seconds behind, it is caught at half speed after 122.
        #expect(read[215] > back[215])
        #expect(read[225] == back[225])
    }

    @Test("set far ahead, it is believed after a minute, and not at all if it is mended before")
    func setAhead() {
        let year = 365.0 * 86_400
        let mended = (0..<200).map { 1_000_000 + Double($0) + ((100..<150).contains($0) ? year : 0) }
        let evenly = (0..<200).map { 1_000_000 + Double($0) }
        #expect(readings(of: mended) == evenly)
        let stays = (0..<200).map { 1_000_000 + Double($0) + ($0 >= 100 ? year : 0) }
        let read = readings(of: stays)
        #expect(read[..<160] == evenly[..<160])
        #expect(read[160...] == stays[160...])
    }

    @Test("short rounds lose nothing")
    func shortRounds() {
        let back = (0..<40_000).map { 1_000_000 + Double($0) / 1_000 - ($0 >= 10_000 ? 100 : 0) }
        let read = readings(of: back, every: 0.001)
        #expect(abs(read[39_999] - (1_000_009.999 + 15)) < 0.001)
    }
}
