// One field's values: which come most often, and how each fares in this epoch.

import ScoringRecords

/// The slices of one field.
///
/// Values are counted in a `HeavyHitters` table, across epochs; within an epoch a fixed number of them is followed. A
/// followed value stays so until the epoch ends, even if the table evicts it; a value that finds no room is followed in
/// the next epoch, if it is frequent. Who is followed depends on scores and values alone, never on outcomes.
struct SliceField: Equatable {
    private(set) var hitters: HeavyHitters
    private(set) var slices: [SliceStatistics] = []
    /// Events of this epoch whose value was not followed.
    private(set) var unfollowed = 0
    private var indices: ValueIndex
    /// For every slot of the table, the slice of its value, or −1.
    private var links: [Int] = []

    init(capacity: Int) {
        hitters = HeavyHitters(capacity: capacity)
        indices = ValueIndex(capacity: capacity)
    }

    @inline(__always)
    mutating func add(_ score: JudgedScore, value: String, at time: Timestamp) {
        let hash = ValueIndex.hash(value)
        let (slot, isNew) = hitters.count(value, hash: hash)
        if isNew { link(slot, value, hash) }
        let index = links[slot]
        if index >= 0 { slices[index].add(score, at: time) } else { unfollowed += 1 }
    }

    /// Lets values that are no longer frequent give way.
    mutating func age() { hitters.age() }

    /// Forgets all evidence and follows the values in the table.
    mutating func start() {
        restore(slices: hitters.entries.map { SliceStatistics(value: $0.value) }, unfollowed: 0)
    }

    mutating func flag(_ index: Int) { slices[index].isFlagged = true }

    mutating func restore(hitters entries: [HeavyHitters.Entry], admissions: Int) {
        hitters.restore(entries, admissions: admissions)
    }

    /// Takes up slices of distinct values, as many as the capacity at most, after the table.
    mutating func restore(slices: [SliceStatistics], unfollowed: Int) {
        self.slices = slices
        self.unfollowed = unfollowed
        indices = ValueIndex(capacity: hitters.capacity)
        for (index, slice) in slices.enumerated() {
            indices.insert(slice.value, hash: ValueIndex.hash(slice.value), place: index)
        }
        links = hitters.entries.map { indices.place(of: $0.value, hash: ValueIndex.hash($0.value)) }
    }

    private mutating func link(_ slot: Int, _ value: String, _ hash: UInt64) {
        precondition(value.utf8.count <= SliceSettings.valueBytes, "a value is as long as intake lets it be, or a pair")
        var index = indices.place(of: value, hash: hash)
        if index < 0, slices.count < hitters.capacity {
            index = slices.count
            indices.insert(value, hash: hash, place: index)
            slices.append(SliceStatistics(value: value))
        }
        if slot == links.count { links.append(-1) }
        links[slot] = index
    }
}

extension SliceField {
    /// The index only finds what the slices hold.
    static func == (left: SliceField, right: SliceField) -> Bool {
        left.hitters == right.hitters && left.slices == right.slices && left.unfollowed == right.unfollowed
            && left.links == right.links
    }
}
