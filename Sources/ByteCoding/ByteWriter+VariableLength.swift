// Values whose encoding has no fixed width: varints, byte strings, text, raw bytes.

extension ByteWriter {
    /// Appends an unsigned varint, 1…10 bytes, always the shortest form.
    @inlinable
    public mutating func writeVarint(_ value: UInt64) {
        // Most are counts below 128.
        if value < 0x80 { storage.append(UInt8(truncatingIfNeeded: value)) } else { writeLongVarint(value) }
    }

    @usableFromInline
    mutating func writeLongVarint(_ value: UInt64) {
        storage.append(addingCapacity: Varint.maximumByteCount) { span in
            var rest = value
            while rest >= 0x80 {
                span.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            span.append(UInt8(truncatingIfNeeded: rest))
        }
    }

    /// Appends a signed varint, 1…10 bytes; short for values near zero of either sign.
    @inlinable
    public mutating func writeZigzag(_ value: Int64) {
        writeVarint(Varint.zigzag(value))
    }

    /// Appends the length as a varint, then the bytes. May be empty.
    @inlinable
    public mutating func writeByteString(_ value: [UInt8]) {
        writeVarint(UInt64(value.count))
        storage.append(contentsOf: value)
    }

    /// Appends the length in UTF-8 bytes as a varint, then the UTF-8. May be empty and may hold NUL.
    @inlinable
    public mutating func writeString(_ value: String) {
        let utf8 = value.utf8
        writeVarint(UInt64(utf8.count))
        // One piece of memory, unless the text came from elsewhere than Swift.
        let isWritten: Void? = utf8.withContiguousStorageIfAvailable { writeRaw(UnsafeRawBufferPointer($0)) }
        if isWritten == nil { storage.append(contentsOf: utf8) }
    }

    /// Appends bytes as they are, without a length.
    @inlinable
    public mutating func writeRaw(_ value: [UInt8]) {
        storage.append(contentsOf: value)
    }

    /// Appends bytes as they are, without a length.
    @inlinable
    public mutating func writeRaw(_ value: RawSpan) {
        value.withUnsafeBytes { writeRaw($0) }
    }

    /// Appends bytes as they are, without a length.
    ///
    /// - Precondition: `value` points at initialised memory that stays valid during the call.
    @inlinable
    public mutating func writeRaw(_ value: UnsafeRawBufferPointer) {
        // Appending nothing to an empty array writes a count of 0 into the storage that all empty arrays share: a data race.
        guard !value.isEmpty else { return }
        // Not `append(contentsOf:)`, which moves one byte after the other.
        storage.append(addingCapacity: value.count) { span in
            span.withUnsafeMutableBufferPointer { room, initializedCount in
                // As much room as there are bytes.
                UnsafeMutableRawBufferPointer(room).copyMemory(from: value)
                initializedCount = value.count
            }
        }
    }

    /// Appends elements that lie in memory as they are encoded: little-endian fields of a fixed width without gaps.
    ///
    /// - Returns: `false`, with nothing written, where the machine is big-endian: write them one by one then.
    @inlinable
    public mutating func writeElements<Element: BitwiseCopyable>(_ elements: borrowing [Element]) -> Bool {
        guard 1.littleEndian == 1 else { return false }
        elements.withUnsafeBytes { writeRaw($0) }
        return true
    }
}
