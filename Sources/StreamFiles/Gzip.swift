// Constants of the gzip format. Not the decoder: that is `GzipInflater`.

/// What RFC 1952 fixes.
enum Gzip {
    /// ID1 and ID2, the first two bytes of every member (RFC 1952, 2.3.1).
    static let magic: [UInt8] = [0x1F, 0x8B]
}
