// The moments at which waiting events change by time alone, and a heap of events by the next of them. Eight bytes per
// event: the heap holds slots and a coarse key; only where coarse keys are equal it asks the entries themselves.

import ScoringRecords

/// The moments at which one event's state changes by time: the same for every event but for its own time.
struct DeadlineSchedule: Sendable {
    /// One such moment.
    struct Step: Sendable {
        /// How long after the event.
        var offset: TimeSpan
        var head: Int
        var kind: Kind
    }

    /// What happens then, in the order in which it does where several things fall together.
    enum Kind: Int {
        /// The wait for a label ends.
        case endsWait
        /// The fold looks at what is known.
        case looks
        /// The window and the grace end.
        case closes
    }

    /// In the order in which they come.
    let steps: [Step]

    init(_ steps: [Step]) {
        self.steps = steps.sorted {
            ($0.offset, $0.head, $0.kind.rawValue) < ($1.offset, $1.head, $1.kind.rawValue)
        }
        // A step's number is one byte of an entry: three steps for each head at most.
        precondition(steps.count <= Int(UInt8.max), "an event has at most 255 deadlines")
    }
}

/// A min-heap, four children to a parent, of slots by their keys, see `DeadlineKey`.
struct DeadlineHeap: Sendable {
    private struct Element: Sendable {
        var coarse: UInt32
        var slot: PackedEntries.Slot
    }

    private static let children = 4
    // 2¹⁴ µs, about 16 ms: few events share one, and 2³² of them are two years.
    private static let coarseBits: Int64 = 14

    private var elements: [Element] = []
    private let schedule: DeadlineSchedule
    // The deadline that has the middle of all coarse keys: that of the first event in the heap.
    private var middle = Timestamp.distantPast

    init(_ schedule: DeadlineSchedule) { self.schedule = schedule }

    /// The slot whose deadline comes first.
    var least: PackedEntries.Slot? { elements.first?.slot }

    /// Bytes of memory held.
    var memoryBytes: Int { elements.capacity * MemoryLayout<Element>.stride }

    // Never falls where the deadline rises; beyond a year from the middle it stands still and the entries decide.
    @inline(__always)
    private func coarse(_ deadline: Timestamp) -> UInt32 {
        let units = deadline.since(middle).microseconds >> DeadlineHeap.coarseBits
        return UInt32(clamping: units + Int64(1) << 31)
    }

    @inline(__always)
    private func isBefore(_ left: Element, _ right: Element, _ entries: PackedEntries) -> Bool {
        if left.coarse != right.coarse { return left.coarse < right.coarse }
        return WaitingEntry.next(of: left.slot, in: entries, schedule).key
            < WaitingEntry.next(of: right.slot, in: entries, schedule).key
    }

    /// Adds a slot. O(log n).
    mutating func insert(_ slot: PackedEntries.Slot, in entries: PackedEntries) {
        let deadline = WaitingEntry.next(of: slot, in: entries, schedule).key.deadline
        if elements.isEmpty { middle = deadline }
        let element = Element(coarse: coarse(deadline), slot: slot)
        elements.makeRoomTightly()
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / DeadlineHeap.children
            guard isBefore(element, elements[parent], entries) else { break }
            elements[child] = elements[parent]
            child = parent
        }
        elements[child] = element
    }

    /// Takes out the least slot, whose entry is still there. O(log n).
    @inline(__always)
    mutating func removeLeast(in entries: PackedEntries) {
        guard let last = elements.popLast(), !elements.isEmpty else { return }
        settle(last, in: entries)
    }

    // Puts an element where the first one was, and lets it sink.
    @inline(__always)
    private mutating func settle(_ element: Element, in entries: PackedEntries) {
        var parent = 0
        while true {
            let first = DeadlineHeap.children * parent + 1
            guard first < elements.count else { break }
            var least = first
            for child in first + 1..<max(first + 1, min(first + DeadlineHeap.children, elements.count))
            where isBefore(elements[child], elements[least], entries) {
                least = child
            }
            guard isBefore(elements[least], element, entries) else { break }
            elements[parent] = elements[least]
            parent = least
        }
        elements[parent] = element
    }
}
