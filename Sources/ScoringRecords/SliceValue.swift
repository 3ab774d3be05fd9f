// By what a monitor tells events apart: a field's value as it was when the event was scored.

/// One field's value of a scored event.
///
/// It says itself which field it is of, by a hash of the field's name: a journal outlives the list of slices, and a reader
/// with another list takes what it knows and leaves the rest.
public struct SliceValue: Hashable, Sendable {
    /// The low 32 bits of the hash of the field's name.
    public var field: UInt32
    /// The value: UTF-8 of at most `Limits.sliceValueBytes` bytes.
    public private(set) var text: String

    /// A value as it is recorded: a longer one keeps the first bytes that are whole characters, and ends in "…".
    ///
    /// Cut values that agree so far are one slice from then on.
    public init(field: UInt32, text: String) {
        self.field = field
        self.text = SliceValue.cut(text)
    }

    private static let ellipsis = "…"

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > Limits.sliceValueBytes else { return text }
        let room = Limits.sliceValueBytes - ellipsis.utf8.count
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= room else { break }
            kept.append(scalar)
        }
        return String(kept) + ellipsis
    }
}
