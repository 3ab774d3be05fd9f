// Which waiting event's state changes next by time alone. Events come nearly in the order of their times, and one step
// comes as long after one event as after another: so the events before a step stand in a row, and a new one mostly goes
// to its end. Only one that is dated before the last of its row goes into a heap.

import ScoringRecords

/// When something falls due and, of what falls together, in which order: all keys differ, so the order is one.
struct DeadlineKey: Comparable, Sendable {
    var deadline: Timestamp
    /// The event's place in the journal.
    var sequence: UInt64

    @inline(__always)
    static func < (left: DeadlineKey, right: DeadlineKey) -> Bool {
        left.deadline != right.deadline ? left.deadline < right.deadline : left.sequence < right.sequence
    }
}

/// Slots by the next deadline of their events and their place in the journal. Four bytes for each and a quarter, eight for stragglers.
struct Deadlines: Sendable {
    private let schedule: DeadlineSchedule
    // One for each step of the schedule.
    private var rows: [DeadlineRow]
    private var stragglers: DeadlineHeap
    private var firstStraggler: DeadlineKey?

    // Where the least is, a row or behind the rows the heap, and its key.
    private var leastPlace = 0
    private var leastKey: DeadlineKey?

    init(_ schedule: DeadlineSchedule) {
        self.schedule = schedule
        rows = schedule.steps.map { _ in DeadlineRow() }
        stragglers = DeadlineHeap(schedule)
    }

    /// Bytes of memory held.
    var memoryBytes: Int { rows.reduce(stragglers.memoryBytes) { $0 + $1.memoryBytes } }

    /// The slot whose deadline comes first.
    var least: PackedEntries.Slot? {
        guard leastKey != nil else { return nil }
        return leastPlace < rows.count ? rows[leastPlace].first : stragglers.least
    }

    /// Adds a slot. O(1) behind all others that wait for the same step, else O(log n).
    mutating func insert(_ slot: PackedEntries.Slot, in entries: PackedEntries) {
        let (step, key) = WaitingEntry.next(of: slot, in: entries, schedule)
        let place: Int
        if rows[step].append(slot, key) {
            place = step
        } else {
            stragglers.insert(slot, in: entries)
            if firstStraggler.map({ key < $0 }) ?? true { firstStraggler = key }
            place = rows.count
        }
        if leastKey.map({ key < $0 }) ?? true { (leastPlace, leastKey) = (place, key) }
    }

    /// Takes out the least slot, whose entry is still there.
    mutating func removeLeast(in entries: PackedEntries) {
        if leastPlace < rows.count {
            rows[leastPlace].removeFirst()
            rows[leastPlace].firstKey = rows[leastPlace].first.map {
                WaitingEntry.next(of: $0, in: entries, schedule).key
            }
        } else {
            stragglers.removeLeast(in: entries)
            firstStraggler = stragglers.least.map { WaitingEntry.next(of: $0, in: entries, schedule).key }
        }
        (leastPlace, leastKey) = (rows.count, firstStraggler)
        for row in rows.indices {
            guard let key = rows[row].firstKey else { continue }
            if leastKey.map({ key < $0 }) ?? true { (leastPlace, leastKey) = (row, key) }
        }
    }

    /// Finds the place of the least slot after its deadline has moved on.
    mutating func settleLeast(in entries: PackedEntries) {
        guard let slot = least else { return }
        removeLeast(in: entries)
        insert(slot, in: entries)
    }
}

/// Slots in the order of their keys.
private struct DeadlineRow: Sendable {
    // Those that have left stay in front until they are a quarter of all.
    private var slots: [PackedEntries.Slot] = []
    private var passed = 0
    /// The key of the first; `nil` where there is none.
    var firstKey: DeadlineKey?
    private var lastKey: DeadlineKey?

    private static let leastPassed = 64

    var memoryBytes: Int { slots.capacity * MemoryLayout<PackedEntries.Slot>.stride }

    var first: PackedEntries.Slot? { passed < slots.count ? slots[passed] : nil }

    /// Puts a slot behind the last, unless that comes later.
    mutating func append(_ slot: PackedEntries.Slot, _ key: DeadlineKey) -> Bool {
        if firstKey == nil {
            firstKey = key
        } else if let lastKey, key < lastKey {
            return false
        }
        lastKey = key
        slots.makeRoomTightly()
        slots.append(slot)
        return true
    }

    /// Takes out the first; `firstKey` is then the caller's to say.
    mutating func removeFirst() {
        passed += 1
        guard passed >= DeadlineRow.leastPassed, passed > slots.count / 4 else { return }
        // Moving three for each that left is cheap; a table far too large is given back.
        if (slots.count - passed) * 4 < slots.capacity {
            slots = Array(slots[passed...])
        } else {
            slots.removeFirst(passed)
        }
        passed = 0
    }
}
