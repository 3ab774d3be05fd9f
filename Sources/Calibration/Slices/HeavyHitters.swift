// Which values come most often, in bounded memory, when there may be more of them than can be counted.

/// The Space-Saving table of frequent values (Metwally, Agrawal & El Abbadi 2005, *ICDT*).
///
/// A value in the table is counted. A new value takes a free place, and at the bound the place of the least count, of
/// equals the one admitted first, inheriting its count as a possible error: so a count is too high by at most `error`,
/// and every value that made up more than 1/capacity of all is in the table. Which one is evicted depends on the order
/// of the calls alone.
struct HeavyHitters: Sendable {
    struct Entry: Hashable {
        var value: String
        /// At least the number of times that `value` came.
        var count: Int
        /// By how much `count` may be too high.
        var error: Int
        /// Admissions before this one.
        var admission: Int
    }

    let capacity: Int
    private(set) var entries: [Entry] = []
    private(set) var admissions = 0
    private var slots: ValueIndex
    /// Slots as a binary heap, the next to be evicted at the root, and where in it each slot lies.
    private var heap: [Int] = []
    private var places: [Int] = []

    init(capacity: Int) {
        precondition(capacity >= 1, "a table has room for one value at least")
        self.capacity = capacity
        slots = ValueIndex(capacity: capacity)
    }

    /// Counts one occurrence of `value`, whose hash is `ValueIndex.hash(value)`.
    @inline(__always)
    mutating func count(_ value: String, hash: UInt64) -> (slot: Int, isNew: Bool) {
        let slot = slots.place(of: value, hash: hash)
        guard slot >= 0 else { return (admit(value, hash), true) }
        entries[slot].count += 1
        sink(from: places[slot])
        return (slot, false)
    }

    private mutating func admit(_ value: String, _ hash: UInt64) -> Int {
        defer { admissions += 1 }
        if entries.count < capacity {
            append(Entry(value: value, count: 1, error: 0, admission: admissions))
            return entries.count - 1
        }
        let slot = heap[0]
        let evicted = entries[slot]
        slots.remove(evicted.value, hash: ValueIndex.hash(evicted.value))
        slots.insert(value, hash: hash, place: slot)
        entries[slot] = Entry(
            value: value, count: evicted.count + 1, error: evicted.count, admission: admissions)
        sink(from: 0)
        return slot
    }

    /// Halves all counts and forgets values whose count becomes 0, most frequent values first from then on.
    ///
    /// So a value that was frequent long ago gives way to one that is frequent now.
    mutating func age() {
        let survivors = entries.map {
            Entry(value: $0.value, count: $0.count / 2, error: $0.error / 2, admission: $0.admission)
        }
        .filter { $0.count > 0 }
        .sorted { ($0.count, $1.admission) > ($1.count, $0.admission) }
        restore(survivors, admissions: admissions)
    }

    /// Takes up a state; the caller knows that values and admissions are distinct and within their bounds.
    mutating func restore(_ entries: [Entry], admissions: Int) {
        self = HeavyHitters(capacity: capacity)
        self.admissions = admissions
        for entry in entries { append(entry) }
    }

    private mutating func append(_ entry: Entry) {
        let slot = entries.count
        entries.append(entry)
        slots.insert(entry.value, hash: ValueIndex.hash(entry.value), place: slot)
        heap.append(slot)
        places.append(slot)
        rise(from: slot)
    }

    private func isEvictedBefore(_ left: Int, _ right: Int) -> Bool {
        (entries[left].count, entries[left].admission) < (entries[right].count, entries[right].admission)
    }

    private mutating func rise(from start: Int) {
        var place = start
        while place > 0, isEvictedBefore(heap[place], heap[(place - 1) / 2]) {
            exchange(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(from start: Int) {
        var place = start
        while true {
            var least = place
            let (left, right) = (2 * place + 1, 2 * place + 2)
            if left < heap.count, isEvictedBefore(heap[left], heap[least]) { least = left }
            if right < heap.count, isEvictedBefore(heap[right], heap[least]) { least = right }
            guard least != place else { return }
            exchange(place, least)
            place = least
        }
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        heap.swapAt(left, right)
        places[heap[left]] = left
        places[heap[right]] = right
    }
}

extension HeavyHitters: Equatable {
    /// The heap is only an order on the entries, which decide alone.
    static func == (left: HeavyHitters, right: HeavyHitters) -> Bool {
        left.capacity == right.capacity && left.admissions == right.admissions && left.entries == right.entries
    }
}
