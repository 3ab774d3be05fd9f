// What a frame needs to know of its predecessor.

/// One end of the chain of frames: where a frame stops and the chain value up to and including it.
struct FrameLink: Equatable {
    /// The first record after the frame.
    var endSequence: UInt64

    /// CRC-32C over the previous chain value, this frame's header and its payload; see ``FrameSealer``.
    var chain: UInt32

    /// What the first frame ever written follows. Any fixed chain value would do.
    static let genesis = FrameLink(endSequence: 0, chain: 0)
}
