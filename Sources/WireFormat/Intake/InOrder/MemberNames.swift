// The names of a schema's members, to be found by their bytes. Immutable, so that copies of a decoder share it.

/// Member names as keys of JSON text.
final class MemberNames: Sendable {
    private let keys: [[UInt8]]
    // Open addressing by the name's hash; −1 is free. At most half of the places are taken.
    private let places: [Int]

    /// `nil` where a name occurs twice, or cannot stand in JSON as it is.
    init?(_ names: [String]) {
        guard Set(names).count == names.count else { return nil }
        keys = names.map { Array("\"\($0)\":".utf8) }
        for name in names {
            let isPlain = name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            guard isPlain else { return nil }
        }
        var places = [-1, -1]
        while places.count < 2 * names.count { places += places }
        for (role, name) in names.enumerated() {
            var place = Array(name.utf8).withUnsafeBytes { MemberNames.hash($0) } & (places.count - 1)
            while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
            places[place] = role
        }
        self.places = places
    }

    /// The key of a member, with quotes and colon.
    func key(of role: Int) -> [UInt8] { keys[role] }

    /// Whether the key of `role` stands at `text`. Reads no further than the first byte that differs.
    func isKey(of role: Int, at text: UnsafeRawPointer) -> Bool {
        keys[role].withUnsafeBytes { key in
            for index in key.indices where text.load(fromByteOffset: index, as: UInt8.self) != key[index] {
                return false
            }
            return true
        }
    }

    /// The member of this name; `nil` for one that does not matter.
    func role(named name: UnsafeRawBufferPointer) -> Int? {
        var place = MemberNames.hash(name) & (places.count - 1)
        while places[place] >= 0 {
            let role = places[place]
            let isFound = keys[role].withUnsafeBytes { key in
                key.count == name.count + 3
                    && UnsafeRawBufferPointer(rebasing: key[1..<(key.count - 2)]).elementsEqual(name)
            }
            if isFound { return role }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    // FNV-1a, folded to the bits that a small table uses (Fowler, Noll and Vo, 1991).
    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }
}
