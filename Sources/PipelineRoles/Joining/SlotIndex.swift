// Where the slots of a key are: a hash table with linear probing whose entries stand in the order of their homes
// ("Robin Hood hashing": Celis, Larson and Munro, FOCS 1985), six bytes per place.
//
// Each place knows how far its slot is from home. So a search ends at the first slot nearer to its home than the key
// would be, and a removal moves the slots behind it up without asking for their keys.

/// Slots by the hash of their keys. The caller compares keys; several slots may have the same.
struct SlotIndex: Sendable {
    // 0 says that the place is free, else it is one more than the distance from home.
    private var distances: [UInt16]
    private var slots: [UInt32]

    /// How many slots it holds.
    private(set) var count = 0

    private static let leastCapacity = 64

    /// An empty index with room for `count` slots.
    init(for count: Int = 0) {
        // Two thirds full after a rebuild: nearer to the bound the next one would come soon.
        let capacity = max(SlotIndex.leastCapacity, count + count / 2)
        distances = Array(repeating: 0, count: capacity)
        slots = Array(repeating: 0, count: capacity)
    }

    /// Bytes of memory held.
    var memoryBytes: Int { distances.capacity * 2 + slots.capacity * 4 }

    /// Whether a further slot wants a larger table: beyond five sixths, probes grow long.
    var isFull: Bool { (count + 1) * 6 > distances.count * 5 }

    /// Whether the table is far larger than it need be.
    var isSparse: Bool { distances.count > 2 * SlotIndex.leastCapacity && count * 4 < distances.count }

    private func home(_ hash: UInt64) -> Int { Int(hash.multipliedFullWidth(by: UInt64(distances.count)).high) }

    private func next(_ place: Int) -> Int { place + 1 == distances.count ? 0 : place + 1 }

    /// Calls `body` with slots whose keys may have this hash, until it says `false`.
    func find(_ hash: UInt64, _ body: (UInt32) -> Bool) {
        var (place, distance) = (home(hash), UInt16(1))
        while distances[place] >= distance {
            if distances[place] == distance, !body(slots[place]) { return }
            (place, distance) = (next(place), distance + 1)
        }
    }

    /// Calls `body` with every slot.
    func forEach(_ body: (UInt32) -> Void) {
        for place in distances.indices where distances[place] != 0 { body(slots[place]) }
    }

    /// Adds a slot.
    ///
    /// - Precondition: there is room, see `isFull`; and of one hash there are far fewer than 2¹⁶ slots.
    mutating func insert(_ hash: UInt64, _ slot: UInt32) {
        precondition(count + 1 < distances.count, "a place stays free, so that every search ends")
        var (place, distance, slot) = (home(hash), UInt16(1), slot)
        while distances[place] != 0 {
            // Whoever is nearer to home makes room.
            if distances[place] < distance {
                swap(&distances[place], &distance)
                swap(&slots[place], &slot)
            }
            (place, distance) = (next(place), distance + 1)
        }
        distances[place] = distance
        slots[place] = slot
        count += 1
    }

    /// Removes a slot, and moves what stood behind it up.
    mutating func remove(_ hash: UInt64, _ slot: UInt32) {
        var place = home(hash)
        while slots[place] != slot || distances[place] == 0 {
            precondition(distances[place] != 0, "a slot is removed while it is there")
            place = next(place)
        }
        while true {
            let following = next(place)
            guard distances[following] > 1 else { break }
            distances[place] = distances[following] - 1
            slots[place] = slots[following]
            place = following
        }
        distances[place] = 0
        count -= 1
    }
}
