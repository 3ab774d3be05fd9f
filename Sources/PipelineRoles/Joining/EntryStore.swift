// Bytes of entries in segments, and where each entry is.
//
//   segment = entry*          at most 64 KiB, or one larger entry
//   entry   = slot:u32  keyLength:u8  bodyLength:varint  key  body
//
// An entry is appended to the newest segment and found by its slot, whose address moves with it. Removed entries leave
// holes; once holes are an eighth of all bytes, the segment with most of them is emptied into the newest one. So holes
// stay below an eighth, and a removal moves at most one segment.

import ByteCoding

/// Packed entries by slot. Memory: the bytes, at most an eighth of holes, and five bytes of address per slot.
struct EntryStore: Sendable {
    /// The name of an entry while it is there; used again after it was removed.
    typealias Slot = UInt32

    // Large enough that a table of segments costs nothing, small enough that emptying one is no pause.
    static let segmentBytes = 1 << 16
    private static let holeShare = 8

    private var segments: [[UInt8]] = []
    private var liveBytes: [Int] = []
    private var freeSegments: [Int] = []
    private var newest: Int?
    private var totalBytes = 0
    private var totalLiveBytes = 0

    // An address is 40 bits, segment and offset: the lower 32, then the upper 8.
    private var lowAddresses: [UInt32] = []
    private var highAddresses: [UInt8] = []
    private var freeSlots: [Slot] = []

    private static let noAddress = UInt64(1) << 40 - 1

    /// Bytes of all memory held, tables and holes included.
    var memoryBytes: Int {
        segments.reduce(0) { $0 + $1.capacity } + segments.capacity * MemoryLayout<[UInt8]>.stride
            + liveBytes.capacity * 8 + lowAddresses.capacity * 4 + highAddresses.capacity + freeSlots.capacity * 4
    }

    /// All slots in use, ascending.
    var slots: some Sequence<Slot> {
        lowAddresses.indices.lazy.map { Slot($0) }.filter { isUsed($0) }
    }

    // MARK: Reading

    /// Whether an entry is there under this slot.
    func isUsed(_ slot: Slot) -> Bool { address(of: slot) != EntryStore.noAddress }

    /// Whether an entry has this key.
    func matches(_ slot: Slot, _ key: EntryKey) -> Bool {
        withKey(slot) { there in
            key.withBytes { wanted in
                guard there.count == wanted.count else { return false }
                for index in wanted.indices where there[index] != wanted[index] { return false }
                return true
            }
        }
    }

    /// The hash of an entry's key.
    func hash(_ slot: Slot) -> UInt32 { withKey(slot, EntryKey.hash) }

    /// A reader at the start of an entry's body. It must be gone before the entries change, or a change copies a segment.
    func reader(_ slot: Slot) -> ByteReader {
        let place = place(of: slot)
        var reader = ByteReader(segments[place.segment])
        do throws(ByteCodingError) {
            try reader.skip(place.body)
            return try reader.subreader(place.end - place.body)
        } catch { preconditionFailure("an entry lies outside its segment: \(error)") }
    }

    /// Calls `read` with an entry's key.
    @inline(__always)
    func withKey<Value>(_ slot: Slot, _ read: (UnsafeRawBufferPointer) -> Value) -> Value {
        let place = place(of: slot)
        return segments[place.segment].withUnsafeBytes { read(.init(rebasing: $0[place.key..<place.body])) }
    }

    /// Calls `read` with an entry's body.
    @inline(__always)
    func withBody<Value>(_ slot: Slot, _ read: (UnsafeRawBufferPointer) -> Value) -> Value {
        let place = place(of: slot)
        return segments[place.segment].withUnsafeBytes { read(.init(rebasing: $0[place.body..<place.end])) }
    }

    /// The little-endian number of eight bytes at an offset of an entry's body.
    func integer(_ slot: Slot, at offset: Int) -> Int64 {
        let place = place(of: slot)
        precondition(offset >= 0 && place.body + offset + 8 <= place.end, "an entry's fields lie within it")
        return segments[place.segment].withUnsafeBytes {
            Int64(littleEndian: $0.loadUnaligned(fromByteOffset: place.body + offset, as: Int64.self))
        }
    }

    // MARK: Changing

    /// Adds an entry.
    mutating func insert(_ key: EntryKey, body: [UInt8]) -> Slot {
        let slot = freeSlots.popLast() ?? newSlot()
        key.withBytes { key in body.withUnsafeBytes { append(slot, key, $0) } }
        return slot
    }

    /// Writes over one byte of an entry's body.
    mutating func set(_ slot: Slot, at offset: Int, to byte: UInt8) {
        let place = place(of: slot)
        precondition(offset >= 0 && place.body + offset < place.end, "an entry's fields lie within it")
        segments[place.segment][place.body + offset] = byte
    }

    /// Writes over bytes of an entry's body.
    mutating func overwrite(_ slot: Slot, at offset: Int, with bytes: [UInt8]) {
        let place = place(of: slot)
        let start = place.body + offset
        precondition(offset >= 0 && start + bytes.count <= place.end, "an entry's fields lie within it")
        segments[place.segment].withUnsafeMutableBytes { segment in
            bytes.withUnsafeBytes { segment[start..<start + bytes.count].copyBytes(from: $0) }
        }
    }

    /// Gives an entry another body; in place where its length stays.
    mutating func replace(_ slot: Slot, body: [UInt8]) {
        let place = place(of: slot)
        if place.end - place.body == body.count { return overwrite(slot, at: 0, with: body) }
        let key = Array(segments[place.segment][place.key..<place.body])
        free(place)
        key.withUnsafeBytes { key in body.withUnsafeBytes { append(slot, key, $0) } }
        fillHoles()
    }

    /// Removes an entry.
    mutating func remove(_ slot: Slot) {
        free(place(of: slot))
        setAddress(of: slot, to: EntryStore.noAddress)
        freeSlots.makeRoomTightly()
        freeSlots.append(slot)
        fillHoles()
    }

    private mutating func newSlot() -> Slot {
        precondition(lowAddresses.count < Int(Slot.max), "a joiner holds fewer than 2³² entries")
        lowAddresses.makeRoomTightly()
        highAddresses.makeRoomTightly()
        lowAddresses.append(UInt32(truncatingIfNeeded: EntryStore.noAddress))
        highAddresses.append(UInt8(truncatingIfNeeded: EntryStore.noAddress >> 32))
        return Slot(lowAddresses.count - 1)
    }

    // MARK: Segments

    private struct Place {
        var segment: Int
        var start: Int
        var key: Int
        var body: Int
        var end: Int
    }

    private func address(of slot: Slot) -> UInt64 {
        UInt64(highAddresses[Int(slot)]) << 32 | UInt64(lowAddresses[Int(slot)])
    }

    private mutating func setAddress(of slot: Slot, to address: UInt64) {
        lowAddresses[Int(slot)] = UInt32(truncatingIfNeeded: address)
        highAddresses[Int(slot)] = UInt8(truncatingIfNeeded: address >> 32)
    }

    private func place(of slot: Slot) -> Place {
        let address = address(of: slot)
        precondition(address != EntryStore.noAddress, "an entry is read while it is there")
        return place(Int(address >> 16), Int(address & 0xFFFF))
    }

    private func place(_ segment: Int, _ start: Int) -> Place {
        segments[segment].withUnsafeBufferPointer { bytes in
            let keyLength = Int(bytes[start + 4])
            var (position, length, shift) = (start + 5, 0, 0)
            while true {
                let byte = bytes[position]
                length |= Int(byte & 0x7F) << shift
                position += 1
                shift += 7
                if byte < 0x80 { break }
            }
            return Place(
                segment: segment, start: start, key: position, body: position + keyLength,
                end: position + keyLength + length)
        }
    }

    private func slot(at start: Int, of segment: [UInt8]) -> Slot {
        segment.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt32.self)) }
    }

    private mutating func append(_ slot: Slot, _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) {
        let bytes = EntryStore.headerBytes(of: body.count) + key.count + body.count
        let segment = segment(for: bytes)
        note(slot, bytes, in: segment)
        segments[segment].append(addingCapacity: bytes) { span in
            span.withUnsafeMutableBufferPointer { room, initializedCount in
                EntryStore.write(slot, key, body, to: UnsafeMutableRawBufferPointer(room))
                initializedCount = bytes
            }
        }
    }

    // Every access is checked against the room, which is as large as the entry.
    private static func write(
        _ slot: Slot, _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) {
        room.storeBytes(of: slot.littleEndian, as: UInt32.self)
        room[4] = UInt8(key.count)
        var (length, position) = (body.count, 5)
        while length >= 0x80 {
            room[position] = UInt8(length & 0x7F) | 0x80
            length >>= 7
            position += 1
        }
        room[position] = UInt8(length)
        room[(position + 1)...].copyBytes(from: key)
        room[(position + 1 + key.count)...].copyBytes(from: body)
    }

    // The entry that is about to be appended lies there.
    private mutating func note(_ slot: Slot, _ bytes: Int, in segment: Int) {
        setAddress(of: slot, to: UInt64(segment) << 16 | UInt64(segments[segment].count))
        liveBytes[segment] += bytes
        totalBytes += bytes
        totalLiveBytes += bytes
    }

    // Slot, length of the key, and the varint of the body's length.
    private static func headerBytes(of bodyCount: Int) -> Int {
        var (bytes, length) = (4 + 1 + 1, bodyCount)
        while length >= 0x80 {
            bytes += 1
            length >>= 7
        }
        return bytes
    }

    // The newest segment, or a new one where the bytes do not fit into it.
    private mutating func segment(for bytes: Int) -> Int {
        if let newest, segments[newest].isEmpty || segments[newest].count + bytes <= EntryStore.segmentBytes {
            if segments[newest].isEmpty { segments[newest].reserveCapacity(max(bytes, EntryStore.segmentBytes)) }
            return newest
        }
        let segment = freeSegments.popLast() ?? segments.count
        if segment == segments.count {
            precondition(segment < 1 << 24, "a joiner holds less than a tebibyte")
            segments.append([])
            liveBytes.append(0)
        }
        segments[segment].reserveCapacity(max(bytes, EntryStore.segmentBytes))
        newest = segment
        return segment
    }

    private mutating func free(_ place: Place) {
        liveBytes[place.segment] -= place.end - place.start
        totalLiveBytes -= place.end - place.start
        if liveBytes[place.segment] == 0 { release(place.segment) }
    }

    private mutating func release(_ segment: Int) {
        totalBytes -= segments[segment].count
        if segment == newest {
            segments[segment].removeAll(keepingCapacity: segments[segment].capacity <= 2 * EntryStore.segmentBytes)
            return
        }
        segments[segment] = []
        freeSegments.append(segment)
    }

    // Empties the segment with most holes, if holes have become too many. It has at least the average share of them,
    // so that what is moved is at most seven times what was freed.
    private mutating func fillHoles() {
        guard totalBytes - totalLiveBytes > max(EntryStore.segmentBytes, totalBytes / EntryStore.holeShare)
        else { return }
        var (worst, holes) = (0, -1)
        for segment in segments.indices where segment != newest {
            let here = segments[segment].count - liveBytes[segment]
            if here > holes { (worst, holes) = (segment, here) }
        }
        guard holes > 0 else { return }
        let old = segments[worst]
        old.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                let end = place(worst, start).end
                let slot = slot(at: start, of: old)
                if address(of: slot) == UInt64(worst) << 16 | UInt64(start) {
                    // An entry's bytes say nothing of where it lies.
                    let segment = segment(for: end - start)
                    note(slot, end - start, in: segment)
                    segments[segment].append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
                    liveBytes[worst] -= end - start
                    totalLiveBytes -= end - start
                }
                start = end
            }
        }
        release(worst)
    }
}

extension Array {
    /// Grows the capacity by an eighth where doubling would hold as much again as is used.
    mutating func makeRoomTightly() {
        if count == capacity { reserveCapacity(count + count / 8 + 16) }
    }
}
