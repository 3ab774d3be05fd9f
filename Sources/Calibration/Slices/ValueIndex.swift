// From a value to its place, fast and the same on every machine: the standard dictionary is neither here.

/// A hash table from texts to small numbers, with the hash computed once by the caller for all tables that need it.
///
/// Open addressing with linear probing, at most half full; removal shifts followers back, so that no graves pile up.
struct ValueIndex {
    private struct Cell {
        var hash: UInt64 = 0
        var place: Int = -1
        var value = ""
    }

    private var cells: [Cell]
    private var mask: Int

    /// An empty index for at most `capacity` values; more trap in `insert`.
    init(capacity: Int) {
        var size = 4
        while size < 2 * capacity { size *= 2 }
        cells = Array(repeating: Cell(), count: size)
        mask = size - 1
    }

    /// A hash of the UTF-8: eight bytes at a time, multiplied and folded. Not for secrets; whoever can choose values can
    /// make them collide, and then a look-up takes O(values).
    @inline(__always)
    static func hash(_ value: String) -> UInt64 {
        var value = value
        return value.withUTF8 { bytes in
            var state = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
            var offset = 0
            let raw = UnsafeRawBufferPointer(bytes)
            // In bounds by the loop's condition.
            while offset + 8 <= raw.count {
                state = fold(state ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                offset += 8
            }
            var rest: UInt64 = 0
            while offset < raw.count {
                rest = rest << 8 | UInt64(raw[offset])
                offset += 1
            }
            return fold(fold(state ^ rest))
        }
    }

    @inline(__always)
    private static func fold(_ bits: UInt64) -> UInt64 {
        let product = bits.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    /// The place of `value`, or −1.
    @inline(__always)
    func place(of value: String, hash: UInt64) -> Int {
        var cell = Int(truncatingIfNeeded: hash) & mask
        while cells[cell].place >= 0 {
            if cells[cell].hash == hash, cells[cell].value == value { return cells[cell].place }
            cell = (cell + 1) & mask
        }
        return -1
    }

    /// Adds a value that is not there.
    mutating func insert(_ value: String, hash: UInt64, place: Int) {
        var cell = Int(truncatingIfNeeded: hash) & mask
        var probes = 0
        while cells[cell].place >= 0 {
            probes += 1
            precondition(probes <= mask, "an index is never full")
            cell = (cell + 1) & mask
        }
        cells[cell] = Cell(hash: hash, place: place, value: value)
    }

    /// Removes a value that is there.
    mutating func remove(_ value: String, hash: UInt64) {
        var hole = Int(truncatingIfNeeded: hash) & mask
        while cells[hole].hash != hash || cells[hole].value != value { hole = (hole + 1) & mask }
        var cell = (hole + 1) & mask
        while cells[cell].place >= 0 {
            // A cell may move back into the hole if its home does not lie between the two.
            let home = Int(truncatingIfNeeded: cells[cell].hash) & mask
            if (cell - home) & mask >= (cell - hole) & mask {
                cells[hole] = cells[cell]
                hole = cell
            }
            cell = (cell + 1) & mask
        }
        cells[hole] = Cell()
    }
}
