// Appends values to a growing byte array, in the encodings that every Weir format is made of.
//
// It knows integers, floats, varints, byte strings and text, and no record: layouts belong to the modules that own
// them. There is no alignment and no tag; what was written can only be read back in the same order.

/// Encodes values into bytes: little-endian, unaligned, untagged.
///
///     var writer = ByteWriter()
///     writer.writeUInt32(7)
///     writer.writeString("click")
///     var reader = ByteReader(writer.bytes)
///     let number = try reader.readUInt32()
///     let text = try reader.readString(maximumByteCount: 64)
///
/// Writing never fails. A hot path keeps one writer and calls ``removeAll(keepingCapacity:)`` between messages, so that
/// steady state allocates nothing.
public struct ByteWriter: Sendable {
    /// Everything written so far. Taking the array costs nothing; the next write copies it if it is still held
    /// elsewhere.
    @inlinable
    public var bytes: [UInt8] { storage }

    /// A copy of everything written so far, with no more room than it needs; this writer goes on in its own storage.
    @inlinable
    public var exactBytes: [UInt8] { storage.withUnsafeBufferPointer { Array($0) } }

    @usableFromInline
    var storage: [UInt8]

    /// An empty writer with room for `capacity` (≥ 0) bytes.
    @inlinable
    public init(capacity: Int = 0) {
        storage = []
        storage.reserveCapacity(capacity)
    }

    /// The number of bytes written so far.
    @inlinable
    public var count: Int { storage.count }

    /// Forgets everything written. With `keepingCapacity` the memory stays for the next message.
    @inlinable
    public mutating func removeAll(keepingCapacity: Bool = true) {
        storage.removeAll(keepingCapacity: keepingCapacity)
    }
}
