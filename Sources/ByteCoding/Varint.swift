// The one definition of the variable-length integer that writer and reader share.
//
// Unsigned LEB128 (DWARF 5, section 7.6; Protocol Buffers calls it "base 128 varint"): seven bits per byte, least
// significant group first, the high bit set on every byte but the last.
//
//     300 = 0b10_0101100  ->  1_0101100  0_0000010  =  AC 02
//
// Signed values are first folded by zigzag, so that small magnitudes stay short: 0, -1, 1, -2, … -> 0, 1, 2, 3, …
// Signed LEB128 is deliberately absent: one way is enough.

/// Arithmetic of varints. Reading and writing live in ``ByteReader`` and ``ByteWriter``.
public enum Varint {
    /// The longest varint of a `UInt64`: ⌈64 / 7⌉ bytes.
    public static let maximumByteCount = 10

    /// What the tenth byte may hold: nine bytes carry 63 bits, which leaves one.
    @usableFromInline
    static let maximumLastByte: UInt8 = 1

    /// The number of bytes, 1…10, that `value` takes.
    @inlinable
    public static func byteCount(of value: UInt64) -> Int {
        // Zero takes a byte too, hence `| 1`.
        (UInt64.bitWidth - (value | 1).leadingZeroBitCount + 6) / 7
    }

    /// Folds the sign into the lowest bit. Total and invertible on all of `Int64`.
    @inlinable
    public static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value << 1) ^ (value >> 63))
    }

    /// The inverse of ``zigzag(_:)``. Total and invertible on all of `UInt64`.
    @inlinable
    public static func unzigzag(_ folded: UInt64) -> Int64 {
        Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1)
    }
}
