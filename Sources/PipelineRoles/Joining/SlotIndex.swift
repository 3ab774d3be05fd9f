// Where the slots of a key are: a hash table with linear probing (Knuth, The Art of Computer Programming, vol. 3, §6.4,
// algorithms L and R), five bytes per place.

/// Slots by the hash of their keys. Equal hashes stand together; the caller compares keys.
struct SlotIndex: Sendable {
    // 0 says that the place is free; else a byte of the hash, so that most other keys are passed over unread.
    private var tags: [UInt8]
    private var slots: [UInt32]

    /// How many slots it holds.
    private(set) var count = 0

    private static let leastCapacity = 64

    /// An empty index with room for `count` slots.
    init(for count: Int = 0) {
        // Three quarters full after a rebuild would ask for the next one soon: two thirds.
        let capacity = max(SlotIndex.leastCapacity, count + count / 2)
        tags = Array(repeating: 0, count: capacity)
        slots = Array(repeating: 0, count: capacity)
    }

    /// Bytes of memory held.
    var memoryBytes: Int { tags.capacity + slots.capacity * 4 }

    /// Whether a further slot wants a larger table: beyond five sixths, probes grow long.
    var isFull: Bool { (count + 1) * 6 > tags.count * 5 }

    /// Whether the table is far larger than it need be.
    var isSparse: Bool { tags.count > 2 * SlotIndex.leastCapacity && count * 4 < tags.count }

    private func home(_ hash: UInt64) -> Int { Int(hash.multipliedFullWidth(by: UInt64(tags.count)).high) }

    private static func tag(_ hash: UInt64) -> UInt8 { max(1, UInt8(truncatingIfNeeded: hash)) }

    private func next(_ place: Int) -> Int { place + 1 == tags.count ? 0 : place + 1 }

    /// Calls `body` with slots whose keys may have this hash, until it says `false`.
    func find(_ hash: UInt64, _ body: (UInt32) -> Bool) {
        let tag = SlotIndex.tag(hash)
        var place = home(hash)
        while tags[place] != 0 {
            if tags[place] == tag, !body(slots[place]) { return }
            place = next(place)
        }
    }

    /// Calls `body` with every slot.
    func forEach(_ body: (UInt32) -> Void) {
        for place in tags.indices where tags[place] != 0 { body(slots[place]) }
    }

    /// Adds a slot.
    ///
    /// - Precondition: there is room; see `isFull`.
    mutating func insert(_ hash: UInt64, _ slot: UInt32) {
        precondition(count + 1 < tags.count, "a place stays free, so that every search ends")
        var place = home(hash)
        while tags[place] != 0 { place = next(place) }
        tags[place] = SlotIndex.tag(hash)
        slots[place] = slot
        count += 1
    }

    /// Removes a slot whose entry is still there, and moves what stood behind it up.
    mutating func remove(_ hash: UInt64, _ slot: UInt32, of store: EntryStore) {
        var hole = home(hash)
        while slots[hole] != slot || tags[hole] == 0 {
            precondition(tags[hole] != 0, "a slot is removed while it is there")
            hole = next(hole)
        }
        var place = next(hole)
        while tags[place] != 0 {
            let home = home(store.hash(slots[place]))
            // May stand in the hole if its home lies at or before the hole, on the circle that ends at its place.
            let reach = distance(from: home, to: place)
            if reach >= distance(from: hole, to: place) {
                tags[hole] = tags[place]
                slots[hole] = slots[place]
                hole = place
            }
            place = next(place)
        }
        tags[hole] = 0
        count -= 1
    }

    private func distance(from: Int, to: Int) -> Int { to >= from ? to - from : to + tags.count - from }
}
