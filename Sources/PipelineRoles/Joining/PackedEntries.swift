// Many small byte strings under keys, packed: what waits in a joiner. It knows no event and no label.

import ByteCoding

/// Entries of bytes, several of which may have the same key. Memory: the bytes, at most an eighth of holes, and about
/// 16 bytes of tables per entry.
struct PackedEntries: Sendable {
    /// The name of an entry while it is there; used again after it was removed.
    typealias Slot = EntryStore.Slot
    typealias Key = EntryKey

    private var store = EntryStore()
    private var index = SlotIndex()

    /// How many entries there are.
    var count: Int { index.count }

    /// Bytes of all memory held, tables and holes included.
    var memoryBytes: Int { store.memoryBytes + index.memoryBytes }

    /// All slots in use, ascending.
    var slots: some Sequence<Slot> { store.slots }

    /// Whether an entry is there under this slot.
    func isUsed(_ slot: Slot) -> Bool { store.isUsed(slot) }

    /// Calls `body` with every slot of this key until it says `false`.
    func find(_ key: Key, _ body: (Slot) -> Bool) {
        index.find(key.hash) { slot in store.matches(slot, key) ? body(slot) : true }
    }

    /// A slot of this key.
    func first(_ key: Key) -> Slot? {
        var found: Slot?
        find(key) { slot in
            found = slot
            return false
        }
        return found
    }

    /// A reader at the start of an entry's body. It must be gone before the entries change, or a change copies a segment.
    func reader(_ slot: Slot) -> ByteReader { store.reader(slot) }

    /// The little-endian number of eight bytes at an offset of an entry's body.
    func integer(_ slot: Slot, at offset: Int) -> Int64 { store.integer(slot, at: offset) }

    /// Calls `read` with an entry's body.
    @inline(__always)
    func withBody<Value>(_ slot: Slot, _ read: (UnsafeRawBufferPointer) -> Value) -> Value {
        store.withBody(slot, read)
    }

    /// Calls `read` with an entry's key.
    @inline(__always)
    func withKey<Value>(_ slot: Slot, _ read: (UnsafeRawBufferPointer) -> Value) -> Value { store.withKey(slot, read) }

    /// Adds an entry.
    mutating func insert(_ key: Key, body: [UInt8]) -> Slot {
        let slot = store.insert(key, body: body)
        index.insert(key.hash, slot)
        return slot
    }

    /// Writes over one byte of an entry's body.
    mutating func set(_ slot: Slot, at offset: Int, to byte: UInt8) { store.set(slot, at: offset, to: byte) }

    /// Writes over bytes of an entry's body.
    mutating func overwrite(_ slot: Slot, at offset: Int, with bytes: [UInt8]) {
        store.overwrite(slot, at: offset, with: bytes)
    }

    /// Gives an entry another body; in place where its length stays.
    mutating func replace(_ slot: Slot, body: [UInt8]) { store.replace(slot, body: body) }

    /// Removes an entry.
    mutating func remove(_ slot: Slot) {
        index.remove(store.hash(slot), slot)
        store.remove(slot)
    }
}
