// Where the slots of a key are: hash tables with linear probing whose entries stand in the order of their homes
// ("Robin Hood hashing": Celis, Larson and Munro, FOCS 1985), eight bytes per place.
//
// A place keeps the whole hash of its slot. So a search asks for the keys of hardly any slot but its own and ends at the
// first one nearer to its home than the key would be, a removal moves the slots behind it up, and a table is made larger
// from front to back, all without a look at a key. There are many small tables, not one: each grows by itself, and no
// event waits until all of a large one has been moved.

/// Slots by the hash of their keys. The caller compares keys; several slots may have the same.
struct SlotIndex: Sendable {
    private var tables = Array(repeating: SlotTable(), count: SlotIndex.tableCount)

    // At ten million slots a table has some 40,000, which are moved in a fraction of a millisecond.
    private static let tableBits: UInt32 = 8
    private static let tableCount = 1 << Int(tableBits)

    /// How many slots it holds.
    private(set) var count = 0

    /// Bytes of memory held.
    var memoryBytes: Int { tables.reduce(0) { $0 + $1.memoryBytes } }

    @inline(__always)
    private static func table(_ hash: UInt32) -> Int { Int(hash >> (32 - tableBits)) }

    /// Calls `body` with slots whose keys may have this hash, until it says `false`.
    @inline(__always)
    func find(_ hash: UInt32, _ body: (UInt32) -> Bool) {
        tables[SlotIndex.table(hash)].find(hash << SlotIndex.tableBits, body)
    }

    /// Adds a slot, any but the greatest number.
    mutating func insert(_ hash: UInt32, _ slot: UInt32) {
        tables[SlotIndex.table(hash)].insert(hash << SlotIndex.tableBits, slot)
        count += 1
    }

    /// Removes a slot, which is there.
    mutating func remove(_ hash: UInt32, _ slot: UInt32) {
        tables[SlotIndex.table(hash)].remove(hash << SlotIndex.tableBits, slot)
        count -= 1
    }
}

/// One table: the hash of each slot in the upper half of a place, the slot in the lower.
private struct SlotTable: Sendable {
    private var places: [UInt64] = []
    private var count = 0

    private static let free = UInt64.max
    private static let leastCapacity = 8

    var memoryBytes: Int { MemoryLayout<SlotTable>.stride + places.capacity * MemoryLayout<UInt64>.stride }

    // Ascends with the hash: the places of a run stand in the order of their homes.
    @inline(__always)
    private func home(_ hash: UInt32) -> Int {
        // The table has fewer than 2³² places: the product fits.
        Int(truncatingIfNeeded: (UInt64(hash) &* UInt64(truncatingIfNeeded: places.count)) >> 32)
    }

    @inline(__always)
    private static func hash(_ entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry &>> 32) }

    @inline(__always)
    private func next(_ place: Int) -> Int { place + 1 == places.count ? 0 : place + 1 }

    /// How far the entry at a place is from its home.
    @inline(__always)
    private func distance(_ entry: UInt64, at place: Int) -> Int {
        let distance = place - home(SlotTable.hash(entry))
        return distance < 0 ? distance + places.count : distance
    }

    @inline(__always)
    func find(_ hash: UInt32, _ body: (UInt32) -> Bool) {
        if places.isEmpty { return }
        var (place, travelled) = (home(hash), 0)
        while true {
            let entry = places[place]
            if entry == SlotTable.free { return }
            if SlotTable.hash(entry) == hash {
                if !body(UInt32(truncatingIfNeeded: entry)) { return }
            } else if distance(entry, at: place) < travelled {
                return
            }
            (place, travelled) = (next(place), travelled + 1)
        }
    }

    mutating func insert(_ hash: UInt32, _ slot: UInt32) {
        // Beyond five sixths probes grow long; two thirds after a change, or the next one would come soon.
        if (count + 1) * 6 > places.count * 5 { resize(for: count + 1) }
        place(UInt64(hash) << 32 | UInt64(slot))
        count += 1
    }

    // A place is free, so that every search ends.
    private mutating func place(_ new: UInt64) {
        var entry = new
        var (place, travelled) = (home(SlotTable.hash(new)), 0)
        while places[place] != SlotTable.free {
            let there = distance(places[place], at: place)
            // Whoever is nearer to home makes room.
            if there < travelled {
                swap(&places[place], &entry)
                travelled = there
            }
            (place, travelled) = (next(place), travelled + 1)
        }
        places[place] = entry
    }

    mutating func remove(_ hash: UInt32, _ slot: UInt32) {
        let entry = UInt64(hash) << 32 | UInt64(slot)
        var place = home(hash)
        while places[place] != entry {
            precondition(places[place] != SlotTable.free, "a slot is removed while it is there")
            place = next(place)
        }
        while true {
            let following = next(place)
            let moved = places[following]
            guard moved != SlotTable.free, distance(moved, at: following) > 0 else { break }
            places[place] = moved
            place = following
        }
        places[place] = SlotTable.free
        count -= 1
        if places.count > 2 * SlotTable.leastCapacity, count * 4 < places.count { resize(for: count) }
    }

    // But for what has come round from the end, homes ascend in both tables: each is walked once from front to back.
    private mutating func resize(for count: Int) {
        let old = places
        places = Array(repeating: SlotTable.free, count: max(SlotTable.leastCapacity, count + count / 2))
        for entry in old where entry != SlotTable.free { place(entry) }
    }
}
