// The key of a packed entry: an event's id.

/// A key and its hash, computed once.
struct EntryKey {
    let bytes: [UInt8]
    let hash: UInt64

    /// A key of at most 255 bytes.
    init(_ bytes: [UInt8]) {
        precondition(bytes.count <= 255, "a key has at most 255 bytes")
        self.bytes = bytes
        hash = bytes.withUnsafeBytes(EntryKey.hash)
    }

    // Seeded per process, so that nobody can choose ids that collide; nothing but the time to find one depends on it.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
