// Every bound of the journal in one place, with what happens at it.

/// The bounds of a journal. A value over a bound is refused with an error; nothing is cut to fit.
public enum JournalLimits {
    /// The largest payload of one frame: 16 MiB, some 250 times the usual frame. Over it: `invalidFrame` when written,
    /// `damaged` when found in storage.
    public static let maximumPayloadBytes = 16 << 20

    /// The most frames in one append: a commit of usual frames is then 256 MiB. Over it: `invalidFrame`.
    public static let maximumFramesPerAppend = 4096

    /// The highest end of a journal, 2⁶³ − 1: the largest integer that storage without unsigned numbers can order.
    /// Over it: `invalidFrame`.
    public static let maximumEndSequence = UInt64(Int64.max)

    /// The longest key of a metadata entry. Over it: `invalidMetadata`.
    public static let maximumMetadataKeyBytes = 64

    /// The largest value of a metadata entry, 1 MiB: for counters and hashes, not for state. Over it:
    /// `invalidMetadata`.
    public static let maximumMetadataValueBytes = 1 << 20

    /// What a frame counts for beside its payload in ``JournalReading/frames(from:maximumBytes:)``, so that frames
    /// without payload cannot fill memory for nothing. It is the length of the header that checksums cover.
    public static let frameOverheadBytes = 32
}
