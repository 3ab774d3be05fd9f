// The key of a packed entry: an event's id.

import ScoringRecords

/// A key and its hash, computed once.
struct EntryKey {
    private let id: EventID
    let hash: UInt32

    /// The key of an id, which has at most 128 bytes.
    init(_ id: EventID) {
        self.id = id
        hash = EntryKey.withBytes(of: id, EntryKey.hash)
    }

    /// Calls `read` with the key's bytes.
    @inline(__always)
    func withBytes<Value>(_ read: (UnsafeRawBufferPointer) -> Value) -> Value { EntryKey.withBytes(of: id, read) }

    @inline(__always)
    private static func withBytes<Value>(of id: EventID, _ read: (UnsafeRawBufferPointer) -> Value) -> Value {
        // A text that a decoder made lies in one piece, and is not copied for it.
        var text = id.text
        return text.withUTF8 { read(UnsafeRawBufferPointer($0)) }
    }

    // Seeded per process, so that nobody can choose ids that collide; nothing but the time to find one depends on it.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}
