// A hand that goes round all slots at a steady pace, as the hand of a clock: what has to be done to every slot once per
// period is done to a few at a time, and no slot needs a time stamp.

import ByteCoding
import ScoringRecords

/// Which slots are due as one of the journal's clocks goes on.
///
/// After a share x of a period, the slots 0 ..< x · slotCount have been visited once more, rounded down: a function of
/// how far the clock has come and of nothing else. Steps after a long pause are collapsed: a call costs at most one pass
/// over all slots, however many rounds it stands for.
struct SlotSweep {
    /// Events, or microseconds of event time, per round.
    private let period: UInt64
    private let slotCount: UInt64
    /// Visits so far, over all rounds.
    private(set) var visits: UInt64 = 0
    /// Units passed so far.
    private(set) var passed: UInt64 = 0
    /// Where event time stood last; `nil` before it was told.
    private(set) var lastTime: Timestamp?
    private let isByEvents: Bool

    /// A hand that goes round `rounds` times within `span`.
    init(span: JournalSpan, rounds: UInt64, slotCount: Int) {
        period = max(1, span.units / rounds)
        self.slotCount = UInt64(slotCount)
        if case .events = span { isByEvents = true } else { isByEvents = false }
    }

    /// One event has passed; calls `visit` for every slot due, with the number of times it is.
    mutating func passEvent(_ visit: (UInt32, UInt64) -> Void) {
        if isByEvents { pass(1, visit) }
    }

    /// Event time has come to `time`; what lies before the time told first, or before the last, changes nothing.
    mutating func passTime(_ time: Timestamp, _ visit: (UInt32, UInt64) -> Void) {
        guard !isByEvents, time != .distantPast, time != .distantFuture else { return }
        defer { lastTime = max(lastTime ?? time, time) }
        guard let lastTime, time > lastTime else { return }
        pass(UInt64(time.since(lastTime).microseconds), visit)
    }

    private mutating func pass(_ units: UInt64, _ visit: (UInt32, UInt64) -> Void) {
        passed += units
        // passed · slotCount / period: passed < 2⁶³ microseconds and slotCount ≤ 2²⁸ need 128 bits.
        let (rounds, part) = passed.quotientAndRemainder(dividingBy: period)
        let product = part.multipliedFullWidth(by: slotCount)
        // part < period, so the quotient is below slotCount.
        let place = period.dividingFullWidth(product).quotient
        let due = rounds &* slotCount &+ place
        let pending = due - visits
        if pending == 0 { return }
        let (whole, rest) = pending.quotientAndRemainder(dividingBy: slotCount)
        let first = visits % slotCount
        if whole > 0 {
            for slot in 0..<slotCount {
                // Slots within `rest` behind the hand are due once more.
                let distance = slot >= first ? slot - first : slot + slotCount - first
                visit(UInt32(slot), distance < rest ? whole + 1 : whole)
            }
        } else {
            for step in 0..<rest { visit(UInt32((first + step) % slotCount), 1) }
        }
        visits = due
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(visits)
        writer.writeVarint(passed)
        writer.writeInt64((lastTime ?? .distantPast).microseconds)
    }

    mutating func decode(_ reader: inout ByteReader) throws {
        visits = try reader.readVarint()
        passed = try reader.readVarint()
        let time = Timestamp(microseconds: try reader.readInt64())
        lastTime = time == .distantPast ? nil : time
    }
}
