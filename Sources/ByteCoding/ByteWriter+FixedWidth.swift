// Integers and floats of a fixed width, least significant byte first on every machine.

extension ByteWriter {
    /// Appends one byte.
    @inlinable
    public mutating func writeUInt8(_ value: UInt8) {
        storage.append(value)
    }

    /// Appends two bytes.
    @inlinable
    public mutating func writeUInt16(_ value: UInt16) {
        writeLittleEndian(value)
    }

    /// Appends four bytes.
    @inlinable
    public mutating func writeUInt32(_ value: UInt32) {
        writeLittleEndian(value)
    }

    /// Appends eight bytes.
    @inlinable
    public mutating func writeUInt64(_ value: UInt64) {
        writeLittleEndian(value)
    }

    /// Appends eight bytes, two's complement.
    @inlinable
    public mutating func writeInt64(_ value: Int64) {
        writeLittleEndian(value)
    }

    /// Appends the four bytes of the IEEE 754 bit pattern: the sign of zero and a NaN's payload survive.
    @inlinable
    public mutating func writeFloat(_ value: Float) {
        writeLittleEndian(value.bitPattern)
    }

    /// Appends the eight bytes of the IEEE 754 bit pattern: the sign of zero and a NaN's payload survive.
    @inlinable
    public mutating func writeDouble(_ value: Double) {
        writeLittleEndian(value.bitPattern)
    }

    /// Overwrites four bytes written earlier: the usual end of a frame whose length or checksum is known last.
    ///
    /// - Precondition: the four bytes from `offset` are already written.
    @inlinable
    public mutating func patch(_ value: UInt32, at offset: Int) {
        precondition(
            offset >= 0 && offset <= count - MemoryLayout<UInt32>.size, "a patch must lie within the bytes written")
        for index in 0..<MemoryLayout<UInt32>.size {
            storage[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index)))
        }
    }

    @inlinable
    mutating func writeLittleEndian<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer) {
        let size = MemoryLayout<Integer>.size
        storage.append(addingCapacity: size) { span in
            span.withUnsafeMutableBufferPointer { room, initializedCount in
                // The room has `size` bytes.
                UnsafeMutableRawBufferPointer(room).storeBytes(of: value.littleEndian, as: Integer.self)
                initializedCount = size
            }
        }
    }
}
