// The name by which an event and its labels find each other.

/// The client's own name for an event: 1 to 128 bytes of UTF-8 without control characters.
///
/// A JSON integer and the JSON string with the same digits are the same id.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    /// The id as the client wrote it.
    public let text: String

    /// The longest id accepted, in UTF-8 bytes. A UUID has 36, a hex SHA-512 has 128.
    public static let maximumBytes = 128

    /// `nil` where `text` is empty, too long, or holds a control character.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.count <= EventID.maximumBytes else { return nil }
        // As memory where it is in one piece: byte after byte through the text's own index costs ten times as much.
        let isPrintable = bytes.withContiguousStorageIfAvailable(EventID.arePrintable) ?? EventID.arePrintable(bytes)
        guard isPrintable else { return nil }
        self.text = text
    }

    /// The id of `bytes`: valid UTF-8 without control characters below 0x20; `nil` as for a text.
    @inlinable
    public init?(printable bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count <= EventID.maximumBytes, !bytes.contains(0x7F) else { return nil }
        text = String(decoding: bytes, as: UTF8.self)
    }

    private static func arePrintable(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    // By bytes: Unicode calls some different texts equal, and two clients' ids must never be mistaken for each other.

    /// Whether both have the same bytes.
    public static func == (left: EventID, right: EventID) -> Bool {
        let (left, right) = (left.text.utf8, right.text.utf8)
        guard left.count == right.count else { return false }
        // Contiguous bytes, which every id from the intake has, are compared as memory, not one by one.
        let areEqual = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return (areEqual ?? nil) ?? left.elementsEqual(right)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// The id as the client wrote it.
    public var description: String { text }
}
