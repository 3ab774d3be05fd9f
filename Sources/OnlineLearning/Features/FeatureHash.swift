// The hash that turns names and values into slots. Its outputs are part of the model format: changing a constant makes
// every journal and checkpoint unreadable, so the golden values in the tests must never change.

/// A 64-bit hash with a fixed seed: the same on every machine, in every process.
///
/// Eight bytes at a time are folded by one 64×64→128-bit multiplication whose halves are combined by exclusive or (the
/// multiply-fold of the wyhash family). It is not meant to resist an adversary who can choose field values.
public enum FeatureHash {
    // Odd 64-bit constants: the fractional parts of √2, √3, √5 and √7, made odd. Any such constants would do.
    @usableFromInline static let keyA: UInt64 = 0x6A09_E667_F3BC_C909
    @usableFromInline static let keyB: UInt64 = 0xBB67_AE85_84CA_A73B
    @usableFromInline static let keyC: UInt64 = 0x3C6E_F372_FE94_F82B
    @usableFromInline static let keyD: UInt64 = 0xA54F_F53A_5F1D_36F1

    /// Folds the 128-bit product of two words into one.
    @inlinable static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Mixes two words; neither order nor zero operands lose information about the other.
    @inlinable public static func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        fold(fold(first ^ keyA, second ^ keyB) ^ second, first &+ keyC)
    }

    /// The hash of `count` bytes from `bytes`.
    @inlinable public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = keyD
        var offset = 0
        while offset &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            state = fold(state ^ word, keyA) &+ word
            offset &+= 8
        }
        let tail = tail(bytes, from: offset)
        return combine(state ^ tail, UInt64(truncatingIfNeeded: bytes.count) ^ tail)
    }

    /// The hash of 8 to 15 bytes, as `hash` computes it, without a loop or a branch.
    @inline(__always) static func hashOfTwoWords(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        let state = fold(keyD ^ word, keyA) &+ word
        // The last bytes without those of the first word; of eight bytes nothing is left.
        let last = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self))
        let shift = UInt64(truncatingIfNeeded: 127 &- 8 &* bytes.count)
        let tail = (last &>> 1) &>> shift
        return combine(state ^ tail, UInt64(truncatingIfNeeded: bytes.count) ^ tail)
    }

    /// The bytes from `offset` on, fewer than eight, the first one lowest.
    ///
    /// Loads that overlap what was read before, or each other, in place of a loop.
    @inlinable @inline(__always) static func tail(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> UInt64 {
        let count = bytes.count &- offset
        if count == 0 { return 0 }
        if offset > 0 {
            let last = bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self)
            return UInt64(littleEndian: last) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        }
        if count >= 4 {
            let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
            let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            return UInt64(low) | UInt64(high) &<< UInt64(truncatingIfNeeded: 8 &* (count &- 4))
        }
        var tail = UInt64(bytes[0])
        if count > 1 { tail |= UInt64(bytes[1]) << 8 }
        if count > 2 { tail |= UInt64(bytes[2]) << 16 }
        return tail
    }

    /// The hash of a string's UTF-8 bytes.
    public static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    /// The index of a hash for a table of 2^`bits` slots: below, the slot, which is the hash's topmost bits, the best
    /// mixed ones; above, a tag of the 32 − `bits` bits that follow.
    ///
    /// `bits` lies in 1...30.
    @inlinable public static func index(_ hash: UInt64, bits: Int) -> UInt32 {
        // Together a rotation of the topmost 32 bits.
        let top = UInt32(truncatingIfNeeded: hash &>> 32)
        return top &>> UInt32(truncatingIfNeeded: 32 &- bits) | top &<< UInt32(truncatingIfNeeded: bits)
    }
}
