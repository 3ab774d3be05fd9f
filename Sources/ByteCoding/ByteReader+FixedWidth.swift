// Integers and floats of a fixed width, least significant byte first.

extension ByteReader {
    /// Reads one byte.
    ///
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readUInt8() throws(ByteCodingError) -> UInt8 {
        try readLittleEndian()
    }

    /// Reads two bytes.
    ///
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readUInt16() throws(ByteCodingError) -> UInt16 {
        try readLittleEndian()
    }

    /// Reads four bytes.
    ///
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readUInt32() throws(ByteCodingError) -> UInt32 {
        try readLittleEndian()
    }

    /// Reads eight bytes.
    ///
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readUInt64() throws(ByteCodingError) -> UInt64 {
        try readLittleEndian()
    }

    /// Reads eight bytes, two's complement.
    ///
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readInt64() throws(ByteCodingError) -> Int64 {
        try readLittleEndian()
    }

    /// Reads a four-byte bit pattern. Any pattern is a float, NaN and infinity too: judging it is the caller's
    /// business.
    ///
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readFloat() throws(ByteCodingError) -> Float {
        Float(bitPattern: try readLittleEndian())
    }

    /// Reads an eight-byte bit pattern. Any pattern is a double, NaN and infinity too: judging it is the caller's
    /// business.
    ///
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readDouble() throws(ByteCodingError) -> Double {
        Double(bitPattern: try readLittleEndian())
    }

    @inlinable
    mutating func readLittleEndian<Integer: FixedWidthInteger>() throws(ByteCodingError) -> Integer {
        try require(MemoryLayout<Integer>.size)
        let start = offset
        // In bounds: `require` has just checked the width against `end`, which never exceeds the array's count.
        let value = storage.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Integer.self) }
        offset += MemoryLayout<Integer>.size
        return Integer(littleEndian: value)
    }
}
