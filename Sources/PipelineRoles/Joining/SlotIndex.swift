// Where the slots of a key are: a hash table with linear probing whose entries stand in the order of their homes
// ("Robin Hood hashing": Celis, Larson and Munro, FOCS 1985), eight bytes per place.
//
// Each place knows how far its slot is from home. So a search ends at the first slot nearer to its home than the key
// would be, and a removal moves the slots behind it up without asking for their keys. It knows 16 bits of the hash as
// well: of slots with the same home, a search asks for the keys of hardly any but its own.

/// Slots by the hash of their keys. The caller compares keys; several slots may have the same.
struct SlotIndex: Sendable {
    // Above the lowest 16 bits, one more than the distance from home, and 0 where the place is free; below, the hash's
    // lowest 16.
    private var marks: [UInt32]
    private var slots: [UInt32]

    private static let oneFurther: UInt32 = 1 << 16

    /// How many slots it holds.
    private(set) var count = 0

    private static let leastCapacity = 64

    /// An empty index with room for `count` slots.
    init(for count: Int = 0) {
        // Two thirds full after a rebuild: nearer to the bound the next one would come soon.
        let capacity = max(SlotIndex.leastCapacity, count + count / 2)
        marks = Array(repeating: 0, count: capacity)
        slots = Array(repeating: 0, count: capacity)
    }

    /// Bytes of memory held.
    var memoryBytes: Int { (marks.capacity + slots.capacity) * 4 }

    /// Whether a further slot wants a larger table: beyond five sixths, probes grow long.
    var isFull: Bool { (count + 1) * 6 > marks.count * 5 }

    /// Whether the table is far larger than it need be.
    var isSparse: Bool { marks.count > 2 * SlotIndex.leastCapacity && count * 4 < marks.count }

    private func home(_ hash: UInt64) -> Int { Int(hash.multipliedFullWidth(by: UInt64(marks.count)).high) }

    private func mark(_ hash: UInt64) -> UInt32 { SlotIndex.oneFurther | UInt32(truncatingIfNeeded: hash & 0xFFFF) }

    private func next(_ place: Int) -> Int { place + 1 == marks.count ? 0 : place + 1 }

    /// Calls `body` with slots whose keys may have this hash, until it says `false`.
    func find(_ hash: UInt64, _ body: (UInt32) -> Bool) {
        var (place, mark) = (home(hash), mark(hash))
        while marks[place] >> 16 >= mark >> 16 {
            if marks[place] == mark, !body(slots[place]) { return }
            (place, mark) = (next(place), mark + SlotIndex.oneFurther)
        }
    }

    /// Calls `body` with every slot.
    func forEach(_ body: (UInt32) -> Void) {
        for place in marks.indices where marks[place] != 0 { body(slots[place]) }
    }

    /// Adds a slot.
    ///
    /// - Precondition: there is room, see `isFull`; and of one hash there are far fewer than 2¹⁶ slots.
    mutating func insert(_ hash: UInt64, _ slot: UInt32) {
        precondition(count + 1 < marks.count, "a place stays free, so that every search ends")
        var (place, mark, slot) = (home(hash), mark(hash), slot)
        while marks[place] != 0 {
            // Whoever is nearer to home makes room.
            if marks[place] >> 16 < mark >> 16 {
                swap(&marks[place], &mark)
                swap(&slots[place], &slot)
            }
            (place, mark) = (next(place), mark + SlotIndex.oneFurther)
        }
        marks[place] = mark
        slots[place] = slot
        count += 1
    }

    /// Removes a slot, and moves what stood behind it up.
    mutating func remove(_ hash: UInt64, _ slot: UInt32) {
        var place = home(hash)
        while slots[place] != slot || marks[place] == 0 {
            precondition(marks[place] != 0, "a slot is removed while it is there")
            place = next(place)
        }
        while true {
            let following = next(place)
            guard marks[following] >> 16 > 1 else { break }
            marks[place] = marks[following] - SlotIndex.oneFurther
            slots[place] = slots[following]
            place = following
        }
        marks[place] = 0
        count -= 1
    }
}
