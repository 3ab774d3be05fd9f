// What stands between two values: separators, a key, perhaps blanks. It was parsed once; the same bytes mean the same again.

/// The bytes between two values of an event, up to 32 of them, to be compared by words.
struct Gap: Sendable {
    /// The longest gap that is kept, in bytes.
    static let longest = 32

    // Little-endian words, zeros behind the last byte; and which bits of each count. A gap that is not known equals nothing.
    private var words: (UInt64, UInt64) = (1, 0)
    private var masks: (UInt64, UInt64) = (0, 0)
    /// Bytes of it.
    private(set) var count = 0
    /// Whether its last byte is the quote that opens a text.
    private(set) var opensText = false
    private var furtherWords: (UInt64, UInt64) = (0, 0)
    private var furtherMasks: (UInt64, UInt64) = (0, 0)

    /// Equal to nothing.
    init() {}

    /// `count` bytes at `text`, with 32 readable; equal to nothing where there are more than that.
    init(_ text: UnsafeRawPointer, count: Int, opensText: Bool) {
        guard count > 0, count <= Gap.longest else { return }
        func word(_ index: Int) -> (UInt64, UInt64) {
            let mask = Gap.mask(count - 8 * index)
            return (Gap.word(text, at: 8 * index) & mask, mask)
        }
        (words.0, masks.0) = word(0)
        (words.1, masks.1) = word(1)
        (furtherWords.0, furtherMasks.0) = word(2)
        (furtherWords.1, furtherMasks.1) = word(3)
        self.count = count
        self.opensText = opensText
    }

    /// The lowest `count` bytes, all for more than eight.
    static func mask(_ count: Int) -> UInt64 {
        count >= 8 ? .max : count <= 0 ? 0 : 1 << UInt64(8 * count) - 1
    }

    /// Whether it stands at `text`, of which 16 bytes are readable, and 16 more where these are equal.
    @inline(__always)
    func stands(at text: UnsafeRawPointer) -> Bool {
        guard Gap.word(text, at: 0) & masks.0 == words.0, Gap.word(text, at: 8) & masks.1 == words.1 else {
            return false
        }
        return count <= 16
            || Gap.word(text, at: 16) & furtherMasks.0 == furtherWords.0
                && Gap.word(text, at: 24) & furtherMasks.1 == furtherWords.1
    }

    @inline(__always)
    private static func word(_ text: UnsafeRawPointer, at offset: Int) -> UInt64 {
        UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
