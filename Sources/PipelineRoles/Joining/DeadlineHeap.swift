// Which waiting event's state changes next by time alone. Four bytes per event: the heap holds slots, and their keys
// are read from the entries.

import ScoringRecords

/// The moments at which one event's state changes by time: the same for every event but for its own time.
struct DeadlineSchedule: Sendable {
    /// One such moment.
    struct Step: Sendable {
        /// How long after the event.
        var offset: TimeSpan
        var head: Int
        /// The window and the grace end; else the wait ends.
        var closes: Bool
    }

    /// In the order in which they come. The end of a wait comes before the end of a window where both fall together.
    let steps: [Step]

    init(_ steps: [Step]) {
        self.steps = steps.sorted {
            ($0.offset, $0.head, $0.closes ? 1 : 0) < ($1.offset, $1.head, $1.closes ? 1 : 0)
        }
        // A step's number is one byte of an entry: two steps for each head at most.
        precondition(steps.count <= Int(UInt8.max), "an event has at most 255 deadlines")
    }
}

/// A min-heap of slots by the next deadline of their events. All keys differ, so the order is one.
struct DeadlineHeap: Sendable {
    private var slots: [PackedEntries.Slot] = []
    private let schedule: DeadlineSchedule

    init(_ schedule: DeadlineSchedule) { self.schedule = schedule }

    /// The slot whose deadline comes first.
    var least: PackedEntries.Slot? { slots.first }

    /// Bytes of memory held.
    var memoryBytes: Int { slots.capacity * MemoryLayout<PackedEntries.Slot>.stride }

    /// When an event's next step is due.
    func deadline(of slot: PackedEntries.Slot, in entries: PackedEntries) -> Timestamp {
        WaitingEntry.time(of: slot, in: entries)
            .advanced(by: schedule.steps[WaitingEntry.step(of: slot, in: entries)].offset)
    }

    private func isBefore(_ left: PackedEntries.Slot, _ right: PackedEntries.Slot, _ entries: PackedEntries) -> Bool {
        let (first, second) = (deadline(of: left, in: entries), deadline(of: right, in: entries))
        if first != second { return first < second }
        // Different events have different sequence numbers, so heads need not be compared.
        return WaitingEntry.sequence(of: left, in: entries) < WaitingEntry.sequence(of: right, in: entries)
    }

    /// Adds a slot. O(log n).
    mutating func insert(_ slot: PackedEntries.Slot, in entries: PackedEntries) {
        slots.makeRoomTightly()
        slots.append(slot)
        var child = slots.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(slots[child], slots[parent], entries) else { return }
            slots.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the least slot, whose entry is still there. O(log n).
    mutating func removeLeast(in entries: PackedEntries) {
        guard let last = slots.popLast(), !slots.isEmpty else { return }
        slots[0] = last
        settleLeast(in: entries)
    }

    /// Finds the place of the least slot after its deadline has moved on. O(log n).
    mutating func settleLeast(in entries: PackedEntries) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < slots.count else { return }
            if child + 1 < slots.count, isBefore(slots[child + 1], slots[child], entries) { child += 1 }
            guard isBefore(slots[child], slots[parent], entries) else { return }
            slots.swapAt(child, parent)
            parent = child
        }
    }
}
