// The names of a schema's members, to be found by their bytes. Immutable, so that copies of a decoder share it.

/// Member names as keys of JSON text.
///
/// In memory of its own, which is written before anybody else sees it: a lookup follows pointers and retains nothing.
final class MemberNames: @unchecked Sendable {
    /// Where to look; as long as the names live.
    let index: Index
    private let keys: [[UInt8]]

    /// The names' memory.
    struct Index {
        // All keys, with quotes and colon, and eight bytes behind the last.
        fileprivate let bytes: UnsafeMutablePointer<UInt8>
        // Where each begins, and where the last ends.
        fileprivate let starts: UnsafeMutablePointer<Int>
        // Open addressing by the name's hash; −1 is free. At most half of the places are taken.
        fileprivate let places: UnsafeMutablePointer<Int>
        fileprivate let placeMask: Int

        /// Whether the key of `role` stands at `text`, with eight readable bytes behind it.
        func isKey(of role: Int, at text: UnsafeRawPointer) -> Bool {
            Index.areEqual(bytes + starts[role], text, count: starts[role + 1] - starts[role])
        }

        /// The member of the name of `count` bytes at `name`, with eight readable ones behind them; `nil` for one that does
        /// not matter.
        func role(named name: UnsafeRawPointer, count: Int) -> Int? {
            var place = MemberNames.hash(UnsafeRawBufferPointer(start: name, count: count)) & placeMask
            while places[place] >= 0 {
                let role = places[place]
                // Two quotes and a colon.
                let keyCount = starts[role + 1] - starts[role]
                if keyCount == count + 3, Index.areEqual(bytes + starts[role] + 1, name, count: count) { return role }
                place = (place + 1) & placeMask
            }
            return nil
        }

        // By words; stops at the first that differs.
        @inline(__always)
        private static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
            var offset = 0
            while offset < count {
                let difference =
                    left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    ^ right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                guard UInt64(littleEndian: difference) & Gap.mask(count - offset) == 0 else { return false }
                offset += 8
            }
            return true
        }
    }

    /// `nil` where a name occurs twice, or cannot stand in JSON as it is.
    init?(_ names: [String]) {
        guard Set(names).count == names.count else { return nil }
        for name in names {
            let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            guard isPlain else { return nil }
        }
        keys = names.map { Array("\"\($0)\":".utf8) }
        var placeCount = 2
        while placeCount < 2 * names.count { placeCount *= 2 }
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: keys.reduce(8) { $0 + $1.count })
        let starts = UnsafeMutablePointer<Int>.allocate(capacity: keys.count + 1)
        let places = UnsafeMutablePointer<Int>.allocate(capacity: placeCount)
        places.initialize(repeating: -1, count: placeCount)
        var end = 0
        for (role, key) in keys.enumerated() {
            (starts + role).initialize(to: end)
            for byte in key {
                (bytes + end).initialize(to: byte)
                end += 1
            }
            var place = key[1..<(key.count - 2)].withUnsafeBytes { MemberNames.hash($0) } & (placeCount - 1)
            while places[place] >= 0 { place = (place + 1) & (placeCount - 1) }
            places[place] = role
        }
        (starts + keys.count).initialize(to: end)
        (bytes + end).initialize(repeating: 0, count: 8)
        index = Index(bytes: bytes, starts: starts, places: places, placeMask: placeCount - 1)
    }

    deinit {
        index.bytes.deallocate()
        index.starts.deallocate()
        index.places.deallocate()
    }

    /// The key of a member, with quotes and colon.
    func key(of role: Int) -> [UInt8] { keys[role] }

    // FNV-1a, folded to the bits that a small table uses (Fowler, Noll and Vo, 1991).
    fileprivate static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }
}
