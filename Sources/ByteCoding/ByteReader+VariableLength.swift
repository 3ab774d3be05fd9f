// Values whose encoding has no fixed width: varints, byte strings, text, raw bytes.
//
// A length prefix is a claim by whoever sent the bytes. It is held against the caller's limit and against what is
// really there before anything is reserved for it.

extension ByteReader {
    /// Reads an unsigned varint in its shortest form.
    ///
    /// - Throws: `truncated`, `varintTooLong` (past 64 bits), `varintOverlong` (a superfluous last byte of zero).
    @inlinable
    public mutating func readVarint() throws(ByteCodingError) -> UInt64 {
        // Most are counts below 128.
        if offset < end {
            let byte = storage[offset]
            if byte < 0x80 {
                offset += 1
                return UInt64(byte)
            }
        }
        return try readLongVarint()
    }

    @usableFromInline
    mutating func readLongVarint() throws(ByteCodingError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<Varint.maximumByteCount {
            guard index < remaining else {
                throw .truncated(needed: index + 1, available: remaining, at: offset)
            }
            let byte = storage[offset + index]
            if index == Varint.maximumByteCount - 1 && byte > Varint.maximumLastByte { break }
            value |= UInt64(byte & 0x7F) << (7 * UInt64(index))
            if byte < 0x80 {
                // A last byte of zero adds nothing: the same value has a shorter encoding.
                guard byte != 0 || index == 0 else { throw .varintOverlong(at: offset) }
                offset += index + 1
                return value
            }
        }
        throw .varintTooLong(at: offset)
    }

    /// Reads a signed varint in its shortest form.
    ///
    /// - Throws: as ``readVarint()``.
    @inlinable
    public mutating func readZigzag() throws(ByteCodingError) -> Int64 {
        Varint.unzigzag(try readVarint())
    }

    /// Reads a varint that counts something: bytes, records, features.
    ///
    /// - Parameter maximum: the largest count (≥ 0) that the caller is ready for.
    /// - Throws: `lengthOverLimit`, or as ``readVarint()``.
    @inlinable
    public mutating func readCount(maximum: Int) throws(ByteCodingError) -> Int {
        let start = offset
        let count = try readVarint()
        guard count <= UInt64(maximum) else {
            offset = start
            throw .lengthOverLimit(length: count, limit: maximum, at: start)
        }
        return Int(count)
    }

    /// Reads a length and a reader over that many bytes, without copying them.
    ///
    /// - Throws: `lengthOverLimit`, `truncated`, or as ``readVarint()``.
    @inlinable
    public mutating func readSubreader(maximumByteCount: Int) throws(ByteCodingError) -> ByteReader {
        let start = offset
        let count = try readCount(maximum: maximumByteCount)
        guard count <= remaining else {
            let error = ByteCodingError.truncated(needed: count, available: remaining, at: offset)
            offset = start
            throw error
        }
        return try subreader(count)
    }

    /// Reads a length and that many bytes.
    ///
    /// - Throws: `lengthOverLimit`, `truncated`, or as ``readVarint()``.
    @inlinable
    public mutating func readByteString(maximumByteCount: Int) throws(ByteCodingError) -> [UInt8] {
        let contents = try readSubreader(maximumByteCount: maximumByteCount)
        return Array(contents.unreadBytes)
    }

    /// Reads a length in bytes and that much UTF-8.
    ///
    /// - Throws: `invalidUTF8`, `lengthOverLimit`, `truncated`, or as ``readVarint()``.
    @inlinable
    public mutating func readString(maximumByteCount: Int) throws(ByteCodingError) -> String {
        let start = offset
        let contents = try readSubreader(maximumByteCount: maximumByteCount)
        if let ascii = contents.ascii { return ascii }
        guard let text = String(validating: contents.unreadBytes, as: UTF8.self) else {
            offset = start
            throw .invalidUTF8(at: contents.offset)
        }
        return text
    }

    // All that is left as text, if it is ASCII, which most ids and values are: the general way costs ten times as much.
    @inlinable
    var ascii: String? {
        storage.withUnsafeBufferPointer { all in
            var marks: UInt8 = 0
            for index in offset..<end { marks |= all[index] }
            guard marks < 0x80 else { return nil }
            return String(unsafeUninitializedCapacity: end - offset) { target in
                for index in offset..<end { target.initializeElement(at: index - offset, to: all[index]) }
                return end - offset
            }
        }
    }

    /// Reads `count` bytes as they are.
    ///
    /// - Precondition: `count` ≥ 0.
    /// - Throws: `truncated`.
    @inlinable
    public mutating func readRaw(_ count: Int) throws(ByteCodingError) -> [UInt8] {
        Array(try subreader(count).unreadBytes)
    }

    /// Reads `count` elements that lie in memory as they are encoded: little-endian fields of a fixed width without gaps,
    /// every pattern of bits a value.
    ///
    /// - Returns: `false`, with nothing read, where they are not all there or the machine is big-endian: read them one by
    ///   one then, which says what is missing.
    /// - Precondition: `count` ≥ 0.
    @inlinable
    public mutating func readRaw<Element: BitwiseCopyable>(
        _ count: Int, appendingTo elements: inout [Element]
    ) -> Bool {
        precondition(count >= 0, "a count is not negative")
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard 1.littleEndian == 1, !overflow, byteCount <= remaining else { return false }
        // Appending nothing to an empty array writes a count of 0 into the storage that all empty arrays share: a data race.
        if count == 0 { return true }
        let start = offset
        elements.append(addingCapacity: count) { span in
            span.withUnsafeMutableBufferPointer { room, initializedCount in
                // In bounds: `count` elements of room were added, and that many bytes are left to read.
                storage.withUnsafeBytes { bytes in
                    UnsafeMutableRawBufferPointer(room).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + byteCount)]))
                }
                initializedCount = count
            }
        }
        offset += byteCount
        return true
    }

    /// The bytes not read yet, on the same memory: nothing is copied.
    @inlinable
    public var unreadBytes: ArraySlice<UInt8> { storage[offset..<end] }
}
